#include "core/sketch/ddsketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace paceline::core {
namespace {

constexpr uint64_t kOne = 1'000'000;

struct Weighted {
  uint64_t value;
  uint64_t weight_micro;
};

// The exact weighted nearest-rank quantile; the quantile in millionths. Weights are small enough
// for 64 bits.
uint64_t OracleQuantile(std::vector<Weighted> values, uint64_t quantile_ppm) {
  std::sort(values.begin(), values.end(),
            [](const Weighted& a, const Weighted& b) { return a.value < b.value; });
  uint64_t total = 0;
  for (const Weighted& value : values) total += value.weight_micro;
  uint64_t cumulative = 0;
  for (const Weighted& value : values) {
    cumulative += value.weight_micro;
    if (cumulative > 0 && cumulative * kOne >= total * quantile_ppm) return value.value;
  }
  return values.back().value;
}

enum class Shape { kUniform, kLogNormal, kTwoHumps, kConstant, kHeavyTail, kManyZeros, kSmall };
constexpr Shape kShapes[] = {Shape::kUniform,  Shape::kLogNormal, Shape::kTwoHumps,
                             Shape::kConstant, Shape::kHeavyTail, Shape::kManyZeros,
                             Shape::kSmall};

std::vector<Weighted> MakeValues(Shape shape, size_t count, bool weighted, uint32_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal(0, 1);
  std::vector<Weighted> values;
  for (size_t i = 0; i < count; ++i) {
    double value = 0;
    switch (shape) {
      case Shape::kUniform:
        value = uniform(random) * 1e5;
        break;
      case Shape::kLogNormal:
        value = std::exp(9.5 + 0.8 * normal(random));
        break;
      case Shape::kTwoHumps:
        value = uniform(random) < 0.7 ? 900 : 40'000 + 500 * normal(random);
        break;
      case Shape::kConstant:
        value = 25'000;
        break;
      case Shape::kHeavyTail:
        value = 100 / std::pow(1 - uniform(random), 2);
        break;
      case Shape::kManyZeros:
        value = uniform(random) < 0.8 ? 0 : uniform(random) * 1e9;
        break;
      case Shape::kSmall:
        value = uniform(random) * 20;
        break;
    }
    const auto bounded = std::min(value, static_cast<double>(DdSketch::kMaxValue));
    constexpr uint64_t kWeights[] = {1 * kOne, 10 * kOne, 3'333'333};
    values.push_back({static_cast<uint64_t>(bounded), weighted ? kWeights[random() % 3] : kOne});
  }
  return values;
}

DdSketch SketchOf(const std::vector<Weighted>& values) {
  DdSketch sketch;
  for (const Weighted& value : values) sketch.Add(value.value, value.weight_micro);
  return sketch;
}

void ExpectWithinOnePercent(const DdSketch& sketch, const std::vector<Weighted>& values) {
  for (const uint64_t ppm :
       {0, 1, 10'000, 250'000, 500'000, 750'000, 900'000, 990'000, 999'999, 1'000'000}) {
    const auto truth = static_cast<double>(OracleQuantile(values, ppm));
    const double estimate = sketch.Quantile(static_cast<double>(ppm) / 1e6);
    ASSERT_LE(std::abs(estimate - truth), DdSketch::kRelativeError * truth)
        << "quantile " << ppm << " of " << values.size() << " values: " << truth;
  }
}

TEST(DdSketchTest, StaysWithinOnePercentOfTheTruthForEverySizeShapeAndWeight) {
  for (const Shape shape : kShapes) {
    for (const size_t count : {1u, 2u, 3u, 10u, 101u, 1'000u, 20'000u}) {
      for (const bool weighted : {false, true}) {
        SCOPED_TRACE(static_cast<int>(shape));
        const auto values = MakeValues(shape, count, weighted, 17);
        ExpectWithinOnePercent(SketchOf(values), values);
      }
    }
  }
}

TEST(DdSketchTest, MergesToTheSketchOfAllValuesInAnyGrouping) {
  std::vector<Weighted> all;
  std::vector<DdSketch> parts;
  for (const Shape shape : kShapes) {
    const auto values = MakeValues(shape, 500, true, 23);
    parts.push_back(SketchOf(values));
    all.insert(all.end(), values.begin(), values.end());
  }
  DdSketch forward;
  for (const DdSketch& part : parts) forward.Merge(part);
  DdSketch backward;
  for (size_t i = parts.size(); i-- > 0;) backward.Merge(parts[i]);
  EXPECT_EQ(forward, SketchOf(all));
  EXPECT_EQ(backward, forward);
  ExpectWithinOnePercent(forward, all);
}

TEST(DdSketchTest, SubtractsExactlyWhatWasAddedOrMerged) {
  const auto kept = MakeValues(Shape::kLogNormal, 2'000, true, 5);
  const auto gone = MakeValues(Shape::kManyZeros, 700, true, 6);
  DdSketch sketch = SketchOf(kept);
  sketch.Merge(SketchOf(gone));
  DdSketch one_by_one = sketch;
  ASSERT_TRUE(sketch.Subtract(SketchOf(gone)));
  EXPECT_EQ(sketch, SketchOf(kept));
  for (const Weighted& value : gone) {
    ASSERT_TRUE(one_by_one.Subtract(value.value, value.weight_micro));
  }
  EXPECT_EQ(one_by_one, sketch);
  ASSERT_TRUE(sketch.Subtract(SketchOf(kept)));
  EXPECT_EQ(sketch, DdSketch());
  EXPECT_TRUE(sketch.empty());
}

TEST(DdSketchTest, RefusesToSubtractWhatIsNotThereAndChangesNothing) {
  DdSketch sketch;
  sketch.Add(100, kOne);
  sketch.Add(0, kOne);
  const DdSketch before = sketch;
  EXPECT_FALSE(sketch.Subtract(100, kOne + 1));
  EXPECT_FALSE(sketch.Subtract(5'000, kOne));
  EXPECT_FALSE(sketch.Subtract(0, kOne + 1));
  DdSketch lower;
  lower.Add(50, kOne);
  DdSketch higher;
  higher.Add(100, kOne);
  higher.Add(9'000, 1);
  DdSketch zeros;
  zeros.Add(0, 2 * kOne);
  EXPECT_FALSE(sketch.Subtract(lower));
  EXPECT_FALSE(sketch.Subtract(higher));
  EXPECT_FALSE(sketch.Subtract(zeros));
  EXPECT_EQ(sketch, before);
}

TEST(DdSketchTest, DoublesWhenMergedWithItself) {
  const auto values = MakeValues(Shape::kTwoHumps, 300, true, 9);
  DdSketch sketch = SketchOf(values);
  sketch.Merge(sketch);
  EXPECT_EQ(sketch.total_weight_micro(), 2 * SketchOf(values).total_weight_micro());
  ExpectWithinOnePercent(sketch, values);
  ASSERT_TRUE(sketch.Subtract(sketch));
  EXPECT_TRUE(sketch.empty());
}

TEST(DdSketchTest, TakesTheNearestRankAndNoValueBetween) {
  DdSketch sketch;
  for (const uint64_t value : {10u, 20u, 30u, 40u}) sketch.Add(value, kOne);
  EXPECT_EQ(sketch.Quantile(0), 10);
  EXPECT_EQ(sketch.Quantile(0.25), 10);
  EXPECT_EQ(sketch.Quantile(0.250001), 20);
  EXPECT_EQ(sketch.Quantile(0.5), 20);
  EXPECT_EQ(sketch.Quantile(0.75), 30);
  EXPECT_EQ(sketch.Quantile(1), 40);
}

TEST(DdSketchTest, CountsAValueAsOftenAsItWeighs) {
  DdSketch sketch;
  sketch.Add(10, 1 * kOne);
  sketch.Add(20, 98 * kOne);
  sketch.Add(40, 1 * kOne);
  sketch.Add(41, 0);
  EXPECT_EQ(sketch.Quantile(0.01), 10);
  EXPECT_EQ(sketch.Quantile(0.02), 20);
  EXPECT_EQ(sketch.Quantile(0.99), 20);
  EXPECT_EQ(sketch.Quantile(1), 40);
  EXPECT_EQ(sketch.total_weight_micro(), 100 * kOne);
}

TEST(DdSketchTest, HasNoBucketWiderThanItsErrorAndNoGapBetweenBuckets) {
  uint64_t next = 1;
  for (int32_t index = 0; next <= DdSketch::kMaxValue; ++index) {
    const DdSketch::BucketRange range = DdSketch::RangeOf(index);
    if (range.low > range.high) continue;
    ASSERT_EQ(range.low, next);
    ASSERT_EQ(DdSketch::BucketIndex(range.low), index);
    ASSERT_EQ(DdSketch::BucketIndex(range.high), index);
    const auto low = static_cast<double>(range.low);
    const auto high = static_cast<double>(range.high);
    ASSERT_LE((high - low) / (high + low), DdSketch::kRelativeError);
    next = range.high + 1;
  }
}

TEST(DdSketchTest, PutsValuesWhereTheLogarithmSays) {
  const double log_gamma = std::log(1.01 / 0.99);
  for (const uint64_t value : {1u, 2u, 100u, 25'000u, 40'000u, 250'000'000u}) {
    const double exact = std::log(static_cast<double>(value)) / log_gamma;
    EXPECT_EQ(DdSketch::BucketIndex(value), static_cast<int32_t>(std::ceil(exact - 1e-9)));
  }
}

TEST(DdSketchTest, CountsValuesBeyondItsRangeAsTheLargest) {
  DdSketch sketch;
  sketch.Add(UINT64_MAX, kOne);
  EXPECT_NEAR(sketch.Quantile(0.5), static_cast<double>(DdSketch::kMaxValue),
              DdSketch::kRelativeError * static_cast<double>(DdSketch::kMaxValue));
  EXPECT_TRUE(sketch.Subtract(DdSketch::kMaxValue, kOne));
}

TEST(DdSketchTest, ReadsBackFromItsBuckets) {
  const DdSketch sketch = SketchOf(MakeValues(Shape::kManyZeros, 900, true, 3));
  DdSketch copy;
  for (const DdSketch::Bucket& bucket : sketch.buckets()) {
    ASSERT_TRUE(copy.AddToBucket(bucket.index, bucket.weight_micro));
  }
  copy.AddZeros(sketch.zero_weight_micro());
  EXPECT_EQ(copy, sketch);
  EXPECT_FALSE(copy.AddToBucket(-1, kOne));
  EXPECT_FALSE(copy.AddToBucket(1'000'000, kOne));
  EXPECT_EQ(copy, sketch);
}

TEST(DdSketchTest, IsZeroWhenEmpty) { EXPECT_EQ(DdSketch().Quantile(0.75), 0); }

}  // namespace
}  // namespace paceline::core
