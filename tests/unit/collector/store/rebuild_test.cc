#include "collector/store/rebuild.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "collector/store/keys.h"
#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kSessions = 1'500;

v1::JournalRecord Visit(uint32_t session) {
  return BeaconBuilder(session, session, 0)
      .Vital(v1::METRIC_LCP, 9'000 + session)
      .PageView(0, session % 2 == 0 ? "home" : "courses")
      .Build();
}

class RebuildTest : public DataDir {
 protected:
  // Visits, with every view on disk.
  std::unique_ptr<Store> WithVisits() {
    auto store = MustOpen(Dir());
    Append(store.get(), 0, kSessions);
    EXPECT_TRUE(store->FlushViews().ok());
    return store;
  }
  static void Append(Store* store, uint32_t from, uint32_t to) {
    Answers answers(to - from);
    for (uint32_t i = from; i < to; ++i) {
      store->Append(ToNewRecord(Visit(i)), answers.For(i - from));
    }
    for (const AppendResult& result : answers.Wait()) {
      EXPECT_EQ(result.outcome, AppendOutcome::kStored) << result.status;
    }
  }
  // Spoils views behind the store's back: a cell, a fact, a session; and adds one cell.
  void SpoilViews() const {
    const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    ASSERT_TRUE(disk.ok()) << disk.status();
    Batch batch;
    const auto cursor = (*disk)->NewCursor(Family::kRollups);
    cursor->Seek("");
    v1::RollupCell cell;
    ASSERT_TRUE(
        cell.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size())));
    cell.set_page_views(cell.page_views() + 5);
    batch.Put(Family::kRollups, std::string(cursor->key()), cell.SerializeAsString());
    batch.Put(Family::kRollups, EncodeRollupKey({"academy", Resolution::kDay, 0, 0, ""}),
              cell.SerializeAsString());
    batch.Delete(Family::kFacts, FactKey("academy", kNoon, SessionId(3), DocumentId(3), 0));
    batch.Delete(Family::kSessions, SessionIndexKey("academy", kNoon, SessionId(4)));
    ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kSynced).ok());
  }
  static size_t Differences(const Store& store) {
    const auto report = store.Verify(nullptr);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->differences.size() : 0;
  }
};

TEST_F(RebuildTest, MendsWhatIsWrongAndSaysHowMuch) {
  WithVisits();
  SpoilViews();
  {
    const auto store = MustOpen(Dir());
    EXPECT_EQ(Differences(*store), 4u);
    const auto report = store->Rebuild(nullptr);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->records, kSessions);
    EXPECT_EQ(report->rollup_cells_changed, 2u);
    EXPECT_EQ(report->facts_changed, 1u);
    EXPECT_EQ(report->sessions_changed, 1u);
    EXPECT_EQ(report->entries_kept, 0u);
    ExpectVerified(store.get(), kSessions);
    EXPECT_EQ(AppendAndWait(store.get(), Visit(4)).outcome, AppendOutcome::kDuplicate);
    EXPECT_EQ(AppendAndWait(store.get(), Visit(kSessions)).outcome, AppendOutcome::kStored);
    ExpectVerified(store.get(), kSessions + 1);
  }
  const auto store = MustOpen(Dir());
  EXPECT_EQ(store->GetStats().records_refolded_at_start, 0u);
  ExpectVerified(store.get(), kSessions + 1);
  EXPECT_FALSE(fs::exists(RebuildDirectory(Dir())));
}

TEST_F(RebuildTest, ChangesNothingWhereNothingIsWrong) {
  const auto store = WithVisits();
  const auto report = store->Rebuild(nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->records, kSessions);
  EXPECT_EQ(report->rollup_cells_changed + report->facts_changed + report->sessions_changed, 0u);
  ExpectVerified(store.get(), kSessions);
}

