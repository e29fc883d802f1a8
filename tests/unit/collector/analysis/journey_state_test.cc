#include "collector/analysis/journey_state.h"

#include <gtest/gtest.h>

#include <map>

namespace paceline::analysis {
namespace {

using Kind = JourneyEventKind;

constexpr uint64_t kMinute = 60'000;
// Patience: 30 minutes.
const JourneyDefinition kPayment = {"payment", 1, kMinute, {"method", "details", "confirmation"}};

JourneyEvent At(uint64_t minutes, Kind kind, std::string step = "", std::string reason = "") {
  return {kind, std::move(step), std::move(reason), minutes * kMinute};
}

TEST(JourneyStateTest, C15HasTheSevenDefaultsWithTheirStepsAndTargets) {
  std::map<std::string, std::pair<size_t, uint64_t>> defaults;
  for (const auto& one : DefaultJourneys()) {
    defaults[one.name] = {one.steps.size(), one.target_ms / 1000};
  }
  const std::map<std::string, std::pair<size_t, uint64_t>> expected = {
      {"student_registration", {7, 120}},
      {"class_booking", {7, 180}},
      {"login", {4, 10}},
      {"payment", {5, 60}},
      {"teacher_onboarding", {7, 1800}},
      {"dashboard_loading", {4, 5}},
      {"report_generation", {5, 15}}};
  EXPECT_EQ(defaults, expected);
}

TEST(JourneyStateTest, C15WaitsThreeTargetsAndHalfAnHourAtLeast) {
  EXPECT_EQ(PatienceMs(kPayment), 30 * kMinute);
  EXPECT_EQ(PatienceMs({"long", 1, 20 * kMinute, {}}), 60 * kMinute);
  EXPECT_EQ(PatienceMs({"no target", 1, 0, {}}), 30 * kMinute);
}

TEST(JourneyStateTest, CompletesWithTheLastOfItsSteps) {
  const auto runs = FollowJourney(
      kPayment,
      {At(0, Kind::kStart), At(1, Kind::kStepComplete, "method"),
       At(2, Kind::kStepComplete, "details"), At(3, Kind::kStepComplete, "confirmation")},
      1000 * kMinute);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].state, JourneyState::kCompleted);
  EXPECT_EQ(runs[0].ended_unix_ms - runs[0].began_unix_ms, 3 * kMinute);
  EXPECT_EQ(runs[0].completed.size(), 3u);
}

TEST(JourneyStateTest, CompletesWhenTheSiteSaysSo) {
  const auto runs =
      FollowJourney({"tour", 1, 0, {}}, {At(0, Kind::kStart), At(1, Kind::kComplete)}, kMinute);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].state, JourneyState::kCompleted);
}

TEST(JourneyStateTest, C15AbandonsAfterItsPatienceAndNotBefore) {
  const std::vector<JourneyEvent> events = {At(0, Kind::kStart),
                                            At(5, Kind::kStepComplete, "method")};
  EXPECT_EQ(FollowJourney(kPayment, events, 35 * kMinute)[0].state, JourneyState::kRunning);
  const auto late = FollowJourney(kPayment, events, 35 * kMinute + 1);
  EXPECT_EQ(late[0].state, JourneyState::kAbandoned);
  EXPECT_EQ(late[0].reason, kNoProgress);
  EXPECT_EQ(late[0].ended_unix_ms, 35 * kMinute);
}

TEST(JourneyStateTest, BeginsAnewWhenPatienceHadEnded) {
  const auto runs = FollowJourney(
      kPayment, {At(0, Kind::kStart), At(60, Kind::kStepStart, "method")}, 61 * kMinute);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].state, JourneyState::kAbandoned);
  EXPECT_EQ(runs[1].state, JourneyState::kRunning);
}

TEST(JourneyStateTest, FailsWithAReasonAndGoesOnWithTheNextStep) {
  std::vector<JourneyEvent> events = {At(0, Kind::kStart),
                                      At(1, Kind::kStepFail, "details", "card declined")};
  const auto failed = FollowJourney(kPayment, events, 500 * kMinute);
  EXPECT_EQ(failed[0].state, JourneyState::kFailed);
  EXPECT_EQ(failed[0].reason, "card declined");
  EXPECT_EQ(failed[0].failed_step, "details");
  events.push_back(At(2, Kind::kStepComplete, "details"));
  events.push_back(At(3, Kind::kComplete));
  const auto mended = FollowJourney(kPayment, events, 500 * kMinute);
  ASSERT_EQ(mended.size(), 1u);
  EXPECT_EQ(mended[0].state, JourneyState::kCompleted);
  EXPECT_EQ(mended[0].reason, "");
}

TEST(JourneyStateTest, AbandonsWithTheSitesReason) {
  const auto runs =
      FollowJourney(kPayment, {At(0, Kind::kStart), At(1, Kind::kAbandon, "", "too dear")}, 0);
  EXPECT_EQ(runs[0].state, JourneyState::kAbandoned);
  EXPECT_EQ(runs[0].reason, "too dear");
}

TEST(JourneyStateTest, TakesASecondStartForTheFirstUntilAStepIsDone) {
  EXPECT_EQ(FollowJourney(kPayment, {At(0, Kind::kStart), At(1, Kind::kStart)}, 0).size(), 1u);
  const auto runs = FollowJourney(
      kPayment, {At(0, Kind::kStart), At(1, Kind::kStepComplete, "method"), At(2, Kind::kStart)},
      2 * kMinute);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].reason, kRestarted);
  EXPECT_EQ(runs[1].began_unix_ms, 2 * kMinute);
}

TEST(JourneyStateTest, CountsAStepOnce) {
  const auto runs = FollowJourney(
      kPayment, {At(0, Kind::kStepComplete, "method"), At(1, Kind::kStepComplete, "method")},
      kMinute);
  ASSERT_EQ(runs.size(), 1u);
  ASSERT_EQ(runs[0].completed.size(), 1u);
  EXPECT_EQ(runs[0].completed[0].at_unix_ms, 0u);
}

TEST(JourneyStateTest, RemembersOnlySoManyStepsOfARun) {
  std::vector<JourneyEvent> events;
  for (int i = 0; i < 100'000; ++i) {
    events.push_back(At(1, Kind::kStepComplete, std::to_string(i)));
  }
  events.push_back(At(2, Kind::kComplete));
  const auto runs = FollowJourney({"tour", 1, 0, {}}, events, 3 * kMinute);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].completed.size(), kMaxCompletedSteps);
  EXPECT_EQ(runs[0].state, JourneyState::kCompleted);
}

TEST(JourneyStateTest, NothingHappenedWithoutEvents) {
  EXPECT_TRUE(FollowJourney(kPayment, {}, 1).empty());
}

}  // namespace
}  // namespace paceline::analysis
