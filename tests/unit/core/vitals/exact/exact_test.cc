#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include "core/vitals/exact/longest_interactions.h"
#include "core/vitals/exact/reported_metric.h"
#include "core/vitals/exact/shift_session.h"

namespace paceline::core {
namespace {

using Verdict = LongestInteractions::Verdict;

TEST(ReportedMetricTest, SaysNothingWithoutAValue) {
  ReportedMetric metric(Metric::kLcp, true, -1);
  EXPECT_FALSE(metric.Report(true));
}

TEST(ReportedMetricTest, SaysAZeroOnce) {
  ReportedMetric metric(Metric::kCls, false, 0);
  EXPECT_FALSE(metric.Report(false));
  EXPECT_TRUE(metric.Report(true));
  EXPECT_EQ(metric.delta(), 0);
  EXPECT_FALSE(metric.Report(true));
}

TEST(ReportedMetricTest, SaysEveryChangeOnlyIfAsked) {
  for (const bool all : {false, true}) {
    ReportedMetric metric(Metric::kLcp, all, -1);
    metric.Set(100.25);
    EXPECT_EQ(metric.Report(false), all);
    metric.Set(150.5);
    EXPECT_TRUE(metric.Report(true));
    EXPECT_EQ(metric.delta(), all ? 50.25 : 150.5);
  }
}

TEST(ReportedMetricTest, BeginsAnew) {
  ReportedMetric metric(Metric::kInp, false, -1);
  metric.Set(48);
  EXPECT_TRUE(metric.Report(true));
  metric.Begin(-1);
  EXPECT_FALSE(metric.Report(true));
  metric.Set(48);
  EXPECT_TRUE(metric.Report(true));
  EXPECT_EQ(metric.delta(), 48);
}

TEST(ReportedMetricTest, GivesAValueOnAThresholdTheBetterRating) {
  const auto rating = [](Metric metric, double value) {
    return ReportedMetric(metric, false, value).rating();
  };
  EXPECT_EQ(rating(Metric::kCls, 0.1), Rating::kGood);
  EXPECT_EQ(rating(Metric::kCls, 0.10000000000000002), Rating::kNeedsImprovement);
  EXPECT_EQ(rating(Metric::kCls, 0.25), Rating::kNeedsImprovement);
  EXPECT_EQ(rating(Metric::kCls, 0.25000000000000006), Rating::kPoor);
  EXPECT_EQ(rating(Metric::kLcp, 2500), Rating::kGood);
  EXPECT_EQ(rating(Metric::kLcp, 2500.0000000001), Rating::kNeedsImprovement);
  EXPECT_EQ(rating(Metric::kTtfb, 1800.1), Rating::kPoor);
}

TEST(ShiftSessionTest, SumsTheEntriesOwnDoubles) {
  ShiftSession session;
  EXPECT_TRUE(session.Add(100, 0.1));
  EXPECT_FALSE(session.Add(200, 0.2));
  EXPECT_EQ(session.sum(), 0.1 + 0.2);
}

TEST(ShiftSessionTest, EndsAtAGapOfASecond) {
  ShiftSession session;
  session.Add(100, 0.1);
  EXPECT_FALSE(session.Add(1099.9999999, 0.1));
  EXPECT_TRUE(session.Add(2099.9999999, 0.1));
  EXPECT_EQ(session.sum(), 0.1);
}

TEST(ShiftSessionTest, EndsAfterFiveSeconds) {
  ShiftSession session;
  session.Add(0, 0.01);
  for (double at = 900; at < 5000; at += 900) EXPECT_FALSE(session.Add(at, 0.01)) << at;
  EXPECT_TRUE(session.Add(5000, 0.01));
}

TEST(ShiftSessionTest, BeginsAnewAfterItsEnd) {
  ShiftSession session;
  session.Add(100, 0.1);
  session.End();
  EXPECT_EQ(session.sum(), 0);
  EXPECT_TRUE(session.Add(150, 0.05));
}

TEST(LongestInteractionsTest, TellsWhatAnEntryIsToItsInteraction) {
  LongestInteractions interactions;
  EXPECT_EQ(interactions.Observe(7, 100, 80, 1), Verdict::kBegins);
  EXPECT_EQ(interactions.Observe(7, 100, 80, 1), Verdict::kJoins);
  EXPECT_EQ(interactions.Observe(7, 104, 80, 1), Verdict::kPassedOver);
  EXPECT_EQ(interactions.Observe(7, 104, 64, 1), Verdict::kPassedOver);
  EXPECT_EQ(interactions.Observe(7, 110, 120, 2), Verdict::kReplaces);
  EXPECT_EQ(interactions.Estimate(1)->latency_ms, 120);
  EXPECT_EQ(interactions.Estimate(1)->frame, 2u);
}

TEST(LongestInteractionsTest, DropsTheShortestOfEleven) {
  LongestInteractions interactions;
  for (int i = 1; i <= 10; ++i) interactions.Observe(i, i * 1000, 40 + 8 * i, 0);
  EXPECT_EQ(interactions.dropped_id(), 0);
  EXPECT_EQ(interactions.Observe(11, 20'000, 48, 0), Verdict::kPassedOver);
  EXPECT_EQ(interactions.Observe(12, 21'000, 56, 0), Verdict::kBegins);
  EXPECT_EQ(interactions.dropped_id(), 1);
}

TEST(LongestInteractionsTest, AgreesWithSortingAllInteractions) {
  std::mt19937 generator(5);
  for (int round = 0; round < 200; ++round) {
    LongestInteractions interactions;
    std::vector<double> all;
    const int count = 1 + static_cast<int>(generator() % 600);
    for (int i = 0; i < count; ++i) {
      const double duration = 8 * (2 + static_cast<double>(generator() % 60));
      interactions.Observe(7 * (i + 1), i * 50, duration, 0);
      all.push_back(duration);
    }
    std::sort(all.begin(), all.end(), std::greater<>());
    const auto index = static_cast<size_t>(std::min({count / 50, count - 1, 9}));
    EXPECT_EQ(interactions.Estimate(count)->latency_ms, all[index]) << count;
  }
}

}  // namespace
}  // namespace paceline::core