// Records come in all the time, and each is in the answers as soon as it was answered.
TEST_F(RebuildTest, TakesAndAnswersMeanwhile) {
  WithVisits();
  SpoilViews();
  const auto store = MustOpen(Dir());
  std::atomic<bool> rebuilt = false;
  uint32_t next = kSessions;
  std::thread sender([&] {
    while (!rebuilt || next < kSessions + 50) {
      EXPECT_EQ(AppendAndWait(store.get(), Visit(next)).outcome, AppendOutcome::kStored);
      const auto session = store->ReadSession("academy", SessionId(next));
      ASSERT_TRUE(session.ok()) << session.status() << " " << next;
      EXPECT_EQ(store->ReadFacts(*session)->size(), 1u);
      EXPECT_EQ(AppendAndWait(store.get(), Visit(next)).outcome, AppendOutcome::kDuplicate);
      ++next;
    }
  });
  const auto report = store->Rebuild(nullptr);
  rebuilt = true;
  sender.join();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_GE(report->records, kSessions);
  ExpectVerified(store.get(), next);
}

TEST_F(RebuildTest, StopsWhenItIsTold) {
  WithVisits();
  SpoilViews();
  const auto store = MustOpen(Dir());
  const auto report = store->Rebuild([](uint64_t, uint64_t) { return false; });
  EXPECT_EQ(report.status().code(), absl::StatusCode::kCancelled) << report.status();
  EXPECT_EQ(Differences(*store), 4u);
  EXPECT_FALSE(fs::exists(RebuildDirectory(Dir())));
  EXPECT_TRUE(store->Rebuild(nullptr).ok());
  ExpectVerified(store.get(), kSessions);
}

// Wherever it is cut off, the views are the old ones, and the next start has nothing left of it.
TEST_F(RebuildTest, CutOffItLeavesTheOldViewsWhole) {
  WithVisits();
  SpoilViews();
  int steps = 0;
  {
    const auto store = MustOpen(Dir());
    const auto report = store->Rebuild([&](uint64_t, uint64_t) {
      // What a machine that loses power now has on its disk.
      const std::string copy = Dir("step-" + std::to_string(steps++));
      CopyAsItStands(Dir(), copy);
      EXPECT_TRUE(fs::exists(RebuildDirectory(copy)));
      return true;
    });
    ASSERT_TRUE(report.ok()) << report.status();
  }
  ASSERT_GE(steps, 3);
  for (int step = 0; step < steps; ++step) {
    const auto store = MustOpen(Dir("step-" + std::to_string(step)));
    EXPECT_EQ(Differences(*store), 4u) << step;
    EXPECT_FALSE(fs::exists(RebuildDirectory(Dir("step-" + std::to_string(step)))));
  }
}

TEST_F(RebuildTest, KeepsWhatIsOlderThanTheJourneys) {
  constexpr uint64_t kDayMs = 86'400'000;
  {
    const auto store = MustOpen(Dir());
    for (uint32_t day = 0; day < 4; ++day) {
      const uint64_t at = kNoon + day * kDayMs;
      AppendAndWait(store.get(), BeaconBuilder(day, day, 0).Origin(at).Received(at).Build());
    }
    // A visit that goes on over what is dropped.
    AppendAndWait(store.get(), BeaconBuilder(1, 1, 1).Click().Received(kNoon + 2 * kDayMs).Build());
    ASSERT_TRUE(store->ApplyRetention({.journeys_days = 1}, kNoon + 3 * kDayMs).ok());
  }
  {
    const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    ASSERT_TRUE(disk.ok());
    Batch batch;
    batch.Delete(Family::kFacts,
                 FactKey("academy", kNoon + 3 * kDayMs, SessionId(3), DocumentId(3), 0));
    ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kSynced).ok());
  }
  const auto store = MustOpen(Dir());
  const auto report = store->Rebuild(nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->facts_changed, 1u);
  EXPECT_GT(report->entries_kept, 0u);
  uint64_t views = 0;
  ASSERT_TRUE(store
                  ->ReadRollups("academy", Resolution::kDay, 0, kNoon * 2, "", std::nullopt,
                                [&](const RollupRow& row) { views += row.cell.page_views(); })
                  .ok());
  EXPECT_EQ(views, 4u);
  for (uint32_t session = 0; session < 4; ++session) {
    const auto record = store->ReadSession("academy", SessionId(session));
    ASSERT_TRUE(record.ok()) << session;
    EXPECT_EQ(store->ReadFacts(*record)->size(), 1u) << session;
  }
  EXPECT_EQ(Differences(*store), 0u);
}

}  // namespace
}  // namespace paceline::store
