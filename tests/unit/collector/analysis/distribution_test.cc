#include "collector/analysis/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "core/vitals/rating.h"

namespace paceline::analysis {
namespace {

using core::Metric;
using core::Rating;

constexpr uint64_t kOne = 1'000'000;

struct Sample {
  uint64_t value;
  uint64_t weight_micro;
};

Distribution Of(Metric metric, const std::vector<Sample>& samples) {
  Distribution distribution;
  distribution.metric = metric;
  for (const auto& [value, weight] : samples) {
    distribution.sketch.Add(value, weight);
    distribution.weighted_sum += static_cast<Int128>(value) * static_cast<Int128>(weight);
    switch (core::Rate(metric, value)) {
      case Rating::kGood:
        distribution.good_weight_micro += weight;
        break;
      case Rating::kNeedsImprovement:
        distribution.needs_improvement_weight_micro += weight;
        break;
      default:
        distribution.poor_weight_micro += weight;
    }
  }
  return distribution;
}

// The smallest value such that the values up to it have at least `percent` of the weight.
uint64_t NearestRank(std::vector<Sample> samples, uint64_t percent) {
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.value < b.value; });
  uint64_t total = 0;
  for (const Sample& sample : samples) total += sample.weight_micro;
  uint64_t up_to = 0;
  for (const Sample& sample : samples) {
    up_to += sample.weight_micro;
    if (up_to * 100 >= total * percent) return sample.value;
  }
  return samples.back().value;
}

std::vector<Sample> LogNormal(size_t size, double median, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> value(std::log(median), 0.8);
  std::vector<Sample> samples;
  for (size_t i = 0; i < size; ++i) {
    samples.push_back({static_cast<uint64_t>(value(random)), (1 + random() % 4) * kOne});
  }
  return samples;
}

