// What PageMonitor refuses, what it bounds, and that batching changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/limits.h"
#include "core/page_monitor.h"
#include "tests/unit/core/testing/monitor_driver.h"

namespace paceline::core {
namespace {

using testing::EntryBatchBuilder;
using testing::EventsOf;
using testing::kOriginUnixMs;
using testing::MonitorDriver;
using testing::StringOf;

TEST(PageMonitorLimitsTest, ConsumesNothingOfAMalformedBatch) {
  MonitorDriver page;
  const std::string good = EntryBatchBuilder().PageViewStart().Click(1).Serialize();
  EXPECT_EQ(page.monitor().Consume(good + "\x5a\x7f"), ConsumeStatus::kMalformed);
  EXPECT_EQ(page.monitor().Consume("no protobuf"), ConsumeStatus::kMalformed);
  EXPECT_EQ(page.monitor().Consume(""), ConsumeStatus::kMalformed);
  EXPECT_EQ(page.Pending().events, 0u);
  EXPECT_EQ(page.monitor().Consume(good), ConsumeStatus::kOk);
  EXPECT_EQ(page.Pending().events, 1u);
}

TEST(PageMonitorLimitsTest, RefusesBatchesOfAnotherDocument) {
  MonitorDriver page;
  ASSERT_EQ(page.Consume(EntryBatchBuilder().PageViewStart()), ConsumeStatus::kOk);
  EntryBatchBuilder site;
  site.Click(1).message().set_site("other");
  EntryBatchBuilder session;
  session.Click(1).message().set_session_id("fedcba9876543210");
  EntryBatchBuilder document;
  document.Click(1).message().set_document_id("76543210");
  EXPECT_EQ(page.Consume(site), ConsumeStatus::kOtherDocument);
  EXPECT_EQ(page.Consume(session), ConsumeStatus::kOtherDocument);
  EXPECT_EQ(page.Consume(document), ConsumeStatus::kOtherDocument);
  EXPECT_EQ(page.Pending().events, 0u);
}

TEST(PageMonitorLimitsTest, TakesNoMoreEntriesThanADocumentMayHave) {
  MonitorDriver page;
  EntryBatchBuilder half;
  for (uint32_t i = 0; i < kMaxEntriesPerDocument / 2; ++i) half.UserInput(i);
  EXPECT_EQ(page.Consume(half), ConsumeStatus::kOk);
  EXPECT_EQ(page.Consume(half), ConsumeStatus::kOk);
  EXPECT_EQ(page.Consume(EntryBatchBuilder().Click(1)), ConsumeStatus::kTooManyEntries);
  EXPECT_EQ(page.Pending().events, 0u);
}

TEST(PageMonitorLimitsTest, LeavesForTheNextBeaconWhatIsTooMuchForOne) {
  MonitorDriver page;
  EntryBatchBuilder batch;
  batch.PageViewStart().FirstContentfulPaint(10);
  for (uint32_t i = 0; i < 2 * kMaxEventsPerBeacon; ++i) batch.LayoutShift(i, 0.001, {"p"});
  page.Consume(batch);
  uint32_t shifts = 0;
  uint32_t beacons = 0;
  while (page.Pending().events > 0) {
    const v1::Beacon beacon = page.Flush();
    ASSERT_GT(beacon.events_size(), 0);
    ASSERT_LE(beacon.events_size(), static_cast<int>(kMaxEventsPerBeacon));
    ASSERT_EQ(beacon.page_views_size(), 1);
    for (const v1::Event& event : EventsOf(beacon, v1::Event::kLayoutShift)) {
      ASSERT_EQ(event.layout_shift().sources_size(), 1);
      ++shifts;
    }
    ++beacons;
  }
  EXPECT_EQ(shifts, 2 * kMaxEventsPerBeacon);
  EXPECT_EQ(beacons, 3u);
}

TEST(PageMonitorLimitsTest, SaysEveryPageViewOfManyThatEndedBeforeTheFlush) {
  MonitorDriver page;
  EntryBatchBuilder batch;
  constexpr int kPageViews = 700;
  batch.PageViewStart().Navigation(1);
  for (int i = 1; i < kPageViews; ++i) {
    batch.PageViewStart(10 * i, v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE).RestoredPaint(10 * i + 1);
  }
  page.Consume(batch);
  std::map<uint32_t, int> vitals;
  while (page.Pending().events > 0) {
    const v1::Beacon beacon = page.Flush();
    ASSERT_LE(beacon.events_size(), static_cast<int>(kMaxEventsPerBeacon));
    ASSERT_LE(beacon.page_views_size(), static_cast<int>(kMaxPageViewsPerBeacon));
    for (const v1::Event& event : beacon.events()) ++vitals[event.page_view()];
  }
  EXPECT_EQ(vitals.size(), size_t{kPageViews});
  EXPECT_EQ(vitals[0], 1);
  EXPECT_EQ(vitals[kPageViews - 1], 4);
}

TEST(PageMonitorLimitsTest, DividesTheEventsOfTooManyPageViews) {
  MonitorDriver page;
  EntryBatchBuilder batch;
  constexpr uint32_t kPageViews = 3 * kMaxPageViewsPerBeacon - 1;
  for (uint32_t i = 0; i < kPageViews; ++i) {
    batch.PageViewStart(10 * i, v1::NAVIGATION_TYPE_ROUTE).Click(10 * i + 1);
  }
  page.Consume(batch);
  std::vector<uint32_t> clicked;
  int beacons = 0;
  while (page.Pending().events > 0) {
    const v1::Beacon beacon = page.Flush();
    ++beacons;
    ASSERT_LE(beacon.page_views_size(), static_cast<int>(kMaxPageViewsPerBeacon));
    std::set<uint32_t> headers;
    for (const v1::PageView& page_view : beacon.page_views()) headers.insert(page_view.index());
    for (const v1::Event& event : beacon.events()) {
      EXPECT_TRUE(headers.count(event.page_view()));
      if (event.has_click()) clicked.push_back(event.page_view());
    }
  }
  EXPECT_EQ(beacons, 3);
  ASSERT_EQ(clicked.size(), kPageViews);
  for (uint32_t i = 0; i < kPageViews; ++i) EXPECT_EQ(clicked[i], i);
}

TEST(PageMonitorLimitsTest, SurvivesAClockThatWasSetBack) {
  MonitorDriver page;
  page.Consume(EntryBatchBuilder().PageViewStart().Click(100).Click(200).Click(300));
  FlushOptions options;
  options.sent_unix_ms = kOriginUnixMs - 5'000;
  Bytes bytes;
  EXPECT_TRUE(page.monitor().Flush(options, &bytes));
  options.sent_unix_ms = UINT64_MAX;
  EXPECT_TRUE(page.monitor().Flush(options, &bytes));
}

TEST(PageMonitorLimitsTest, TakesNoLongerForAPageThatIsNeverQuiet) {
  EntryBatchBuilder batch;
  batch.PageViewStart().Navigation(80).FirstContentfulPaint(140);
  auto* navigation = batch.message().mutable_entries(1)->mutable_navigation();
  navigation->set_dom_complete_100us(2'000);
  navigation->set_load_event_end_100us(2'000);
  for (uint32_t i = 0; i < 499; ++i) {
    auto* task = batch.message().add_entries()->mutable_long_task();
    task->set_at_100us(40'000 * i);
    task->set_duration_100us(1'000);
    if (i >= 497) continue;
    auto* resource = batch.message().add_entries()->mutable_resource();
    resource->set_at_100us(40'000 * i);
    resource->set_duration_100us(100'000);
  }
  for (uint32_t i = 0; i < 8'900; ++i) batch.UserInput(4'000 * 498 + 0.1 * i);
  MonitorDriver page;
  EXPECT_EQ(page.Consume(batch), ConsumeStatus::kOk);
  EXPECT_FALSE(page.monitor().ValueOf(Metric::kTti));
  page.Consume(EntryBatchBuilder().UserInput(4'000 * 498 + 11'000));
  EXPECT_TRUE(page.monitor().ValueOf(Metric::kTti));
}

// A visit with everything in it, times in milliseconds, in the order in which a browser would tell.
v1::EntryBatch MakeVisit(uint32_t seed) {
  std::mt19937 generator(seed);
  const auto random = [&generator](int below) {
    return static_cast<int>(generator() % static_cast<uint32_t>(below));
  };
  EntryBatchBuilder visit;
  visit.PageViewStart(0).Navigation(80).FirstContentfulPaint(140).LargestContentfulPaint(180);
  double now_ms = 200;
  uint32_t interactions = 0;
  bool hidden = false;
  for (int i = 0; i < 150; ++i) {
    now_ms += random(700);
    switch (random(9)) {
      case 0:
        visit.LayoutShift(now_ms, 0.001 * random(90), {"p", "div"}, random(4) == 0);
        break;
      case 1:
        visit.LargestContentfulPaint(now_ms, "img");
        break;
      case 2:
        hidden = !hidden;
        visit.Visibility(now_ms, hidden);
        break;
      case 3:
        if (random(8) == 0) {
          hidden = false;
          visit.PageViewStart(now_ms, v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE)
              .InteractionsBefore(interactions)
              .RestoredPaint(now_ms + 30);
        }
        break;
      case 4:
        visit.UserInput(now_ms);
        break;
      default: {
        // Nobody touches a page that is hidden.
        if (hidden) break;
        ++interactions;
        const double duration_ms = 8.0 * random(50);
        visit.Click(now_ms, random(40), 10, random(3) == 0 ? "" : "button");
        visit.EventTiming(now_ms, duration_ms, 7 * interactions, "pointerup");
        visit.EventTiming(now_ms, 8.0 * random(50), 7 * interactions, "click");
        // An entry comes when its event has been painted: nothing is seen in between.
        now_ms += 400;
      }
    }
  }
  visit.InteractionCount(interactions);
  return visit.message();
}

double TimeOf(const v1::Entry& entry) {
  if (entry.has_layout_shift()) return entry.layout_shift().start_100us() / 10.0;
  if (entry.has_click()) return entry.click().at_100us() / 10.0;
  if (entry.has_visibility_change()) return entry.visibility_change().at_100us() / 10.0;
  if (entry.has_page_view_start()) return entry.page_view_start().start_100us() / 10.0;
  if (entry.has_event_timing()) {
    return (entry.event_timing().start_100us() + entry.event_timing().duration_100us()) / 10.0;
  }
  return 0;
}

// What a fact would be made of: last values of vitals, and the events by kind, time and detail.
struct Outcome {
  std::map<std::pair<uint32_t, int>, uint64_t> vitals;
  std::vector<std::string> events;
  bool operator==(const Outcome&) const = default;
};

Outcome RunVisit(const v1::EntryBatch& visit, size_t batches) {
  MonitorDriver page;
  Outcome outcome;
  const auto take = [&outcome](const v1::Beacon& beacon) {
    for (v1::Event event : beacon.events()) {
      if (event.has_vital()) {
        outcome.vitals[{event.page_view(), event.vital().metric()}] = event.vital().value();
      } else {
        outcome.events.push_back(event.ShortDebugString());
      }
    }
  };
  const auto count = static_cast<size_t>(visit.entries_size());
  double now_ms = 0;
  uint32_t interactions = 0;
  for (size_t i = 0; i < batches; ++i) {
    EntryBatchBuilder part;
    part.message() = visit;
    part.message().clear_entries();
    for (size_t k = count * i / batches; k < count * (i + 1) / batches; ++k) {
      const v1::Entry& entry = visit.entries(static_cast<int>(k));
      *part.message().add_entries() = entry;
      now_ms = std::max(now_ms, TimeOf(entry));
      if (entry.has_click()) ++interactions;
    }
    part.InteractionCount(interactions);
    EXPECT_EQ(page.Consume(part), ConsumeStatus::kOk);
    // String references differ from beacon to beacon; the events' other fields do not.
    take(page.Flush(now_ms));
  }
  take(page.Flush(now_ms + 10'000));
  for (std::string& event : outcome.events) {
    for (size_t at; (at = event.find("target_ref: ")) != std::string::npos;) {
      event.erase(at, event.find(' ', at + 12) - at);
    }
    for (size_t at; (at = event.find("name_ref: ")) != std::string::npos;) {
      event.erase(at, event.find(' ', at + 10) - at);
    }
  }
  std::sort(outcome.events.begin(), outcome.events.end());
  return outcome;
}

TEST(PageMonitorLimitsTest, SaysTheSameHoweverTheEntriesAreBatched) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const v1::EntryBatch visit = MakeVisit(seed);
    const Outcome whole = RunVisit(visit, 1);
    ASSERT_GT(whole.vitals.size(), 4u);
    ASSERT_GT(whole.events.size(), 30u);
    for (const size_t batches : {2, 3, 20, 100}) {
      const Outcome split = RunVisit(visit, batches);
      ASSERT_EQ(split.vitals, whole.vitals) << "seed " << seed << ", " << batches << " batches";
      ASSERT_EQ(split.events, whole.events) << "seed " << seed << ", " << batches << " batches";
    }
  }
}

}  // namespace
}  // namespace paceline::core
