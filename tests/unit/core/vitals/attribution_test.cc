#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "core/vitals/interactivity_tracker.h"
#include "core/vitals/page_vitals.h"
#include "core/vitals/subparts.h"

namespace paceline::core {
namespace {

Navigation CompleteLoad() {
  Navigation navigation;
  navigation.fetch_start_100us = 20;
  navigation.domain_lookup_start_100us = 50;
  navigation.connect_start_100us = 150;
  navigation.connect_end_100us = 450;
  navigation.request_start_100us = 460;
  navigation.response_start_100us = 2'000;
  navigation.dom_interactive_100us = 4'000;
  navigation.dom_content_loaded_100us = 4'500;
  navigation.dom_complete_100us = 9'000;
  navigation.load_event_end_100us = 9'100;
  navigation.cache_status_ref = 3;
  navigation.server_region_ref = 4;
  return navigation;
}

Attribution AttributionOf(const PageVitals& vitals, Metric metric) {
  const auto reading = vitals.Read(metric);
  return reading ? reading->attribution : Attribution();
}

PageVitals Painted() {
  PageVitals vitals({}, 0, false);
  vitals.Observe(CompleteLoad());
  vitals.Observe(Paint{5'000, Paint::Kind::kFirstContentfulPaint});
  return vitals;
}

LongTask Task(uint32_t at_ms, uint32_t duration_ms) { return {at_ms * 10, duration_ms * 10}; }

Resource Request(uint32_t at_ms, uint32_t duration_ms) {
  Resource resource;
  resource.at_100us = at_ms * 10;
  resource.duration_100us = duration_ms * 10;
  return resource;
}

TEST(AttributionTest, PartsOfTtfbAddUp) {
  const auto ttfb = AttributionOf(Painted(), Metric::kTtfb).ttfb;
  EXPECT_EQ(ttfb.waiting_100us, 20u);
  EXPECT_EQ(ttfb.cache_100us, 30u);
  EXPECT_EQ(ttfb.dns_100us, 100u);
  EXPECT_EQ(ttfb.connection_100us, 300u);
  EXPECT_EQ(ttfb.request_100us, 1'550u);
  EXPECT_EQ(ttfb.cache_status, 3u);
  EXPECT_EQ(ttfb.server_region, 4u);
}

TEST(AttributionTest, PartsOfTheLargestPaintAddUp) {
  PageVitals vitals = Painted();
  LargestContentfulPaint image;
  image.start_100us = 12'000;
  image.resource_start_100us = 2'500;
  image.resource_request_100us = 3'000;
  image.resource_end_100us = 10'000;
  image.hero = true;
  vitals.Observe(image, 5, 6);
  const auto lcp = AttributionOf(vitals, Metric::kLcp).lcp;
  EXPECT_EQ(lcp.time_to_first_byte_100us, 2'000u);
  EXPECT_EQ(lcp.resource_load_delay_100us, 1'000u);
  EXPECT_EQ(lcp.resource_load_duration_100us, 7'000u);
  EXPECT_EQ(lcp.element_render_delay_100us, 2'000u);
  EXPECT_TRUE(lcp.hero);
  EXPECT_EQ(lcp.target, 5u);
}

TEST(AttributionTest, AnImageThatGoesOnLoadingEndsWithItsPaint) {
  const ResourceTimes<int64_t> resource = {3'000, 0, 20'000};
  const auto parts = DivideLcp<int64_t>(12'000, 0, 2'000, &resource);
  EXPECT_EQ(parts.resource_load_delay, 1'000);
  EXPECT_EQ(parts.resource_load_duration, 9'000);
  EXPECT_EQ(parts.element_render_delay, 0);
}

TEST(AttributionTest, CountsWhatHeldUpTheFirstPaint) {
  PageVitals vitals = Painted();
  for (const PoolRef url : {7u, 8u, 9u}) {
    Resource style = Request(30, url == 8 ? 300 : 100);
    style.url_ref = url;
    style.render_blocking = url != 9;
    vitals.Observe(style);
  }
  const auto fcp = AttributionOf(vitals, Metric::kFcp).fcp;
  EXPECT_EQ(fcp.render_blocking_resources, 2u);
  EXPECT_EQ(fcp.render_blocking_url, 8u);
  EXPECT_EQ(fcp.time_to_first_byte_100us + fcp.first_byte_to_fcp_100us, 5'000u);
  EXPECT_EQ(fcp.load_state, LoadState::kDomContentLoaded);
}

TEST(AttributionTest, SaysALoadsVitalsAgainWhenTheirPartsAreKnown) {
  PageVitals vitals({}, 0, false);
  Navigation first_byte;
  first_byte.response_start_100us = 2'000;
  vitals.Observe(first_byte);
  PodVector<VitalEvent> events;
  vitals.TakeChanges(0, &events);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(vitals.HasNews());
  vitals.Observe(CompleteLoad());
  events.clear();
  vitals.TakeChanges(0, &events);
  ASSERT_EQ(events.size(), 1u);
  const VitalEvent& ttfb = events[0];
  EXPECT_EQ(ttfb.zigzag_delta, 0u);
  EXPECT_EQ(ttfb.attribution.ttfb.request_100us, 1'550u);
  EXPECT_FALSE(vitals.HasNews());
}

TEST(AttributionTest, SaysAnInteractionAgainWhenItsScriptIsKnown) {
  PageVitals vitals = Painted();
  EventTiming click;
  click.start_100us = 20'000;
  click.duration_100us = 2'000;
  click.interaction_id = 7;
  vitals.Observe(click, 1, 2);
  vitals.SetInteractionCount(1);
  PodVector<VitalEvent> events;
  vitals.TakeChanges(0, &events);
  EXPECT_FALSE(vitals.HasNews());
  vitals.Observe(Script{20'400, 1'200, 12, 13});
  EXPECT_TRUE(vitals.HasNews());
  vitals.TakeChanges(0, &events);
  EXPECT_FALSE(vitals.HasNews());
}

TEST(AttributionTest, NamesTheLongestScriptOfAnInteraction) {
  for (const bool scripts_first : {true, false}) {
    PageVitals vitals = Painted();
    EventTiming click;
    click.start_100us = 20'000;
    click.duration_100us = 2'000;
    click.processing_start_100us = 200;
    click.processing_duration_100us = 1'500;
    click.interaction_id = 7;
    click.first_input = true;
    if (!scripts_first) vitals.Observe(click, 1, 2);
    vitals.Observe(Script{19'900, 400, 10, 11});
    vitals.Observe(Script{20'400, 1'200, 12, 13});
    vitals.Observe(Script{30'000, 9'000, 14, 15});
    if (scripts_first) vitals.Observe(click, 1, 2);
    vitals.SetInteractionCount(1);
    for (const Metric metric : {Metric::kInp, Metric::kFid}) {
      const auto input = AttributionOf(vitals, metric).interaction;
      EXPECT_EQ(input.longest_script_url, 12u);
      EXPECT_EQ(input.longest_script_function, 13u);
      EXPECT_EQ(input.longest_script_100us, 1'200u);
      EXPECT_EQ(input.load_state, LoadState::kComplete);
      EXPECT_EQ(input.interaction_type, InteractionType::kPointer);
    }
  }
}

TEST(InteractivityTest, IsTheEndOfTheLastTaskBeforeFiveQuietSeconds) {
  InteractivityTracker tracker;
  for (const LongTask& task : {Task(600, 100), Task(2000, 250), Task(6000, 80)}) {
    tracker.Observe(task);
  }
  tracker.Advance(9'000 * 10, 500 * 10, {});
  EXPECT_FALSE(tracker.time_to_interactive());
  tracker.Advance(11'080 * 10, 500 * 10, {});
  ASSERT_TRUE(tracker.time_to_interactive());
  EXPECT_EQ(tracker.time_to_interactive()->value, 60'800u);
  EXPECT_EQ(tracker.total_blocking_time()->value, (50u + 200 + 30) * 10);
}

TEST(InteractivityTest, IsNotBeforeThePaintAndTheDocument) {
  InteractivityTracker tracker;
  tracker.Observe(Task(100, 200));
  tracker.ObserveDomContentLoaded(900 * 10);
  tracker.Advance(8'000 * 10, 500 * 10, {});
  ASSERT_TRUE(tracker.time_to_interactive());
  EXPECT_EQ(tracker.time_to_interactive()->value, 9'000u);
  EXPECT_EQ(tracker.total_blocking_time()->value, 0u);
}

TEST(InteractivityTest, WaitsForTheNetworkToBecomeQuiet) {
  InteractivityTracker tracker;
  tracker.Observe(Task(700, 100));
  for (int i = 0; i < 3; ++i) tracker.Observe(Request(1'000, 3'000));
  tracker.Observe(Task(3'500, 100));
  tracker.Advance(8'900 * 10, 500 * 10, {});
  EXPECT_FALSE(tracker.time_to_interactive());
  tracker.Advance(9'000 * 10, 500 * 10, {});
  ASSERT_TRUE(tracker.time_to_interactive());
  // The tasks' quiet began at 3.6 s, the network's at 4 s.
  EXPECT_EQ(tracker.time_to_interactive()->value, 36'000u);
}

TEST(InteractivityTest, TakesTwoRequestsForQuiet) {
  InteractivityTracker tracker;
  for (int i = 0; i < 2; ++i) tracker.Observe(Request(1'000, 9'000));
  tracker.Advance(5'500 * 10, 500 * 10, {});
  EXPECT_TRUE(tracker.time_to_interactive());
}

TEST(InteractivityTest, HasNoValueForAPageThatWasHidden) {
  InteractivityTracker tracker;
  PageViewState hidden;
  hidden.first_hidden_100us = 3'000 * 10;
  tracker.Advance(20'000 * 10, 500 * 10, hidden);
  EXPECT_FALSE(tracker.time_to_interactive());
}

// By the definition: the quiet before each task, and after the last, with each quiet span of the
// network. Times in 100 ms.
std::optional<uint32_t> SlowlyFound(const std::vector<LongTask>& tasks,
                                    const std::vector<Resource>& requests, uint32_t now,
                                    uint32_t painted) {
  const auto busy = [&requests](uint32_t at) {
    return std::count_if(requests.begin(), requests.end(), [at](const Resource& request) {
             return request.at_100us <= at && at < request.at_100us + request.duration_100us;
           }) > 2;
  };
  uint32_t quiet_since = 0;
  for (size_t i = 0; i <= tasks.size(); ++i) {
    const uint32_t until = i < tasks.size() ? tasks[i].at_100us : now;
    const uint32_t begin = std::max(quiet_since, painted);
    uint32_t quiet = 0;
    for (uint32_t at = begin; at < until; at += 1'000) {
      quiet = busy(at) ? 0 : quiet + 1'000;
      if (quiet == 50'000) return begin;
    }
    if (i < tasks.size()) {
      quiet_since = std::max(quiet_since, tasks[i].at_100us + tasks[i].duration_100us);
    }
  }
  return std::nullopt;
}

TEST(InteractivityTest, FindsWhatTheDefinitionSays) {
  constexpr uint32_t kPainted = 4'000;
  int found = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 generator(seed);
    const auto random = [&generator](uint32_t below) {
      return static_cast<uint32_t>(generator() % below);
    };
    InteractivityTracker tracker;
    std::vector<LongTask> tasks;
    std::vector<Resource> requests;
    for (uint32_t now_ms = 100; now_ms <= 40'000; now_ms += 100) {
      if (random(35) == 0) {
        tasks.push_back(Task(now_ms, 100 * (1 + random(9))));
        tracker.Observe(tasks.back());
      }
      if (random(12) == 0) {
        requests.push_back(Request(now_ms, 100 * random(40)));
        tracker.Observe(requests.back());
      }
      tracker.Advance(now_ms * 10, kPainted, {});
      const auto expected = SlowlyFound(tasks, requests, now_ms * 10, kPainted);
      const auto reading = tracker.time_to_interactive();
      ASSERT_EQ(reading.has_value(), expected.has_value()) << "seed " << seed << ", " << now_ms;
      if (!expected) continue;
      ASSERT_EQ(reading->value, *expected) << "seed " << seed;
      ++found;
      break;
    }
  }
  EXPECT_GT(found, 200);
}

// 2.5e11 steps, were each span compared with each other at each time.
TEST(InteractivityTest, TakesNoLongerForAPageThatIsNeverQuiet) {
  InteractivityTracker tracker;
  for (uint32_t i = 0; i < 499; ++i) {
    tracker.Observe(Task(4'000 * i, 100));
    tracker.Observe(Request(3'000 * i, 1'000));
    for (int k = 0; k < 3; ++k) tracker.Advance(40'000 * i, 1'000, {});
  }
  for (uint32_t i = 0; i < 1'000'000; ++i) tracker.Advance(4'000 * 499 * 10, 1'000, {});
  EXPECT_FALSE(tracker.time_to_interactive());
}

TEST(SoftNavigationTest, CountsFromItsStart) {
  PageViewState state;
  state.start_100us = 50'000;
  state.activation_start_100us = 50'000;
  state.soft = true;
  PageVitals vitals(state, 4, true);
  vitals.Observe(Paint{51'200, Paint::Kind::kFirstContentfulPaint});
  LargestContentfulPaint paint;
  paint.start_100us = 52'000;
  vitals.Observe(paint, 1, 0);
  EXPECT_FALSE(vitals.Read(Metric::kLcp)) << "of the load";
  paint.soft_navigation = true;
  vitals.Observe(paint, 1, 0);
  EXPECT_EQ(vitals.Read(Metric::kFcp)->value, 1'200u);
  EXPECT_EQ(vitals.Read(Metric::kLcp)->value, 2'000u);
  EXPECT_EQ(vitals.Read(Metric::kTtfb)->value, 0u);
  EXPECT_FALSE(vitals.Read(Metric::kInp));
  vitals.SetInteractionCount(5);
  EXPECT_EQ(vitals.Read(Metric::kInp)->value, 80u) << "too short for an entry";
}

}  // namespace
}  // namespace paceline::core
