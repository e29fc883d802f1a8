#include "collector/store/views.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/page_facts.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

constexpr uint64_t kMinute = 60'000;
constexpr uint64_t kHour = 3'600'000;

void AppendAll(Process* process, const std::vector<v1::JournalRecord>& records) {
  for (const v1::JournalRecord& record : records) {
    ASSERT_NE(AppendAndWait(process->committer.get(), record).outcome, AppendOutcome::kUnavailable);
  }
}

uint64_t PageViews(const std::vector<RollupRow>& rows) {
  uint64_t views = 0;
  for (const RollupRow& row : rows) views += row.cell.page_views();
  return views;
}

void ExpectVerified(const KeyValueReader& disk) {
  const auto report = VerifyViews(disk);
  ASSERT_TRUE(report.ok()) << report.status();
  for (const Difference& difference : report->differences) {
    ADD_FAILURE() << difference.what << "\n  stored    " << difference.stored << "\n  recounted "
                  << difference.recounted;
  }
}

TEST(Views, PageHiddenThreeTimesCountsOnceWithItsLastValues) {
  const std::vector<v1::JournalRecord> reports = {
      BeaconBuilder(1, 1, 0).Vital(v1::METRIC_CLS, 50'000'000).Build(),
      BeaconBuilder(1, 1, 1)
          .Vital(v1::METRIC_CLS, 120'000'000, v1::RATING_NEEDS_IMPROVEMENT)
          .Build(),
      BeaconBuilder(1, 1, 2).Vital(v1::METRIC_CLS, 300'000'000, v1::RATING_POOR).Build()};
  const std::vector<std::vector<size_t>> arrivals = {
      {0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {0, 0, 1, 2, 1, 2}, {2, 0, 2, 1, 0}};
  for (const auto& arrival : arrivals) {
    for (const bool restart : {false, true}) {
      MemoryKeyValue disk;
      auto process = std::make_unique<Process>(&disk);
      for (const size_t i : arrival) {
        AppendAll(process.get(), {reports[i]});
        if (!restart) continue;
        process.reset();
        process = std::make_unique<Process>(&disk);
      }
      for (const Resolution resolution :
           {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
        const auto rows = Rows(process->views(), resolution, "");
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].start_unix_ms, CellStart(resolution, kNoon));
        EXPECT_EQ(rows[0].cell.page_views(), 1u);
        ASSERT_EQ(rows[0].cell.metrics_size(), 1);
        const v1::MetricCell& cls = rows[0].cell.metrics(0);
        EXPECT_EQ(cls.weight_micro(), 1'000'000u);
        EXPECT_EQ(cls.poor_weight_micro(), 1'000'000u);
        EXPECT_EQ(cls.good_weight_micro() + cls.needs_improvement_weight_micro(), 0u);
        EXPECT_TRUE(WeightedSum(cls) == Uint128{300'000'000} * 1'000'000);
      }
      process.reset();
      ExpectVerified(disk);
    }
  }
}

TEST(Views, FactCountsInEachSlice) {
  MemoryKeyValue disk;
  Process process(&disk);
  AppendAll(&process,
            {BeaconBuilder(1, 1, 0).Build(), BeaconBuilder(2, 1, 0).PageView(0, "lesson").Build()});
  for (const bool flushed : {false, true}) {
    if (flushed) {
      ASSERT_TRUE(process.committer->FlushViews().ok());
    }
    EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "")), 2u);
    EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "page", "lesson")), 1u);
    EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "device_tier", "low-end")), 2u);
    EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "page+connection", "home\n3g")),
              1u);
    EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "page+connection", "home\n4g")),
              0u);
    EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "navigation_type", "navigate")),
              2u);
    const auto pages = Rows(process.views(), Resolution::kDay, "page");
    ASSERT_EQ(pages.size(), 2u);
    EXPECT_EQ(pages[0].slice.value, "home");
    EXPECT_EQ(pages[1].slice.value, "lesson");
  }
  const absl::Status unknown = process.views().ReadRollups(
      "academy", Resolution::kDay, 0, 1, "continent", std::nullopt, [](const RollupRow&) {});
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
}

