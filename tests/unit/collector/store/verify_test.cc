#include "collector/store/verify.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

class Verify : public testing::Test {
 protected:
  Verify() {
    Process process(&disk_);
    for (uint32_t session = 0; session < 3; ++session) {
      AppendAndWait(process.committer.get(),
                    BeaconBuilder(session, 1, 0).Vital(v1::METRIC_LCP, 100 + session).Build());
    }
  }

  VerifyReport Report() { return VerifyViews(disk_).value(); }

  // The first key of the family.
  std::string FirstKey(Family family) {
    const auto cursor = disk_.NewCursor(family);
    cursor->Seek("");
    return std::string(cursor->key());
  }
  void Put(Family family, std::string key, std::string value) {
    Batch batch;
    batch.Put(family, std::move(key), std::move(value));
    ASSERT_TRUE(disk_.Write(batch, KeyValue::Durability::kSynced).ok());
  }
  void Delete(Family family, std::string key) {
    Batch batch;
    batch.Delete(family, std::move(key));
    ASSERT_TRUE(disk_.Write(batch, KeyValue::Durability::kSynced).ok());
  }

  MemoryKeyValue disk_;
};

TEST_F(Verify, FindsNothingWrongWhereNothingIs) {
  const VerifyReport report = Report();
  EXPECT_TRUE(report.differences.empty());
  EXPECT_EQ(report.records, 3u);
  EXPECT_EQ(report.facts, 3u);
  EXPECT_EQ(report.sessions, 3u);
  // All page views are of one minute, page and kind: twelve slices in three resolutions.
  EXPECT_EQ(report.rollup_cells, 36u);
  EXPECT_EQ(report.complete_to_commit, 3u);
}

TEST_F(Verify, FindsATamperedRollup) {
  const std::string key = FirstKey(Family::kRollups);
  v1::RollupCell cell;
  ASSERT_TRUE(cell.ParseFromString(**disk_.Get(Family::kRollups, key)));
  cell.set_page_views(cell.page_views() + 1);
  Put(Family::kRollups, key, cell.SerializeAsString());
  const VerifyReport report = Report();
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].what.find("rollup academy minute"), 0u)
      << report.differences[0].what;
  EXPECT_NE(report.differences[0].stored, report.differences[0].recounted);
}

TEST_F(Verify, FindsATamperedFact) {
  const std::string key = FirstKey(Family::kFacts);
  v1::PageViewFact fact;
  ASSERT_TRUE(fact.ParseFromString(**disk_.Get(Family::kFacts, key)));
  fact.mutable_vitals(0)->set_value(1);
  Put(Family::kFacts, key, fact.SerializeAsString());
  const VerifyReport report = Report();
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].what.find("fact"), 0u);
}

TEST_F(Verify, FindsWhatIsMissingAndWhatIsExtra) {
  Delete(Family::kFacts, FirstKey(Family::kFacts));
  Put(Family::kRollups, EncodeRollupKey({"academy", Resolution::kDay, 0, 0, ""}), "");
  const VerifyReport report = Report();
  ASSERT_EQ(report.differences.size(), 2u);
  EXPECT_EQ(report.differences[0].stored, "(missing)");
  EXPECT_EQ(report.differences[1].recounted, "(none)");
}

TEST_F(Verify, FindsATamperedSession) {
  Delete(Family::kSessions, SessionKey("academy", SessionId(1)));
  EXPECT_EQ(Report().differences.size(), 1u);
}

// A day on which nothing is wrong, one on which a cell of each resolution is, and one more.
TEST(VerifyRange, ComparesWhatLiesInIt) {
  constexpr uint64_t kDayMs = kMillisecondsPerDay;
  const uint64_t midnight = kNoon - kDayMs / 2;
  MemoryKeyValue disk;
  {
    Process process(&disk);
    for (uint32_t day = 0; day < 3; ++day) {
      const uint64_t at = kNoon + day * kDayMs;
      AppendAndWait(process.committer.get(),
                    BeaconBuilder(day, day, 0).Origin(at).Received(at + 1000).Build());
    }
    // Sent late: of the first day.
    AppendAndWait(process.committer.get(),
                  BeaconBuilder(7, 7, 0).Origin(kNoon).Received(kNoon + 3 * kDayMs).Build());
  }
  const auto verify = [&](uint64_t from, uint64_t to) {
    MemoryKeyValue scratch;
    return VerifyViews(disk, &scratch, nullptr, {from, to}).value();
  };
  const VerifyReport first = verify(midnight, midnight + kDayMs);
  EXPECT_TRUE(first.differences.empty()) << first.differences[0].what;
  EXPECT_EQ(first.records, 2u);
  EXPECT_EQ(first.facts, 2u);
  EXPECT_EQ(first.sessions, 2u);

  for (const Resolution resolution : {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
    const std::string key =
        EncodeRollupKey({"academy", resolution, 0, CellStart(resolution, kNoon + kDayMs), ""});
    v1::RollupCell cell;
    ASSERT_TRUE(cell.ParseFromString(**disk.Get(Family::kRollups, key)));
    cell.set_page_views(cell.page_views() + 1);
    Batch batch;
    batch.Put(Family::kRollups, key, cell.SerializeAsString());
    ASSERT_TRUE(disk.Write(batch, KeyValue::Durability::kSynced).ok());
  }
  EXPECT_TRUE(verify(midnight, midnight + kDayMs).differences.empty());
  EXPECT_TRUE(verify(midnight + 2 * kDayMs, ~uint64_t{0}).differences.empty());
  const VerifyReport second = verify(midnight + kDayMs, midnight + 2 * kDayMs);
  ASSERT_EQ(second.differences.size(), 3u);
  EXPECT_EQ(second.differences[0].what.find("rollup academy minute"), 0u);
  // The day does not lie in it; the hour and the minute do.
  EXPECT_EQ(verify(kNoon + kDayMs, kNoon + kDayMs + 3'600'000).differences.size(), 2u);
}

TEST(VerifyRange, FindsWhatIsMissingInIt) {
  MemoryKeyValue disk;
  {
    Process process(&disk);
    for (uint32_t day = 0; day < 2; ++day) {
      const uint64_t at = kNoon + day * kMillisecondsPerDay;
      AppendAndWait(process.committer.get(),
                    BeaconBuilder(day, day, 0).Origin(at).Received(at).Build());
    }
  }
  Batch batch;
  batch.Delete(Family::kFacts, FactKey("academy", kNoon, SessionId(0), DocumentId(0), 0));
  batch.Delete(Family::kSessions, SessionIndexKey("academy", kNoon, SessionId(0)));
  ASSERT_TRUE(disk.Write(batch, KeyValue::Durability::kSynced).ok());
  for (const uint64_t from : {kNoon, kNoon + kMillisecondsPerDay}) {
    MemoryKeyValue scratch;
    const auto report = VerifyViews(disk, &scratch, nullptr, {from, from + 60'000});
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->differences.size(), from == kNoon ? 2u : 0u);
  }
}

TEST_F(Verify, FindsARecordThatIsThereTwice) {
  const auto cursor = disk_.NewCursor(Family::kJourneys);
  cursor->Seek("");
  const JourneyKey first = *DecodeJourneyKey(cursor->key());
  Put(Family::kJourneys, EncodeJourneyKey({first.day, 4}), std::string(cursor->value()));
  v1::ViewsState state;
  state.set_complete_to_commit(4);
  state.set_format_version(kFormatVersion);
  Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
  bool told = false;
  for (const Difference& difference : Report().differences) {
    told = told || difference.what.find("session") == 0;
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace paceline::store
