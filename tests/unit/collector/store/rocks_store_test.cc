#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/config.h"
#include "collector/store/rocks_key_value.h"
#include "collector/store/store.h"
#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

class RocksStore : public DataDir {
 protected:
  static void ExpectVerified(const Store& store, uint64_t records) {
    const auto report = store.Verify(nullptr);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->records, records);
    for (const Difference& difference : report->differences) ADD_FAILURE() << difference.what;
  }
};

std::vector<v1::JournalRecord> ThreeReports() {
  return {BeaconBuilder(1, 1, 0).Vital(v1::METRIC_CLS, 10).Build(),
          BeaconBuilder(1, 1, 1).Vital(v1::METRIC_CLS, 20).Build(),
          BeaconBuilder(1, 1, 2).Vital(v1::METRIC_CLS, 30).Build()};
}

uint64_t PageViewsOfTheDay(const Store& store, uint64_t* cls_sum = nullptr) {
  uint64_t views = 0;
  EXPECT_TRUE(store
                  .ReadRollups("academy", Resolution::kDay, 0, kNoon * 2, "", std::nullopt,
                               [&](const RollupRow& row) {
                                 views += row.cell.page_views();
                                 if (cls_sum != nullptr) {
                                   *cls_sum = row.cell.metrics(0).weighted_sum_low();
                                 }
                               })
                  .ok());
  return views;
}

TEST_F(RocksStore, KeepsWhatWasStoredWhenReopened) {
  {
    const auto store = MustOpen(Dir());
    for (const auto& record : ThreeReports()) {
      EXPECT_EQ(AppendAndWait(store.get(), record).outcome, AppendOutcome::kStored);
    }
  }
  const auto store = MustOpen(Dir());
  EXPECT_EQ(store->GetStats().records_refolded_at_start, 0u);
  EXPECT_EQ(store->GetStats().last_commit, 3u);
  uint64_t cls_sum = 0;
  EXPECT_EQ(PageViewsOfTheDay(*store, &cls_sum), 1u);
  EXPECT_EQ(cls_sum, 30'000'000u);
  EXPECT_EQ(AppendAndWait(store.get(), ThreeReports()[1]).outcome, AppendOutcome::kDuplicate);
  const auto session = store->ReadSession("academy", SessionId(1));
  ASSERT_TRUE(session.ok());
  const auto records = store->ReadJourney(*session);
  ASSERT_TRUE(records.ok());
  ASSERT_EQ(records->size(), 3u);
  EXPECT_EQ(records->at(2).SerializeAsString(), ThreeReports()[2].SerializeAsString());
  EXPECT_EQ(store->ReadFacts(*session)->size(), 1u);
  EXPECT_EQ(store->ReadSession("academy", SessionId(2)).status().code(),
            absl::StatusCode::kNotFound);
  ExpectVerified(*store, 3);
}

TEST_F(RocksStore, FoldsAgainWhatACrashTook) {
  const auto running = MustOpen(Dir());
  EXPECT_EQ(AppendAndWait(running.get(), ThreeReports()[0]).outcome, AppendOutcome::kStored);
  ASSERT_TRUE(running->FlushViews().ok());
  EXPECT_EQ(AppendAndWait(running.get(), ThreeReports()[2]).outcome, AppendOutcome::kStored);
  EXPECT_EQ(AppendAndWait(running.get(), ThreeReports()[1]).outcome, AppendOutcome::kStored);
  CopyAsItStands(Dir(), Dir("crashed"));

  const auto store = MustOpen(Dir("crashed"));
  EXPECT_EQ(store->GetStats().records_refolded_at_start, 2u);
  uint64_t cls_sum = 0;
  EXPECT_EQ(PageViewsOfTheDay(*store, &cls_sum), 1u);
  EXPECT_EQ(cls_sum, 30'000'000u);
  for (const auto& record : ThreeReports()) {
    EXPECT_EQ(AppendAndWait(store.get(), record).outcome, AppendOutcome::kDuplicate);
  }
  ExpectVerified(*store, 3);
}

TEST_F(RocksStore, TornEndOfTheLogIsDropped) {
  {
    const auto running = MustOpen(Dir());
    for (const auto& record : ThreeReports()) AppendAndWait(running.get(), record);
    CopyAsItStands(Dir(), Dir("torn"));
  }
  fs::path log;
  for (const auto& file : fs::directory_iterator(Dir("torn"))) {
    if (file.path().extension() == ".log") log = file.path();
  }
  ASSERT_FALSE(log.empty());
  fs::resize_file(log, fs::file_size(log) - 5);
  const auto store = MustOpen(Dir("torn"));
  EXPECT_EQ(store->GetStats().last_commit, 2u);
  ExpectVerified(*store, 2);
  EXPECT_EQ(AppendAndWait(store.get(), ThreeReports()[2]).outcome, AppendOutcome::kStored);
}