TEST(Views, ReadsMergeWhatIsFlushedWithWhatIsNot) {
  MemoryKeyValue disk;
  Process process(&disk);
  // Flushed: minutes 0, 2, 4; then not flushed: minutes 1, 2, 3. Of "home" only; "lesson" is
  // everywhere.
  for (const std::vector<uint64_t>& minutes :
       {std::vector<uint64_t>{0, 2, 4}, std::vector<uint64_t>{1, 2, 3}}) {
    for (const uint64_t minute : minutes) {
      static uint32_t session = 0;
      AppendAll(&process, {BeaconBuilder(++session, 1, 0).Origin(kNoon + minute * kMinute).Build(),
                           BeaconBuilder(++session, 1, 0)
                               .PageView(0, "lesson")
                               .Origin(kNoon + minute * kMinute)
                               .Build()});
    }
    if (minutes[0] == 0) {
      ASSERT_TRUE(process.committer->FlushViews().ok());
    }
  }
  std::vector<std::pair<uint64_t, uint64_t>> home;
  for (const RollupRow& row : Rows(process.views(), Resolution::kMinute, "page", "home",
                                   kNoon + kMinute, kNoon + 4 * kMinute)) {
    home.emplace_back((row.start_unix_ms - kNoon) / kMinute, row.cell.page_views());
  }
  EXPECT_EQ(home, (std::vector<std::pair<uint64_t, uint64_t>>{{1, 1}, {2, 2}, {3, 1}}));
  EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kMinute, "page")), 12u);
  EXPECT_EQ(PageViews(Rows(process.views(), Resolution::kHour, "page", "lesson")), 6u);
  EXPECT_EQ(Rows(process.views(), Resolution::kHour, "page").size(), 2u);
}

TEST(Views, WeightZeroAndBotsAreKeptButNotInRollups) {
  MemoryKeyValue disk;
  {
    Process process(&disk);
    AppendAll(&process,
              {BeaconBuilder(1, 1, 0).Weight(0).Build(), BeaconBuilder(2, 1, 0).Bot().Build()});
    EXPECT_EQ(FactsOf(process.views(), 1).size(), 1u);
    EXPECT_EQ(FactsOf(process.views(), 2).size(), 1u);
    EXPECT_TRUE(Rows(process.views(), Resolution::kDay, "").empty());
  }
  ExpectVerified(disk);
}

TEST(Views, SessionsAreListedNewestFirst) {
  MemoryKeyValue disk;
  Process process(&disk);
  for (uint32_t i = 0; i < 6; ++i) {
    AppendAll(&process, {BeaconBuilder(i, 1, 0).Origin(kNoon + (i * 7 % 6) * kMinute).Build()});
    if (i == 2) {
      ASSERT_TRUE(process.committer->FlushViews().ok());
    }
  }
  // Session 0 turns out to have begun earlier: an older page view comes late.
  AppendAll(&process, {BeaconBuilder(0, 2, 0).Origin(kNoon - kHour).Build()});
  std::vector<uint64_t> began;
  const auto list = [&](uint64_t from, uint64_t to, size_t limit) {
    began.clear();
    EXPECT_TRUE(process.views()
                    .ReadSessions("academy", from, to,
                                  [&](const v1::SessionRecord& session) {
                                    began.push_back(session.began_unix_ms());
                                    return began.size() < limit;
                                  })
                    .ok());
    return began;
  };
  const std::vector<uint64_t> all = list(0, kNoon * 2, 100);
  EXPECT_EQ(all.size(), 6u);
  EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
  EXPECT_EQ(all.back(), kNoon - kHour);
  EXPECT_EQ(list(kNoon + kMinute, kNoon + 3 * kMinute, 100).size(), 2u);
  EXPECT_EQ(list(0, kNoon * 2, 2).size(), 2u);
  EXPECT_TRUE(list(kNoon, kNoon, 9).empty());
  ASSERT_TRUE(process.committer->FlushViews().ok());
  EXPECT_EQ(list(0, kNoon * 2, 100), all);
  ExpectVerified(disk);
}

