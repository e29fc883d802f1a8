#include "core/behavior/bounce_risk.h"

#include <gtest/gtest.h>

namespace paceline::core {
namespace {

TEST(BounceRiskTest, IsLeastForAFastPageSeenOftenOnAStrongDevice) {
  BounceRiskFacts facts;
  facts.lcp_100us = 25'000;
  facts.inp_100us = 2'000;
  facts.cls_nano = 100'000'000;
  facts.load_100us = 30'000;
  facts.device = {8192, 8, 4};
  facts.pages_visited = 3;
  EXPECT_EQ(BounceRiskPermille(facts), 50u);
}

TEST(BounceRiskTest, IsOneThousandWhereEverythingIsAgainstIt) {
  BounceRiskFacts facts;
  facts.lcp_100us = 40'001;
  facts.inp_100us = 5'001;
  facts.cls_nano = 250'000'001;
  facts.load_100us = 60'001;
  facts.device = {1024, 1, 1};
  facts.pages_visited = 1;
  EXPECT_EQ(BounceRiskPermille(facts), 1000u);
}

TEST(BounceRiskTest, AddsHalfThePointsInBetween) {
  BounceRiskFacts facts;
  facts.lcp_100us = 30'000;
  facts.inp_100us = 3'000;
  facts.cls_nano = 200'000'000;
  facts.load_100us = 45'000;
  facts.device = {4096, 4, 3};
  facts.pages_visited = 2;
  EXPECT_EQ(BounceRiskPermille(facts), 50u + 110 + 70 + 50 + 65 + 10 + 60 + 75);
}

TEST(BounceRiskTest, AddsNothingForWhatIsNotKnownButAFirstPage) {
  // A device that says nothing counts as mid-range.
  EXPECT_EQ(BounceRiskPermille({}), 50u + 10 + 150);
  BounceRiskFacts odd;
  odd.device.effective_connection_type = UINT32_MAX;
  EXPECT_EQ(BounceRiskPermille(odd), 50u + 10 + 150);
}

}  // namespace
}  // namespace paceline::core
