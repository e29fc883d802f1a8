// Times on the command line.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace paceline::commands {

// Unix milliseconds of "2026-11-21" (UTC), "2026-11-21T08:00:00Z" or Unix milliseconds; `otherwise`
// when the text is empty.
absl::StatusOr<uint64_t> ParseTime(const std::string& text, uint64_t otherwise);

// "2026-11-21T08:00:00+00:00".
std::string FormatTime(uint64_t unix_ms);

}  // namespace paceline::commands
