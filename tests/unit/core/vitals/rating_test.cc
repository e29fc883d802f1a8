#include "core/vitals/rating.h"

#include <gtest/gtest.h>

namespace paceline::core {
namespace {

struct Row {
  Metric metric;
  uint64_t good_until;
  uint64_t poor_beyond;
};

// As published: milliseconds times ten, CLS in 1e-9.
constexpr Row kRows[] = {
    {Metric::kLcp, 25'000, 40'000}, {Metric::kFid, 1'000, 3'000},
    {Metric::kInp, 2'000, 5'000},   {Metric::kCls, 100'000'000, 250'000'000},
    {Metric::kFcp, 18'000, 30'000}, {Metric::kTtfb, 8'000, 18'000},
};

TEST(RatingTest, GivesAValueOnAThresholdTheBetterRating) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Rate(row.metric, 0), Rating::kGood);
    EXPECT_EQ(Rate(row.metric, row.good_until), Rating::kGood);
    EXPECT_EQ(Rate(row.metric, row.good_until + 1), Rating::kNeedsImprovement);
    EXPECT_EQ(Rate(row.metric, row.poor_beyond), Rating::kNeedsImprovement);
    EXPECT_EQ(Rate(row.metric, row.poor_beyond + 1), Rating::kPoor);
  }
}

TEST(RatingTest, CountsThreeMetricsAsCoreWebVitals) {
  for (const Row& row : kRows) {
    const bool core =
        row.metric == Metric::kLcp || row.metric == Metric::kInp || row.metric == Metric::kCls;
    EXPECT_EQ(IsCoreWebVital(row.metric), core);
  }
}

}  // namespace
}  // namespace paceline::core
