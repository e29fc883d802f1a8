// Ranges of time, and the rollups that cover them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/store/store.h"

namespace paceline::query {

inline constexpr uint64_t kMinuteMs = 60'000;
inline constexpr uint64_t kHourMs = 60 * kMinuteMs;
inline constexpr uint64_t kDayMs = 24 * kHourMs;
inline constexpr uint64_t kMaxRangeMs = 400 * kDayMs;
inline constexpr uint64_t kDefaultRangeMs = kHourMs;

// [from, to) in Unix milliseconds, UTC.
struct TimeRange {
  uint64_t from_unix_ms = 0;
  uint64_t to_unix_ms = 0;
};

// What a request asks for. 0 (absent) for `to` is `now_unix_ms`, for `from` an hour before `to`.
// InvalidArgument when it is no range, or longer than kMaxRangeMs.
absl::StatusOr<TimeRange> ParseRange(double from_unix_ms, double to_unix_ms, uint64_t now_unix_ms);

// Whole minutes, the unit of rollups: `from` rounded down, `to` up.
TimeRange RoundOutward(const TimeRange& range);

uint64_t LengthMs(store::Resolution resolution);

// Part of a range that is read at one resolution, aligned to it.
struct Span {
  store::Resolution resolution = store::Resolution::kMinute;
  TimeRange range;
};

// Spans that cover `range` (of whole minutes) exactly, in the order of time: days within, hours and
// minutes at the edges, nothing coarser than `coarsest`. At most 2 * (59 + 23) cells and the days
// of the range.
std::vector<Span> Cover(const TimeRange& range, store::Resolution coarsest);

// Length of a time series' steps. 0 asks for the shortest usual one that gives at most 120 points.
// InvalidArgument when it is no multiple of a minute or gives more than 5,000 points.
absl::StatusOr<uint64_t> ParseStep(double step_ms, const TimeRange& range);

// The coarsest resolution whose cells never straddle a step.
store::Resolution CoarsestFor(uint64_t step_ms);

}  // namespace paceline::query