TEST(PercentileTest, IsWithinOnePercentOfTheTrueNearestRankAndRatedExactly) {
  for (const Metric metric : {Metric::kLcp, Metric::kInp, Metric::kCls, Metric::kTtfb}) {
    const core::VitalThresholds& thresholds = core::ThresholdsOf(metric);
    // Medians around the thresholds, so that percentiles fall on both sides of them.
    for (const double factor : {0.3, 0.6, 1.0, 2.0}) {
      for (const size_t size : {1u, 2u, 3u, 7u, 100u, 4'001u}) {
        const auto samples =
            LogNormal(size, factor * static_cast<double>(thresholds.good_until), 7 + size);
        const Distribution distribution = Of(metric, samples);
        for (const uint64_t percent : {1u, 50u, 75u, 90u, 95u, 99u, 100u}) {
          const auto truth = static_cast<double>(NearestRank(samples, percent));
          const Percentile got = PercentileOf(distribution, static_cast<double>(percent) / 100);
          EXPECT_LE(std::abs(got.value - truth), truth * 0.01 + 0.5) << size << " p" << percent;
          EXPECT_EQ(got.rating, core::Rate(metric, static_cast<uint64_t>(truth)));
          EXPECT_EQ(core::Rate(metric, static_cast<uint64_t>(got.value)), got.rating)
              << "the value shown never contradicts its rating";
        }
      }
    }
  }
}

TEST(PercentileTest, RatesAValueOnAThresholdWhateverItsBucketSays) {
  const Distribution good = Of(Metric::kLcp, {{25'000, kOne}});
  EXPECT_EQ(PercentileOf(good, 0.75).rating, Rating::kGood);
  EXPECT_LE(PercentileOf(good, 0.75).value, 25'000);
  const Distribution worse = Of(Metric::kLcp, {{25'001, kOne}});
  EXPECT_EQ(PercentileOf(worse, 0.75).rating, Rating::kNeedsImprovement);
  EXPECT_GT(PercentileOf(worse, 0.75).value, 25'000);
  const Distribution poor = Of(Metric::kLcp, {{40'001, kOne}});
  EXPECT_EQ(PercentileOf(poor, 0.75).rating, Rating::kPoor);
  EXPECT_GT(PercentileOf(poor, 0.75).value, 40'000);
}

TEST(PercentileTest, SaysNothingOfNothing) {
  const Percentile none = PercentileOf(Of(Metric::kLcp, {}), 0.75);
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.rating, Rating::kUnspecified);
}

TEST(AverageTest, IsExactAndWeighted) {
  EXPECT_DOUBLE_EQ(AverageOf(Of(Metric::kLcp, {{1'000, kOne}, {4'000, 3 * kOne}})), 3'250);
  EXPECT_EQ(AverageOf(Distribution{}), 0);
}

TEST(MergeTest, GivesWhatAllSamplesTogetherGive) {
  auto all = LogNormal(500, 20'000, 1);
  const std::vector<Sample> first(all.begin(), all.begin() + 200);
  const std::vector<Sample> rest(all.begin() + 200, all.end());
  Distribution merged = Of(Metric::kLcp, first);
  merged.Merge(Of(Metric::kLcp, rest));
  const Distribution whole = Of(Metric::kLcp, all);
  EXPECT_EQ(merged.sketch, whole.sketch);
  EXPECT_EQ(merged.good_weight_micro, whole.good_weight_micro);
  EXPECT_EQ(merged.poor_weight_micro, whole.poor_weight_micro);
  EXPECT_DOUBLE_EQ(AverageOf(merged), AverageOf(whole));
}

double CountBetween(const Histogram& histogram, double above, double until) {
  double count = 0;
  for (size_t i = 0; i < histogram.upper.size(); ++i) {
    if (histogram.upper[i] > above && histogram.upper[i] <= until) count += histogram.count[i];
  }
  return count;
}

TEST(HistogramTest, AgreesWithTheRatingsExactly) {
  for (const Metric metric :
       {Metric::kLcp, Metric::kInp, Metric::kCls, Metric::kFcp, Metric::kTtfb, Metric::kFid}) {
    const core::VitalThresholds& thresholds = core::ThresholdsOf(metric);
    const auto good_until = static_cast<double>(thresholds.good_until);
    const auto poor_beyond = static_cast<double>(thresholds.poor_beyond);
    const Distribution distribution = Of(metric, LogNormal(2'000, good_until, 3));
    const Histogram histogram = HistogramOf(distribution);
    ASSERT_EQ(histogram.upper.size(), static_cast<size_t>(kHistogramBins));
    ASSERT_EQ(histogram.count.size(), static_cast<size_t>(kHistogramBins));
    EXPECT_TRUE(std::is_sorted(histogram.upper.begin(), histogram.upper.end()));
    EXPECT_NE(std::find(histogram.upper.begin(), histogram.upper.end(), good_until),
              histogram.upper.end());
    EXPECT_NE(std::find(histogram.upper.begin(), histogram.upper.end(), poor_beyond),
              histogram.upper.end());
    EXPECT_NEAR(CountBetween(histogram, 0, good_until),
                static_cast<double>(distribution.good_weight_micro) / 1e6, 1e-6);
    EXPECT_NEAR(CountBetween(histogram, good_until, poor_beyond),
                static_cast<double>(distribution.needs_improvement_weight_micro) / 1e6, 1e-6);
    EXPECT_NEAR(CountBetween(histogram, poor_beyond, INFINITY),
                static_cast<double>(distribution.poor_weight_micro) / 1e6, 1e-6);
  }
}

TEST(HistogramTest, PutsValuesWhereTheyBelong) {
  const Histogram histogram =
      HistogramOf(Of(Metric::kLcp, {{0, kOne}, {2'400, kOne}, {2'600, 2 * kOne}, {900'000, kOne}}));
  EXPECT_DOUBLE_EQ(histogram.count[0], 2);
  EXPECT_DOUBLE_EQ(histogram.count[1], 2);
  EXPECT_DOUBLE_EQ(histogram.count.back(), 1);
  EXPECT_NEAR(histogram.upper.back(), 900'000, 9'000) << "the last bin reaches the largest value";
}

TEST(HistogramTest, IsEmptyButDrawableWithoutValues) {
  const Histogram histogram = HistogramOf(Of(Metric::kCls, {}));
  EXPECT_EQ(histogram.upper.size(), static_cast<size_t>(kHistogramBins));
  EXPECT_EQ(std::accumulate(histogram.count.begin(), histogram.count.end(), 0.0), 0);
}

TEST(DisplayUnitTest, IsMillisecondsAndForClsNone) {
  EXPECT_DOUBLE_EQ(ToDisplayUnit(Metric::kLcp, 12'345), 1'234.5);
  EXPECT_DOUBLE_EQ(ToDisplayUnit(Metric::kCls, 100'000'000), 0.1);
}

}  // namespace
}  // namespace paceline::analysis
