#include "collector/commands/times.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace paceline::commands {

absl::StatusOr<uint64_t> ParseTime(const std::string& text, uint64_t otherwise) {
  if (text.empty()) return otherwise;
  absl::Time time;
  std::string error;
  for (const char* format : {absl::RFC3339_full, "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, &time, &error)) {
      return static_cast<uint64_t>(std::max<int64_t>(absl::ToUnixMillis(time), 0));
    }
  }
  uint64_t unix_ms = 0;
  if (absl::SimpleAtoi(text, &unix_ms)) return unix_ms;
  return absl::InvalidArgumentError(absl::StrCat(
      "'", text, "' is no time: 2026-11-21, 2026-11-21T08:00:00Z or Unix milliseconds are right"));
}

std::string FormatTime(uint64_t unix_ms) {
  return absl::FormatTime(absl::RFC3339_sec, absl::FromUnixMillis(static_cast<int64_t>(unix_ms)),
                          absl::UTCTimeZone());
}

}  // namespace paceline::commands
