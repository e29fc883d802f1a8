#include "collector/query/time_range.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace paceline::query {
namespace {

using store::Resolution;

// The year 5138: beyond it a double's minutes are still exact, and no clock shows it.
constexpr double kMaxUnixMs = 1e14;
constexpr uint64_t kMaxChosenPoints = 120;
constexpr uint64_t kMaxPoints = 5'000;
constexpr uint64_t kUsualSteps[] = {
    kMinuteMs,      2 * kMinuteMs, 5 * kMinuteMs, 10 * kMinuteMs, 15 * kMinuteMs,
    30 * kMinuteMs, kHourMs,       2 * kHourMs,   3 * kHourMs,    6 * kHourMs,
    12 * kHourMs,   kDayMs,        2 * kDayMs,    4 * kDayMs,
};

uint64_t RoundDown(uint64_t value, uint64_t unit) { return value / unit * unit; }
uint64_t RoundUp(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

// Points of a series whose steps start at multiples of `step`.
uint64_t Points(const TimeRange& range, uint64_t step) {
  return (RoundUp(range.to_unix_ms, step) - RoundDown(range.from_unix_ms, step)) / step;
}

// Appends `range` at `resolution` and, at its edges, the finer ones.
void CoverAt(const TimeRange& range, Resolution resolution, std::vector<Span>* spans) {
  if (range.from_unix_ms >= range.to_unix_ms) return;
  if (resolution == Resolution::kMinute) {
    spans->push_back({resolution, range});
    return;
  }
  const uint64_t length = LengthMs(resolution);
  const auto finer = static_cast<Resolution>(static_cast<uint8_t>(resolution) - 1);
  const TimeRange whole = {RoundUp(range.from_unix_ms, length),
                           RoundDown(range.to_unix_ms, length)};
  if (whole.from_unix_ms >= whole.to_unix_ms) {
    CoverAt(range, finer, spans);
    return;
  }
  CoverAt({range.from_unix_ms, whole.from_unix_ms}, finer, spans);
  spans->push_back({resolution, whole});
  CoverAt({whole.to_unix_ms, range.to_unix_ms}, finer, spans);
}

}  // namespace

absl::StatusOr<TimeRange> ParseRange(double from_unix_ms, double to_unix_ms, uint64_t now_unix_ms) {
  if (from_unix_ms == 0 && to_unix_ms == 0) {
    return TimeRange{now_unix_ms - std::min(now_unix_ms, kDefaultRangeMs), now_unix_ms};
  }
  // Written so that NaN fails too.
  if (!(from_unix_ms >= 0 && from_unix_ms <= kMaxUnixMs && to_unix_ms >= 0 &&
        to_unix_ms <= kMaxUnixMs)) {
    return absl::InvalidArgumentError(
        "from_unix_ms and to_unix_ms must be milliseconds since 1970-01-01 UTC, such as "
        "1767225600000; leave both out for the last hour");
  }
  if (to_unix_ms == 0) to_unix_ms = static_cast<double>(now_unix_ms);
  if (from_unix_ms == 0) from_unix_ms = std::max(0.0, to_unix_ms - kDefaultRangeMs);
  if (!(from_unix_ms < to_unix_ms)) {
    return absl::InvalidArgumentError(
        absl::StrCat("from_unix_ms must be before to_unix_ms, but ",
                     static_cast<uint64_t>(from_unix_ms), " is not before ",
                     static_cast<uint64_t>(to_unix_ms), "; leave both out for the last hour"));
  }
  const TimeRange range = {static_cast<uint64_t>(from_unix_ms),
                           static_cast<uint64_t>(std::ceil(to_unix_ms))};
  if (range.to_unix_ms - range.from_unix_ms > kMaxRangeMs) {
    return absl::InvalidArgumentError(
        "from_unix_ms and to_unix_ms are more than 400 days apart; ask for less at a time");
  }
  return range;
}

TimeRange RoundOutward(const TimeRange& range) {
  return {RoundDown(range.from_unix_ms, kMinuteMs), RoundUp(range.to_unix_ms, kMinuteMs)};
}

uint64_t LengthMs(Resolution resolution) {
  switch (resolution) {
    case Resolution::kMinute:
      return kMinuteMs;
    case Resolution::kHour:
      return kHourMs;
    case Resolution::kDay:
      return kDayMs;
  }
  return kMinuteMs;
}

std::vector<Span> Cover(const TimeRange& range, Resolution coarsest) {
  std::vector<Span> spans;
  CoverAt(range, coarsest, &spans);
  return spans;
}

absl::StatusOr<uint64_t> ParseStep(double step_ms, const TimeRange& range) {
  if (step_ms == 0) {
    for (const uint64_t step : kUsualSteps) {
      if (Points(range, step) <= kMaxChosenPoints) return step;
    }
    // Not reached: 400 days are 101 steps of 4 days at most.
    return 4 * kDayMs;
  }
  if (!(step_ms >= kMinuteMs && step_ms <= kMaxRangeMs) ||
      std::fmod(step_ms, static_cast<double>(kMinuteMs)) != 0) {
    return absl::InvalidArgumentError(
        "step_ms must be a multiple of 60000 (a minute), such as 3600000 or 86400000; leave it out "
        "for at most 120 points");
  }
  const auto step = static_cast<uint64_t>(step_ms);
  if (Points(range, step) > kMaxPoints) {
    return absl::InvalidArgumentError(
        absl::StrCat("step_ms gives ", Points(range, step), " points in this range; at most ",
                     kMaxPoints, " are answered, so take a longer step or a shorter range"));
  }
  return step;
}

Resolution CoarsestFor(uint64_t step_ms) {
  if (step_ms % kDayMs == 0) return Resolution::kDay;
  return step_ms % kHourMs == 0 ? Resolution::kHour : Resolution::kMinute;
}

}  // namespace paceline::query
