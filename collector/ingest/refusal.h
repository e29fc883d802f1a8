// How a step of the pipeline ends a beacon.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "collector/ingest/submit.h"

namespace paceline::ingest {

// Empty: the beacon goes on to the next step.
using Ended = std::optional<SubmitResult>;

inline SubmitResult EndWith(v1::Outcome outcome, std::string message = {}) {
  return SubmitResult{outcome, std::move(message)};
}

}  // namespace paceline::ingest
