// By which failures of many visits are one error.
#pragma once

#include <cstdint>

#include "collector/query/readable.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::query {

// As the sender says, otherwise core's: of name, message and topmost place. The page leaves it out,
// for it follows from what a Beacon says anyway.
uint32_t FingerprintOf(const v1::Error& error, const Strings& strings);

}  // namespace paceline::query
