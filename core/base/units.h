// Units of the core. Times and durations are unsigned integers in units of 0.1 ms since the
// document's time origin (suffix _100us), layout shift scores are integers in units of 1e-9 (suffix
// _nano). Both are what the wire carries, so no rounding happens twice.
#pragma once

#include <cstdint>

namespace paceline::core {

inline constexpr uint32_t k100usPerMillisecond = 10;
inline constexpr uint32_t k100usPerSecond = 10'000;
inline constexpr double kNanoPerUnit = 1e9;

// Later than every time on the wire.
inline constexpr uint32_t kNever100us = UINT32_MAX;

// In place of a vital's value: it was not measured. No value comes near it.
inline constexpr uint64_t kNotMeasured = UINT64_MAX;

// `later - earlier`, or 0 when that is negative.
constexpr uint32_t SaturatingDifference(uint32_t later, uint32_t earlier) {
  return later > earlier ? later - earlier : 0;
}

// Signed, because entries may arrive out of order.
constexpr int64_t SignedDifference(uint32_t a, uint32_t b) {
  return static_cast<int64_t>(a) - static_cast<int64_t>(b);
}

}  // namespace paceline::core
