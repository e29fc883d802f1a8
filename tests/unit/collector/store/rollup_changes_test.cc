// What flushes write of rollups: changes, which are added to the cells now and then.
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/page_facts.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

using Cells = Views::Cells;

class RollupChanges : public testing::Test {
 protected:
  RollupChanges() { Restart(); }

  // As after a crash: what is on disk is all there is.
  void Restart() {
    const uint64_t complete_to = Process::CompleteTo(disk_);
    views_ = std::make_unique<Views>(&disk_, &disk_, complete_to);
    ASSERT_TRUE(views_->Load().ok());
    const auto fold = [this](JourneyKey key, std::string_view record) {
      return views_->Fold(key, record, false, nullptr);
    };
    ASSERT_TRUE(ForEachRecordBytes(disk_, complete_to + 1, ~uint64_t{0}, fold).ok());
  }

  void Store(const v1::JournalRecord& record) {
    const NewRecord made = ToNewRecord(record);
    const JourneyKey key{DayOf(made.received_unix_ms), ++last_commit_};
    Batch batch;
    batch.Put(Family::kJourneys, EncodeJourneyKey(key), made.bytes);
    ASSERT_TRUE(disk_.Write(batch, KeyValue::Durability::kSynced).ok());
    ASSERT_TRUE(views_->Fold(key, made.bytes, false, nullptr).ok());
  }
  // A page view of a session of its own.
  void StorePageView(uint32_t number) {
    Store(BeaconBuilder(number, number, 0).Vital(v1::METRIC_LCP, 1'000 + number).Build());
  }

  size_t KeysOf(Family family, std::string_view prefix = "") const {
    size_t keys = 0;
    const auto cursor = disk_.NewCursor(family);
    for (cursor->Seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->Next())
      ++keys;
    return keys;
  }
  size_t CellsOnDisk() const { return KeysOf(Family::kRollups); }
  size_t ChangesOnDisk() const { return KeysOf(Family::kMeta, kRollupChangesMetaPrefix); }

  // Of the one cell of the site and the day: (page views, sum of the largest paints).
  std::pair<uint64_t, uint64_t> Counted() const {
    const auto rows = Rows(*views_, Resolution::kDay, "");
    if (rows.size() != 1 || rows[0].cell.metrics_size() != 1) return {};
    return {rows[0].cell.page_views(),
            static_cast<uint64_t>(WeightedSum(rows[0].cell.metrics(0)) / 1'000'000)};
  }
  void ExpectVerified() const {
    const auto report = VerifyViews(disk_);
    ASSERT_TRUE(report.ok()) << report.status();
    for (const Difference& difference : report->differences) {
      ADD_FAILURE() << difference.what << "\n  stored    " << difference.stored << "\n  recounted "
                    << difference.recounted;
    }
  }

  MemoryKeyValue disk_;
  std::unique_ptr<Views> views_;
  uint64_t last_commit_ = 0;
};

TEST_F(RollupChanges, AreReadAsIfTheyWereInTheCells) {
  StorePageView(1);
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kWhenDue).ok());
  EXPECT_EQ(CellsOnDisk(), 0u);
  EXPECT_EQ(ChangesOnDisk(), 1u);
  EXPECT_EQ(Counted(), std::pair(uint64_t{1}, uint64_t{1'001}));
  ExpectVerified();
  StorePageView(2);
  EXPECT_EQ(Counted(), std::pair(uint64_t{2}, uint64_t{2'003}));
  Restart();
  EXPECT_EQ(Counted(), std::pair(uint64_t{2}, uint64_t{2'003}));
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kNow).ok());
  EXPECT_GT(CellsOnDisk(), 0u);
  EXPECT_EQ(ChangesOnDisk(), 0u);
  EXPECT_EQ(Counted(), std::pair(uint64_t{2}, uint64_t{2'003}));
  ExpectVerified();
}

TEST_F(RollupChanges, TakeBackWhatAnEarlierFlushHasCounted) {
  Store(BeaconBuilder(1, 1, 0).Vital(v1::METRIC_LCP, 5'000).Build());
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kNow).ok());
  Store(BeaconBuilder(1, 1, 1).Vital(v1::METRIC_LCP, 3'000, v1::RATING_POOR).Build());
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kWhenDue).ok());
  EXPECT_EQ(Counted(), std::pair(uint64_t{1}, uint64_t{3'000}));
  ExpectVerified();
  Restart();
  EXPECT_EQ(Counted(), std::pair(uint64_t{1}, uint64_t{3'000}));
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kNow).ok());
  EXPECT_EQ(Counted(), std::pair(uint64_t{1}, uint64_t{3'000}));
  ExpectVerified();
}

TEST_F(RollupChanges, AreAddedToTheCellsAfterSomeFlushes) {
  uint64_t sum = 0;
  for (uint32_t i = 1; i <= Views::kMaxKeptFlushes; ++i) {
    StorePageView(i);
    sum += 1'000 + i;
    ASSERT_TRUE(views_->Flush(&disk_, Cells::kWhenDue).ok());
    ASSERT_EQ(CellsOnDisk(), 0u);
    ASSERT_EQ(ChangesOnDisk(), i);
  }
  ExpectVerified();
  StorePageView(1'000);
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kWhenDue).ok());
  EXPECT_GT(CellsOnDisk(), 0u);
  EXPECT_EQ(ChangesOnDisk(), 0u);
  EXPECT_EQ(Counted(), std::pair(Views::kMaxKeptFlushes + 1, sum + 2'000));
  ExpectVerified();
}

TEST_F(RollupChanges, CountOnceWhileAFlushIsUnderWay) {
  uint64_t page_views = 0;
  for (const Cells cells : {Cells::kWhenDue, Cells::kNow, Cells::kWhenDue, Cells::kWhenDue}) {
    StorePageView(static_cast<uint32_t>(++page_views));
    ASSERT_TRUE(views_->BeginFlush(cells));
    EXPECT_EQ(Counted().first, page_views);
    StorePageView(static_cast<uint32_t>(++page_views));
    EXPECT_EQ(Counted().first, page_views);
    ASSERT_TRUE(views_->WriteFlush(&disk_).ok());
    EXPECT_EQ(Counted().first, page_views);
    views_->EndFlush();
    EXPECT_EQ(Counted().first, page_views);
  }
  ASSERT_TRUE(views_->Flush(&disk_, Cells::kWhenDue).ok());
  EXPECT_FALSE(views_->BeginFlush(Cells::kWhenDue)) << "nothing has changed";
  ASSERT_TRUE(views_->BeginFlush(Cells::kNow)) << "the cells are behind";
  EXPECT_EQ(Counted().first, page_views);
  ASSERT_TRUE(views_->WriteFlush(&disk_).ok());
  EXPECT_EQ(Counted().first, page_views);
  views_->EndFlush();
  EXPECT_EQ(Counted().first, page_views);
  EXPECT_EQ(ChangesOnDisk(), 0u);
  ExpectVerified();
}

TEST_F(RollupChanges, ThatCannotBeReadAreNotPassedOver) {
  Batch batch;
  batch.Put(Family::kMeta, RollupChangesKey(7), "\xff");
  ASSERT_TRUE(disk_.Write(batch, KeyValue::Durability::kSynced).ok());
  EXPECT_EQ(Views(&disk_, &disk_, 0).Load().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace paceline::store