TEST(Views, RawBatchesReplacedByBeaconsLeaveTheRollupsOfTheBeaconsOnly) {
  const std::vector<v1::JournalRecord> records = {
      BuildRaw({.sequence = 0, .starts = true, .paint_100us = 40'000, .shifts = {0.3}}),
      BuildRaw({.sequence = 1, .shifts = {0.1}, .clicks = 1}),
      BeaconBuilder(1, 1, 2).Vital(v1::METRIC_FCP, 40'000, v1::RATING_POOR).Covers(2).Build(),
      BeaconBuilder(1, 1, 3).Vital(v1::METRIC_CLS, 7).Covers(2).Build()};
  std::vector<size_t> order = {0, 1, 2, 3};
  do {
    MemoryKeyValue disk;
    {
      Process process(&disk);
      for (const size_t i : order) {
        AppendAll(&process, {records[i]});
        ASSERT_TRUE(i % 2 == 0 || process.committer->FlushViews().ok());
      }
      const auto rows = Rows(process.views(), Resolution::kMinute, "");
      ASSERT_EQ(rows.size(), 1u);
      EXPECT_EQ(rows[0].cell.page_views(), 1u);
      ASSERT_EQ(rows[0].cell.metrics_size(), 2);
      EXPECT_TRUE(WeightedSum(rows[0].cell.metrics(0)) == Uint128{7} * 1'000'000);
      EXPECT_EQ(rows[0].cell.metrics(1).poor_weight_micro(), 1'000'000u);
      const auto facts = FactsOf(process.views(), 1);
      ASSERT_EQ(facts.size(), 1u);
      EXPECT_EQ(facts[0].layout_shifts(), 0u);
    }
    ExpectVerified(disk);
  } while (std::next_permutation(order.begin(), order.end()));
}

// Any history: page views of many sessions, revised, repeated, late, raw and not, weighted or not,
// with flushes and restarts in between. The rollups are always what a recount gives, and count each
// page view that counts once.
class RandomHistory : public testing::TestWithParam<uint32_t> {};

TEST_P(RandomHistory, RollupsEqualARecount) {
  std::mt19937 random(GetParam());
  const auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
  static const std::vector<std::string> kGroups = {"home", "courses", "lesson"};
  std::vector<v1::JournalRecord> sent;
  for (int i = 0; i < 300; ++i) {
    const uint32_t session = below(12);
    const uint32_t document = session * 4 + below(3);
    const uint32_t sequence = below(6);
    if (below(5) == 0) {
      sent.push_back(BuildRaw({.session = session,
                               .document = document,
                               .sequence = sequence,
                               .starts = sequence == 0 || below(8) == 0,
                               .paint_100us = below(2) * (1 + below(50'000)),
                               .shifts = {0.01 * below(30)},
                               .clicks = below(3)}));
      continue;
    }
    BeaconBuilder builder(session, document, sequence);
    builder.PageView(0, kGroups[below(3)])
        .Origin(kNoon + below(200) * 1'000)
        .Weight(below(4) * 500'000);
    for (uint32_t k = below(4); k > 0; --k) {
      builder.Vital(static_cast<v1::Metric>(1 + below(6)), below(90'000),
                    static_cast<v1::Rating>(1 + below(3)));
    }
    for (uint32_t k = below(3); k > 0; --k) builder.RageClick();
    if (below(3) == 0)
      builder.PageView(1 + below(2), kGroups[below(3)]).Vital(v1::METRIC_LCP, below(9'000));
    if (below(4) == 0) builder.Covers(below(4));
    if (below(20) == 0) builder.Bot();
    // The clock is set back now and then.
    builder.Received(kNoon + below(3) * kMillisecondsPerDay);
    sent.push_back(builder.Build());
  }
  MemoryKeyValue disk;
  // On half of the histories flushes come all the time, of themselves.
  const uint64_t flush_interval_ms = GetParam() % 2 == 0 ? 1 : 3'600'000;
  auto process = std::make_unique<Process>(&disk, flush_interval_ms);
  for (const v1::JournalRecord& record : sent) {
    AppendAll(process.get(), {record});
    switch (below(25)) {
      case 0:
        ASSERT_TRUE(process->committer->FlushViews().ok());
        break;
      case 1:
        process.reset();
        process = std::make_unique<Process>(&disk, flush_interval_ms);
        break;
      case 2:
        ExpectVerified(*disk.Snapshot());
        break;
      default:
        break;
    }
  }
  uint64_t counted = 0;
  std::map<std::string, uint64_t> by_group;
  for (uint32_t session = 0; session < 12; ++session) {
    for (const v1::PageViewFact& fact : FactsOf(process->views(), session)) {
      if (!CountsInRollups(fact)) continue;
      ++counted;
      ++by_group[fact.dimensions().page_group()];
    }
  }
  for (const Resolution resolution : {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
    EXPECT_EQ(PageViews(Rows(process->views(), resolution, "")), counted);
    for (const auto& [group, count] : by_group) {
      EXPECT_EQ(PageViews(Rows(process->views(), resolution, "page", group)), count);
    }
  }
  process.reset();
  ExpectVerified(disk);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistory, testing::Range(1u, 13u));

}  // namespace
}  // namespace paceline::store
