#include "collector/receive/outcome_status.h"

#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

TEST(OutcomeStatusTest, EveryOutcomeHasItsStatus) {
  for (int number = v1::Outcome_MIN; number <= v1::Outcome_MAX; ++number) {
    if (!v1::Outcome_IsValid(number) || number == v1::OUTCOME_UNSPECIFIED) continue;
    EXPECT_NE(StatusOf(static_cast<v1::Outcome>(number)), 500) << number;
  }
  EXPECT_EQ(StatusOf(v1::OUTCOME_UNSPECIFIED), 500);
}

TEST(OutcomeStatusTest, SuccessIsEmptyAndRefusalsSayWhy) {
  const HttpResponse stored = AnswerOf({v1::OUTCOME_DUPLICATE, ""});
  EXPECT_EQ(stored.status, 204);
  EXPECT_EQ(stored.body, "");
  const HttpResponse refused = AnswerOf({v1::OUTCOME_REFUSED_INVALID, "session_id is short"});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body, "session_id is short\n");
  EXPECT_TRUE(refused.headers.empty());
}

TEST(OutcomeStatusTest, OnlyPassingTroubleAsksForARetry) {
  for (const v1::Outcome outcome : {v1::OUTCOME_OVERLOADED, v1::OUTCOME_UNAVAILABLE}) {
    const HttpResponse response = AnswerOf({outcome, "later"});
    EXPECT_EQ(response.status, 503);
    ASSERT_EQ(response.headers.size(), 1u);
    EXPECT_EQ(response.headers[0].first, "Retry-After");
  }
  EXPECT_TRUE(AnswerOf({v1::OUTCOME_CONFLICT, "other bytes"}).headers.empty());
}

}  // namespace
}  // namespace paceline::receive
