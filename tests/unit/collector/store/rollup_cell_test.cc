#include "collector/store/rollup_cell.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/page_facts.h"

namespace paceline::store {
namespace {

v1::PageViewFact FactWith(uint64_t lcp, v1::Rating rating, uint64_t weight = 1'000'000) {
  v1::PageViewFact fact;
  fact.set_site("academy");
  fact.set_weight_micro(weight);
  v1::FactVital* vital = fact.add_vitals();
  vital->set_metric(v1::METRIC_LCP);
  vital->set_value(lcp);
  vital->set_rating(rating);
  return fact;
}

TEST(RollupCell, AddsWeightsSumsAndRatings) {
  CellDelta delta;
  AddFact(FactWith(20'000, v1::RATING_GOOD), 1, &delta);
  AddFact(FactWith(50'000, v1::RATING_POOR, 4'000'000), 1, &delta);
  v1::RollupCell cell;
  ASSERT_TRUE(delta.ApplyTo(&cell).ok());
  EXPECT_EQ(cell.page_views(), 2u);
  EXPECT_EQ(cell.page_view_weight_micro(), 5'000'000u);
  ASSERT_EQ(cell.metrics_size(), 1);
  EXPECT_EQ(cell.metrics(0).metric(), v1::METRIC_LCP);
  EXPECT_EQ(cell.metrics(0).good_weight_micro(), 1'000'000u);
  EXPECT_EQ(cell.metrics(0).poor_weight_micro(), 4'000'000u);
  EXPECT_EQ(static_cast<uint64_t>(WeightedSum(cell.metrics(0))),
            20'000'000'000u + 200'000'000'000u);
  EXPECT_NEAR(ToSketch(cell.metrics(0).sketch()).Quantile(0.75), 50'000, 500);
}

TEST(RollupCell, TakingBackLeavesNothing) {
  CellDelta delta;
  const v1::PageViewFact fact = FactWith(0, v1::RATING_GOOD);
  AddFact(fact, 1, &delta);
  EXPECT_FALSE(delta.IsZero());
  AddFact(fact, -1, &delta);
  EXPECT_TRUE(delta.IsZero());
}

TEST(RollupCell, IsTheSameAsAMessageAndBack) {
  CellDelta delta;
  AddFact(FactWith(0, v1::RATING_GOOD), 1, &delta);
  AddFact(FactWith(70'000, v1::RATING_POOR, 4'000'000), 1, &delta);
  AddFact(FactWith(20'000, v1::RATING_GOOD), -1, &delta);
  CellDelta sum;
  sum.Add(delta.ToMessage());
  CellDelta negated = delta;
  negated.Negate();
  sum.Add(negated.ToMessage());
  EXPECT_TRUE(sum.IsZero());
  AddFact(FactWith(20'000, v1::RATING_GOOD), 1, &sum);
  sum.Add(delta);
  v1::RollupCell cell;
  ASSERT_TRUE(sum.ApplyTo(&cell).ok());
  EXPECT_EQ(cell.page_views(), 2u);
  ASSERT_EQ(cell.metrics_size(), 1);
  EXPECT_EQ(cell.metrics(0).weight_micro(), 5'000'000u);
  EXPECT_EQ(static_cast<uint64_t>(WeightedSum(cell.metrics(0))), 280'000'000'000u);
  EXPECT_EQ(ToSketch(cell.metrics(0).sketch()).total_weight_micro(), 5'000'000u);
}

TEST(RollupCell, RevisionMovesTheValue) {
  CellDelta first;
  AddFact(FactWith(20'000, v1::RATING_GOOD), 1, &first);
  v1::RollupCell cell;
  ASSERT_TRUE(first.ApplyTo(&cell).ok());

  CellDelta revision;
  AddFact(FactWith(20'000, v1::RATING_GOOD), -1, &revision);
  AddFact(FactWith(60'000, v1::RATING_POOR), 1, &revision);
  ASSERT_TRUE(revision.ApplyTo(&cell).ok());

  CellDelta only;
  AddFact(FactWith(60'000, v1::RATING_POOR), 1, &only);
  v1::RollupCell expected;
  ASSERT_TRUE(only.ApplyTo(&expected).ok());
  EXPECT_EQ(cell.SerializeAsString(), expected.SerializeAsString());
}

TEST(RollupCell, SumsBeyondSixtyFourBitsAreExact) {
  CellDelta delta;
  // CLS of 9 in units of 1e-9, at one in a million: 9e9 * 1e12 = 9e21 each.
  for (int i = 0; i < 3; ++i)
    AddFact(FactWith(9'000'000'000, v1::RATING_POOR, 1'000'000'000'000), 1, &delta);
  v1::RollupCell cell;
  ASSERT_TRUE(delta.ApplyTo(&cell).ok());
  Uint128 expected = 27'000'000'000;
  expected *= 1'000'000'000'000;
  EXPECT_TRUE(WeightedSum(cell.metrics(0)) == expected);
  EXPECT_GT(cell.metrics(0).weighted_sum_high(), 0u);
}

TEST(RollupCell, OrderAndGroupingOfChangesDoNotMatter) {
  std::mt19937 random(7);
  std::vector<v1::PageViewFact> facts;
  for (int i = 0; i < 200; ++i) {
    facts.push_back(FactWith(random() % 100'000, static_cast<v1::Rating>(1 + random() % 3),
                             1'000'000 * (1 + random() % 3)));
  }
  v1::RollupCell at_once;
  CellDelta all;
  for (const auto& fact : facts) AddFact(fact, 1, &all);
  ASSERT_TRUE(all.ApplyTo(&at_once).ok());

  std::shuffle(facts.begin(), facts.end(), random);
  v1::RollupCell one_by_one;
  for (const auto& fact : facts) {
    CellDelta one;
    AddFact(fact, 1, &one);
    CellDelta merged;
    merged.Add(one);
    ASSERT_TRUE(merged.ApplyTo(&one_by_one).ok());
  }
  EXPECT_EQ(one_by_one.SerializeAsString(), at_once.SerializeAsString());
}

TEST(RollupCell, FewerPageViewsThanNoneIsAnError) {
  CellDelta delta;
  AddFact(FactWith(1, v1::RATING_GOOD), -1, &delta);
  v1::RollupCell cell;
  EXPECT_EQ(delta.ApplyTo(&cell).code(), absl::StatusCode::kDataLoss);
}

TEST(RollupCell, BotsAndUnsampledSessionsDoNotCount) {
  v1::PageViewFact fact = FactWith(1, v1::RATING_GOOD);
  EXPECT_TRUE(CountsInRollups(fact));
  fact.mutable_dimensions()->set_bot(true);
  EXPECT_FALSE(CountsInRollups(fact));
  EXPECT_FALSE(CountsInRollups(FactWith(1, v1::RATING_GOOD, 0)));
}

}  // namespace
}  // namespace paceline::store
