// FCP, LCP and TTFB: what happens once while a page loads.
#include <gtest/gtest.h>

#include "core/vitals/fcp_tracker.h"
#include "core/vitals/lcp_tracker.h"
#include "core/vitals/ttfb_tracker.h"

namespace paceline::core {
namespace {

Paint FirstContentfulPaint(uint32_t at_ms) {
  return {at_ms * 10, Paint::Kind::kFirstContentfulPaint};
}

LargestContentfulPaint Candidate(uint32_t at_ms, uint32_t size_px = 1000) {
  return {at_ms * 10, size_px, 0, 0};
}

PageViewState HiddenAt(uint32_t at_ms) {
  PageViewState state;
  state.first_hidden_100us = at_ms * 10;
  return state;
}

PageViewState RestoredAt(uint32_t at_ms) {
  PageViewState state;
  state.restored = true;
  state.start_100us = at_ms * 10;
  return state;
}

TEST(FcpTrackerTest, IsTheFirstContentfulPaint) {
  FcpTracker tracker;
  tracker.Observe({1'000, Paint::Kind::kFirstPaint}, {});
  EXPECT_FALSE(tracker.reading());
  tracker.Observe(FirstContentfulPaint(120), {});
  tracker.Observe(FirstContentfulPaint(900), {});
  ASSERT_TRUE(tracker.reading());
  EXPECT_EQ(tracker.reading()->value, 1'200u);
  EXPECT_EQ(tracker.reading()->entry_count, 1u);
}

TEST(FcpTrackerTest, IsNotMeasuredWhenThePageWasHiddenBefore) {
  FcpTracker tracker;
  tracker.Observe(FirstContentfulPaint(500), HiddenAt(500));
  EXPECT_FALSE(tracker.reading());
  FcpTracker before;
  before.Observe(FirstContentfulPaint(499), HiddenAt(500));
  EXPECT_TRUE(before.reading());
}

TEST(FcpTrackerTest, CountsFromActivationAndNeverBelowZero) {
  PageViewState prerendered;
  prerendered.activation_start_100us = 3'000;
  FcpTracker late;
  late.Observe(FirstContentfulPaint(450), prerendered);
  EXPECT_EQ(late.reading()->value, 1'500u);
  FcpTracker early;
  early.Observe(FirstContentfulPaint(200), prerendered);
  EXPECT_EQ(early.reading()->value, 0u);
}

TEST(FcpTrackerTest, IsTheRestoredPaintAfterARestore) {
  FcpTracker tracker;
  tracker.Observe(FirstContentfulPaint(120), RestoredAt(9000));
  EXPECT_FALSE(tracker.reading());
  tracker.Observe({90'324, Paint::Kind::kRestored}, RestoredAt(9000));
  EXPECT_EQ(tracker.reading()->value, 324u);
  EXPECT_EQ(tracker.reading()->entry_count, 0u);
}

TEST(LcpTrackerTest, IsTheLastCandidate) {
  LcpTracker tracker;
  tracker.Observe(Candidate(100, 500), 1, 0, {});
  tracker.Observe(Candidate(2600, 9'000), 2, 3, {});
  ASSERT_TRUE(tracker.reading());
  EXPECT_EQ(tracker.reading()->value, 26'000u);
  const auto& attribution = tracker.reading()->attribution.lcp;
  EXPECT_EQ(attribution.target, 2u);
  EXPECT_EQ(attribution.url, 3u);
  EXPECT_EQ(attribution.size_px, 9'000u);
}

TEST(LcpTrackerTest, TakesNoCandidateFromWhenThePageWasHidden) {
  LcpTracker tracker;
  tracker.Observe(Candidate(100), 1, 0, HiddenAt(1000));
  tracker.Observe(Candidate(1000), 2, 0, HiddenAt(1000));
  EXPECT_EQ(tracker.reading()->value, 1'000u);
  LcpTracker hidden;
  hidden.Observe(Candidate(100), 1, 0, HiddenAt(0));
  EXPECT_FALSE(hidden.reading());
}

TEST(LcpTrackerTest, TakesNoCandidateFromAfterTheFirstInput) {
  LcpTracker tracker;
  PageViewState touched;
  touched.first_input_100us = 10'000;
  tracker.Observe(Candidate(1000), 1, 0, touched);
  tracker.Observe(Candidate(1001), 2, 0, touched);
  EXPECT_EQ(tracker.reading()->value, 10'000u);
}

TEST(LcpTrackerTest, IsTheRestoredPaintAfterARestore) {
  LcpTracker tracker;
  tracker.Observe(Candidate(100), 1, 0, RestoredAt(9000));
  EXPECT_FALSE(tracker.reading());
  tracker.ObserveRestored(90'324, RestoredAt(9000));
  EXPECT_EQ(tracker.reading()->value, 324u);
}

TEST(TtfbTrackerTest, IsTheResponsesStartSinceActivation) {
  TtfbTracker tracker;
  tracker.Observe({2'345}, {});
  EXPECT_EQ(tracker.reading()->value, 2'345u);
  PageViewState prerendered;
  prerendered.activation_start_100us = 3'000;
  TtfbTracker early;
  early.Observe({2'345}, prerendered);
  EXPECT_EQ(early.reading()->value, 0u);
}

TEST(TtfbTrackerTest, PassesOverAResponseStartThatTheBrowserKeepsToItself) {
  TtfbTracker tracker;
  tracker.Observe({0}, {});
  EXPECT_FALSE(tracker.reading());
}

}  // namespace
}  // namespace paceline::core
