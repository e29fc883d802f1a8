// The distribution of one vital over page views, as rollups keep it, and what can be asked of it.
//
// Values are estimates of the sketch, within 1 %; ratings are exact, from counters, because a
// threshold lies inside a sketch's bucket. Where the two disagree the counters are right: an
// estimate is moved to the threshold's proper side, which only brings it nearer to the true value.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/types.h"
#include "core/sketch/ddsketch.h"

namespace paceline::analysis {

__extension__ typedef __int128 Int128;

// Weights are in millionths of a page view; values in the metric's unit on the wire (0.1 ms, for
// CLS 1e-9).
struct Distribution {
  core::Metric metric = core::Metric::kUnspecified;
  core::DdSketch sketch;
  uint64_t good_weight_micro = 0;
  uint64_t needs_improvement_weight_micro = 0;
  uint64_t poor_weight_micro = 0;
  // Sum of weight times value.
  Int128 weighted_sum = 0;

  uint64_t weight_micro() const { return sketch.total_weight_micro(); }
  // `other` is of the same metric.
  void Merge(const Distribution& other);
};

struct Percentile {
  // In the metric's unit on the wire.
  double value = 0;
  core::Rating rating = core::Rating::kUnspecified;
};

// Nearest rank: the smallest value such that the values up to it have at least `quantile` (0 to 1)
// of the weight. 0 and kUnspecified for an empty distribution.
Percentile PercentileOf(const Distribution& distribution, double quantile);

// 0 for an empty distribution. Exact.
double AverageOf(const Distribution& distribution);

// From the wire's unit to the one people read: milliseconds; CLS has none.
double ToDisplayUnit(core::Metric metric, double wire_value);

// Bin i holds the values in (upper[i - 1], upper[i]], the first one from 0.
struct Histogram {
  // In the metric's unit on the wire, ascending.
  std::vector<double> upper;
  // Page views, weighted.
  std::vector<double> count;
};

inline constexpr int kHistogramBins = 24;

// kHistogramBins bins of one width; the last one is open-ended, and its upper bound is the largest
// value when that is larger. Both thresholds are bounds of bins, and the bins below and above them
// add up to the exact counts.
Histogram HistogramOf(const Distribution& distribution);

}  // namespace paceline::analysis