TEST_F(RocksStore, DirectoryInUseIsRefused) {
  const auto running = MustOpen(Dir());
  const auto second = Store::Open({.data_dir = Dir()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition) << second.status();
}

TEST_F(RocksStore, NewerFormatIsRefused) {
  {
    const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    ASSERT_TRUE(disk.ok());
    v1::ViewsState state;
    state.set_format_version(kFormatVersion + 1);
    Batch batch;
    batch.Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
    ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kSynced).ok());
  }
  EXPECT_EQ(Store::Open({.data_dir = Dir()}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RocksStore, ReadsAndVerifiesBesideARunningCollector) {
  const auto running = MustOpen(Dir());
  for (const auto& record : ThreeReports()) AppendAndWait(running.get(), record);
  {
    const auto reader = MustOpen(Dir(), true);
    ASSERT_NE(reader, nullptr);
    // Not flushed by the collector, folded by the reader for itself.
    EXPECT_EQ(PageViewsOfTheDay(*reader), 1u);
    EXPECT_EQ(AppendAndWait(reader.get(), BeaconBuilder(2, 1, 0).Build()).outcome,
              AppendOutcome::kUnavailable);
    ExpectVerified(*reader, 0);
  }
  ASSERT_TRUE(running->FlushViews().ok());
  ExpectVerified(*MustOpen(Dir(), true), 3);
  EXPECT_EQ(AppendAndWait(running.get(), BeaconBuilder(2, 1, 0).Build()).outcome,
            AppendOutcome::kStored);
}

TEST_F(RocksStore, WithoutFileDescriptorsThatIsWhatIsSaid) {
#ifdef ABSL_HAVE_ADDRESS_SANITIZER
  GTEST_SKIP() << "the sanitizers need descriptors themselves, to look whether memory can be read";
#endif
  MustOpen(Dir());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  for (const bool read_only : {true, false}) {
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto store = Store::Open({.data_dir = Dir(), .read_only = read_only});
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(store.status().code(), absl::StatusCode::kUnavailable) << store.status();
    EXPECT_NE(store.status().message().find("Too many open files"), absl::string_view::npos)
        << store.status();
  }
  EXPECT_NE(MustOpen(Dir()), nullptr);
}

TEST_F(RocksStore, NothingToReadIsNotFound) {
  const auto store = Store::Open({.data_dir = Dir("nowhere"), .read_only = true});
  EXPECT_EQ(store.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RocksStore, TellsAboutFactsAsTheyChange) {
  std::vector<uint64_t> values;
  const auto note = [&](std::string_view, const std::vector<v1::PageViewFact>& changed) {
    for (const v1::PageViewFact& fact : changed) values.push_back(fact.vitals(0).value());
  };
  auto store = Store::Open({.data_dir = Dir(), .on_stored = note});
  ASSERT_TRUE(store.ok());
  for (const auto& record : ThreeReports()) AppendAndWait(store->get(), record);
  AppendAndWait(store->get(), ThreeReports()[0]);
  ASSERT_TRUE((*store)->FlushViews().ok());
  EXPECT_EQ(values, (std::vector<uint64_t>{10, 20, 30}));
}

// Their places in memory are remembered by what they begin with (rocks_options.cc).
TEST_F(RocksStore, KeysGoToTheirPlacesAfterARangeWasDeletedBeforeThem) {
  RocksKeyValue::Options options;
  options.data_dir = Dir();
  auto opened = RocksKeyValue::Open(options);
  ASSERT_TRUE(opened.ok()) << opened.status();
  KeyValue& disk = **opened;
  std::vector<std::string> kept;
  for (uint64_t turn = 0; turn < 50; ++turn) {
    Batch batch;
    for (const uint64_t began : {turn * 10 + 7, turn * 10, turn * 10 + 3}) {
      for (const char* site : {"academy", "shop"}) {
        const std::string key = FactKey(site, began, SessionId(1), std::string(8, 'd'), 1);
        batch.Put(Family::kFacts, key, std::to_string(began));
        if (began >= turn * 10 + 3) kept.push_back(key);
      }
    }
    ASSERT_TRUE(disk.Write(batch, KeyValue::Durability::kBuffered).ok());
    for (const char* site : {"academy", "shop"}) {
      ASSERT_TRUE(disk.DeleteRange(Family::kFacts, FactKeyPrefix(site, turn * 10),
                                   FactKeyPrefix(site, turn * 10 + 3))
                      .ok());
    }
  }
  std::sort(kept.begin(), kept.end());
  std::vector<std::string> found;
  const std::unique_ptr<Cursor> cursor = disk.NewCursor(Family::kFacts);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) found.emplace_back(cursor->key());
  EXPECT_EQ(found, kept);
  for (const std::string& key : kept) EXPECT_TRUE(disk.Get(Family::kFacts, key)->has_value());
}

TEST_F(RocksStore, SnapshotStandsStill) {
  const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
  ASSERT_TRUE(disk.ok());
  const auto put = [&](const char* key, const char* value) {
    Batch batch;
    batch.Put(Family::kFacts, key, value);
    ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kBuffered).ok());
  };
  put("a", "1");
  const auto snapshot = (*disk)->Snapshot();
  put("a", "2");
  put("b", "2");
  EXPECT_EQ(snapshot->Get(Family::kFacts, "a")->value(), "1");
  EXPECT_FALSE(snapshot->Get(Family::kFacts, "b")->has_value());
  const auto cursor = snapshot->NewCursor(Family::kFacts);
  cursor->SeekForPrevious("zzz");
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->key(), "a");
  EXPECT_EQ((*disk)->Get(Family::kFacts, "b")->value(), "2");
}

}  // namespace
}  // namespace paceline::store
