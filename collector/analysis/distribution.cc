#include "collector/analysis/distribution.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "core/vitals/rating.h"

namespace paceline::analysis {
namespace {

using core::Metric;
using core::Rating;

constexpr double kMicro = 1e6;
constexpr uint64_t kMillion = 1'000'000;

// A divisor of both thresholds, so that they are bounds of bins, and such that 24 bins reach well
// beyond "poor".
uint64_t BinWidth(Metric metric) {
  constexpr uint64_t kMs = core::k100usPerMillisecond;
  switch (metric) {
    case Metric::kLcp:
      return 250 * kMs;
    case Metric::kInp:
      return 25 * kMs;
    case Metric::kCls:
      return 12'500'000;
    case Metric::kFcp:
      return 200 * kMs;
    case Metric::kTtfb:
      return 100 * kMs;
    case Metric::kFid:
      return 20 * kMs;
    case Metric::kTbt:
      return 50 * kMs;
    case Metric::kTti:
      return 100 * kMs;
    case Metric::kUnspecified:
      break;
  }
  return kMs;
}

// ceil(total * quantile) with the quantile in millionths: the rank that core::DdSketch::Quantile
// uses.
uint64_t RankWeight(uint64_t total, double quantile) {
  const auto ppm = static_cast<uint64_t>(std::clamp(quantile, 0.0, 1.0) * kMicro + 0.5);
  const uint64_t whole = total / kMillion * ppm;
  const uint64_t part = total % kMillion * ppm;
  return std::max<uint64_t>(1, whole + (part + kMillion - 1) / kMillion);
}

Rating RatingAtRank(const Distribution& distribution, uint64_t rank) {
  if (rank <= distribution.good_weight_micro) return Rating::kGood;
  if (rank <= distribution.good_weight_micro + distribution.needs_improvement_weight_micro) {
    return Rating::kNeedsImprovement;
  }
  return Rating::kPoor;
}

// The value nearest to `estimate` that has this rating, in whole units as on the wire.
double MoveToRating(Metric metric, Rating rating, double estimate) {
  const core::VitalThresholds& thresholds = core::ThresholdsOf(metric);
  const double value = std::floor(estimate + 0.5);
  const auto good_until = static_cast<double>(thresholds.good_until);
  const auto poor_beyond = static_cast<double>(thresholds.poor_beyond);
  switch (rating) {
    case Rating::kGood:
      return std::min(value, good_until);
    case Rating::kNeedsImprovement:
      return std::clamp(value, good_until + 1, poor_beyond);
    case Rating::kPoor:
      return std::max(value, poor_beyond + 1);
    case Rating::kUnspecified:
      break;
  }
  return value;
}

// Puts the sketch's buckets into bins. Walks the ratings' counters alongside: the bucket in which a
// threshold lies is divided as they say.
class Binner {
 public:
  Binner(const Distribution& distribution, Histogram* histogram)
      : metric_(distribution.metric),
        left_{distribution.good_weight_micro, distribution.needs_improvement_weight_micro,
              distribution.poor_weight_micro},
        histogram_(histogram) {}

  // In ascending order of values.
  void Add(double value, uint64_t weight_micro) {
    while (weight_micro > 0 && rating_ < 3) {
      const uint64_t part = std::min(weight_micro, left_[rating_]);
      if (part > 0) Put(MoveToRating(metric_, static_cast<Rating>(rating_ + 1), value), part);
      left_[rating_] -= part;
      weight_micro -= part;
      if (left_[rating_] == 0) ++rating_;
    }
    // Only when the counters are short of the sketch, which they never are.
    if (weight_micro > 0) Put(value, weight_micro);
  }

 private:
  void Put(double value, uint64_t weight_micro) {
    auto& upper = histogram_->upper;
    const auto bin = std::lower_bound(upper.begin(), upper.end() - 1, value) - upper.begin();
    histogram_->count[static_cast<size_t>(bin)] += static_cast<double>(weight_micro) / kMicro;
  }

  const Metric metric_;
  uint64_t left_[3];
  int rating_ = 0;
  Histogram* const histogram_;
};

double MiddleOf(int32_t bucket) {
  const core::DdSketch::BucketRange range = core::DdSketch::RangeOf(bucket);
  return (static_cast<double>(range.low) + static_cast<double>(range.high)) / 2;
}

}  // namespace

void Distribution::Merge(const Distribution& other) {
  sketch.Merge(other.sketch);
  good_weight_micro += other.good_weight_micro;
  needs_improvement_weight_micro += other.needs_improvement_weight_micro;
  poor_weight_micro += other.poor_weight_micro;
  weighted_sum += other.weighted_sum;
}

Percentile PercentileOf(const Distribution& distribution, double quantile) {
  if (distribution.sketch.empty()) return {};
  const uint64_t rank = RankWeight(distribution.weight_micro(), quantile);
  const Rating rating = RatingAtRank(distribution, rank);
  return {MoveToRating(distribution.metric, rating, distribution.sketch.Quantile(quantile)),
          rating};
}

double AverageOf(const Distribution& distribution) {
  if (distribution.sketch.empty()) return 0;
  return static_cast<double>(distribution.weighted_sum) /
         static_cast<double>(distribution.weight_micro());
}

double ToDisplayUnit(Metric metric, double wire_value) {
  return wire_value / (metric == Metric::kCls ? core::kNanoPerUnit : core::k100usPerMillisecond);
}

Histogram HistogramOf(const Distribution& distribution) {
  const auto width = static_cast<double>(BinWidth(distribution.metric));
  Histogram histogram;
  histogram.count.resize(kHistogramBins);
  for (int i = 1; i <= kHistogramBins; ++i) histogram.upper.push_back(width * i);
  histogram.upper.back() = std::max(histogram.upper.back(), PercentileOf(distribution, 1.0).value);
  Binner binner(distribution, &histogram);
  binner.Add(0, distribution.sketch.zero_weight_micro());
  for (const auto& bucket : distribution.sketch.buckets()) {
    binner.Add(MiddleOf(bucket.index), bucket.weight_micro);
  }
  return histogram;
}

}  // namespace paceline::analysis
