// Bits that flip, files that go: what is lost is known exactly, and the rest is there.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "collector/store/keys.h"
#include "collector/store/losses.h"
#include "collector/store/rocks_salvage.h"
#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kDay = 20'500;
constexpr uint64_t kRecords = 2'000;

void Flip(const fs::path& path, uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(file.get() ^ 0x55);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

class DamageTest : public DataDir {
 protected:
  // A directory with so many journeys, each synced, as a loss of power leaves it. `in_files`: in
  // tables, otherwise in the log.
  void MakeDirectory(bool in_files) {
    auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    ASSERT_TRUE(disk.ok()) << disk.status();
    for (uint64_t commit = 1; commit <= kRecords; ++commit) {
      Batch batch;
      batch.Put(Family::kJourneys, EncodeJourneyKey({kDay, commit}), ValueOf(commit));
      batch.Put(Family::kSeen, "seen" + std::to_string(commit), "bound");
      ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kBuffered).ok());
      if (in_files && commit % 500 == 0) {
        ASSERT_TRUE((*disk)->Compact({}).ok());
      }
    }
    CopyAsItStands(Dir(), Dir("left"));
  }
  // Not to be compressed to nothing.
  static std::string ValueOf(uint64_t commit) {
    std::string value;
    uint64_t state = commit * 0x9E3779B97F4A7C15u + 1;
    for (int i = 0; i < 40; ++i) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      value += std::to_string(state);
    }
    return value;
  }
  std::vector<fs::path> FilesOf(const std::string& extension) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(Dir("left"))) {
      if (entry.path().extension() == extension) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  // Opens what is left: the records that are there are whole, those that are not are the losses
  // that are told, and it can be written.
  uint64_t ExpectSalvaged(bool suspect) {
    auto opened = OpenOrSalvage({.data_dir = Dir("left")}, suspect);
    EXPECT_TRUE(opened.ok()) << opened.status();
    if (!opened.ok()) return 0;
    EXPECT_FALSE(opened->damage.empty());
    std::set<uint64_t> missing;
    for (uint64_t commit = 1; commit <= kRecords; ++commit) {
      const auto value = opened->disk->Get(Family::kJourneys, EncodeJourneyKey({kDay, commit}));
      EXPECT_TRUE(value.ok()) << value.status();
      if (!value.ok()) return 0;
      if (value->has_value()) {
        EXPECT_EQ(**value, ValueOf(commit));
      } else {
        missing.insert(commit);
      }
    }
    const auto losses = FindLosses(*opened->disk, kNoon);
    EXPECT_TRUE(losses.ok()) << losses.status();
    std::set<uint64_t> told;
    for (const v1::Loss& loss : *losses) {
      const uint64_t last = loss.last_commit() == 0 ? kRecords : loss.last_commit();
      for (uint64_t commit = loss.first_commit(); commit <= last; ++commit) told.insert(commit);
    }
    EXPECT_EQ(told, missing);
    EXPECT_TRUE(NoteLosses(*losses, opened->disk.get()).ok());
    Batch batch;
    batch.Put(Family::kJourneys, EncodeJourneyKey({kDay, kRecords + 1}), "new");
    EXPECT_TRUE(opened->disk->Write(batch, KeyValue::Durability::kSynced).ok());
    opened->disk.reset();
    // Until somebody says that views are made anew, they may not be.
    EXPECT_TRUE(IsMending(Dir("left")));
    EXPECT_FALSE(OpenOrSalvage({.data_dir = Dir("left")}, false)->damage.empty());
    EndMending(Dir("left"));
    // No damage is left to stumble over again.
    const auto again = OpenOrSalvage({.data_dir = Dir("left")}, false);
    EXPECT_TRUE(again.ok() && again->damage.empty()) << again.status();
    EXPECT_EQ(ReadLosses(*again->disk)->size(), losses->size());
    return missing.size();
  }
};

TEST_F(DamageTest, BitOfTheLogTakesOneBlockOfRecordsAndIsTold) {
  MakeDirectory(false);
  const auto logs = FilesOf(".log");
  ASSERT_EQ(logs.size(), 1u);
  Flip(logs[0], fs::file_size(logs[0]) / 2);
  const uint64_t missing = ExpectSalvaged(false);
  EXPECT_GT(missing, 0u);
  EXPECT_LT(missing, 100u);
}

TEST_F(DamageTest, TornEndOfTheLogIsNoDamage) {
  MakeDirectory(false);
  const auto logs = FilesOf(".log");
  fs::resize_file(logs[0], fs::file_size(logs[0]) - 5);
  const auto opened = OpenOrSalvage({.data_dir = Dir("left")}, false);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->damage.empty());
  EXPECT_TRUE(
      opened->disk->Get(Family::kJourneys, EncodeJourneyKey({kDay, kRecords - 1}))->has_value());
}

TEST_F(DamageTest, BitOfATableTakesOneBlockOfRecordsAndIsTold) {
  MakeDirectory(true);
  // Whatever the family, wherever the bit: an even spread over the first tables.
  const auto tables = FilesOf(".sst");
  ASSERT_GE(tables.size(), 4u);
  Flip(tables[0], fs::file_size(tables[0]) / 3);
  Flip(tables[1], fs::file_size(tables[1]) / 3);
  const uint64_t missing = ExpectSalvaged(true);
  EXPECT_LT(missing, 200u);
}

TEST_F(DamageTest, TableThatIsGoneIsTold) {
  MakeDirectory(true);
  // The largest one: journeys.
  auto tables = FilesOf(".sst");
  std::sort(tables.begin(), tables.end(), [](const fs::path& one, const fs::path& other) {
    return fs::file_size(one) > fs::file_size(other);
  });
  fs::remove(tables[0]);
  EXPECT_GT(ExpectSalvaged(false), 0u);
}

TEST_F(DamageTest, ManifestIsMadeAnewWithoutLoss) {
  MakeDirectory(true);
  for (const auto& entry : fs::directory_iterator(Dir("left"))) {
    if (entry.path().filename().string().starts_with("MANIFEST")) {
      Flip(entry.path(), fs::file_size(entry.path()) / 2);
    }
  }
  EXPECT_EQ(ExpectSalvaged(false), 0u);
}

// A disk that said it had written what it had not: whole tables, none of them damaged, that do not
// fit together.
class UnfitViewsTest : public DataDir {
 protected:
  static v1::JournalRecord Record(uint32_t sequence) {
    return BeaconBuilder(1, 1, sequence).Click().Build();
  }
  static void LoseFacts(const std::string& dir) {
    const auto disk = RocksKeyValue::Open({.data_dir = dir});
    ASSERT_TRUE(disk.ok()) << disk.status();
    ASSERT_TRUE((*disk)->DeleteRange(Family::kFacts, "", "\xff").ok());
  }
  std::unique_ptr<Store> MustOpenUnfit(const std::string& dir) {
    Store::Options options;
    options.data_dir = dir;
    options.flush_interval_ms = kNever;
    options.on_damage = [this](const std::vector<std::string>& damage,
                               const std::vector<v1::Loss>& losses) {
      damage_.insert(damage_.end(), damage.begin(), damage.end());
      losses_ += losses.size();
    };
    auto store = Store::Open(std::move(options));
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  void ExpectTold() const {
    ASSERT_FALSE(damage_.empty());
    EXPECT_NE(damage_.back().find("made anew: a session's page view has no fact"),
              std::string::npos)
        << damage_.back();
    EXPECT_GT(losses_, 0u) << "what came last may be lost";
  }

  std::vector<std::string> damage_;
  size_t losses_ = 0;
};

TEST_F(UnfitViewsTest, StartMakesThemAnew) {
  {
    const auto store = MustOpen(Dir());
    ASSERT_EQ(AppendAndWait(store.get(), Record(0)).outcome, AppendOutcome::kStored);
    ASSERT_TRUE(store->FlushViews().ok());
    // Not flushed: the next start folds it into what the flush wrote.
    ASSERT_EQ(AppendAndWait(store.get(), Record(1)).outcome, AppendOutcome::kStored);
    fs::copy(Dir(), Dir("left"), fs::copy_options::recursive);
    fs::remove(fs::path(Dir("left")) / "LOCK");
  }
  LoseFacts(Dir("left"));
  {
    // What is there can be looked at, too.
    const auto reader = MustOpen(Dir("left"), true);
    ASSERT_NE(reader, nullptr);
    EXPECT_FALSE(reader->Verify(nullptr)->differences.empty());
  }
  {
    const auto store = MustOpenUnfit(Dir("left"));
    ASSERT_NE(store, nullptr);
    ExpectTold();
    ExpectVerified(store.get(), 2);
    EXPECT_EQ(AppendAndWait(store.get(), Record(1)).outcome, AppendOutcome::kDuplicate);
  }
  damage_.clear();
  MustOpenUnfit(Dir("left"));
  EXPECT_TRUE(damage_.empty()) << "once is enough";
}

TEST_F(UnfitViewsTest, StoreThatMeetsThemMakesThemAnewAndGoesOn) {
  {
    const auto store = MustOpen(Dir());
    ASSERT_EQ(AppendAndWait(store.get(), Record(0)).outcome, AppendOutcome::kStored);
  }
  LoseFacts(Dir());
  const auto store = MustOpenUnfit(Dir());
  // It is on disk, and that is what the answer says.
  ASSERT_EQ(AppendAndWait(store.get(), Record(1)).outcome, AppendOutcome::kStored);
  while (store->GetStats().reopened == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ExpectTold();
  EXPECT_EQ(AppendAndWait(store.get(), Record(1)).outcome, AppendOutcome::kDuplicate);
  ExpectVerified(store.get(), 2);
}

// A table is gone, whole, in a directory of whose journeys retention has dropped the older ones.
class LostTableTest : public DataDir, public testing::WithParamInterface<Family> {
 protected:
  static constexpr uint64_t kDayMs = 86'400'000;
  static constexpr uint32_t kDays = 10;

  static v1::JournalRecord Visit(uint32_t day, uint32_t sequence = 0) {
    const uint64_t at = kNoon - (kDays - 1 - day) * kDayMs;
    BeaconBuilder builder(day, day, sequence);
    if (sequence > 0) builder.Click();
    return builder.Origin(at).Received(at + 1'000 + sequence).Build();
  }
  // One visit on each day, in tables, with what came last in the log only. The journeys of the last
  // four days are kept.
  void MakeDirectory() {
    const auto store = MustOpen(Dir());
    for (uint32_t day = 0; day < kDays; ++day) {
      ASSERT_EQ(AppendAndWait(store.get(), Visit(day)).outcome, AppendOutcome::kStored);
    }
    ASSERT_TRUE(store->FlushViews().ok());
    ASSERT_TRUE(store->ApplyRetention({.journeys_days = 4}, kNoon).ok());
    ASSERT_TRUE(
        store
            ->Erase({.site = "academy", .session_id = SessionId(99), .now_unix_ms = kNoon}, nullptr)
            .ok());
    secret_ = store->Secret();
    // All that is in memory goes to tables, of each family.
    ASSERT_TRUE(store->BackUp(Dir("backup"), 1, nullptr).ok());
    ASSERT_EQ(AppendAndWait(store.get(), Visit(kDays - 1, 1)).outcome, AppendOutcome::kStored);
    CopyAsItStands(Dir(), Dir("left"));
  }
  static size_t RemoveTables(const std::string& dir, Family family) {
    size_t removed = 0;
    for (const auto& entry : fs::directory_iterator(dir)) {
      if (entry.path().extension() != ".sst") continue;
      rocksdb::SstFileReader reader{rocksdb::Options()};
      if (!reader.Open(entry.path()).ok()) continue;
      if (reader.GetTableProperties()->column_family_name !=
          kFamilyNames[static_cast<size_t>(family)]) {
        continue;
      }
      fs::remove(entry.path());
      ++removed;
    }
    return removed;
  }
  static std::vector<uint32_t> SessionsOf(const Store& store) {
    std::vector<uint32_t> days;
    for (uint32_t day = 0; day < kDays; ++day) {
      const auto session = store.ReadSession("academy", SessionId(day));
      if (session.ok() && store.ReadFacts(*session)->size() == 1) days.push_back(day);
    }
    return days;
  }
  static uint64_t PageViews(const Store& store) {
    uint64_t views = 0;
    EXPECT_TRUE(store
                    .ReadRollups("academy", Resolution::kDay, 0, kNoon * 2, "", std::nullopt,
                                 [&](const RollupRow& row) { views += row.cell.page_views(); })
                    .ok());
    return views;
  }

  std::string secret_;
};

TEST_P(LostTableTest, KeptDaysAreMadeAnewAndTheRestStays) {
  MakeDirectory();
  ASSERT_GT(RemoveTables(Dir("left"), GetParam()), 0u);
  const auto store = MustOpen(Dir("left"));
  ASSERT_NE(store, nullptr);
  EXPECT_FALSE(IsMending(Dir("left")));
  // Today and the four days before, and the click.
  ExpectVerified(store.get(), 6);
  // What came again is known.
  for (uint32_t day = kDays - 5; day < kDays; ++day) {
    EXPECT_EQ(AppendAndWait(store.get(), Visit(day)).outcome, AppendOutcome::kDuplicate) << day;
  }
  EXPECT_EQ(AppendAndWait(store.get(), Visit(kDays - 1, 1)).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(store->Secret(), secret_);
  EXPECT_EQ(AppendAndWait(store.get(), BeaconBuilder(99, 99, 0).Build()).outcome,
            AppendOutcome::kErased);
  const bool is_whole = GetParam() == Family::kMeta || GetParam() == Family::kSeen;
  const std::vector<uint32_t> all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<uint32_t> kept = {5, 6, 7, 8, 9};
  EXPECT_EQ(SessionsOf(*store), is_whole || GetParam() == Family::kRollups ? all : kept);
  EXPECT_EQ(PageViews(*store), GetParam() == Family::kRollups ? 5u : 10u);
  // Late ones, of days that are not kept.
  EXPECT_EQ(AppendAndWait(store.get(), Visit(2, 1)).outcome, AppendOutcome::kStored);
  ASSERT_TRUE(store->FlushViews().ok());
}

INSTANTIATE_TEST_SUITE_P(All, LostTableTest,
                         testing::Values(Family::kSessions, Family::kFacts, Family::kRollups,
                                         Family::kMeta, Family::kSeen),
                         [](const auto& family) {
                           return std::string(kFamilyNames[static_cast<size_t>(family.param)]);
                         });

// Everything but what its first start wrote is in the log yet.
TEST_F(UnfitViewsTest, YoungDirectoryKeepsItsLogWhenItsManifestIsMadeAnew) {
  {
    const auto store = MustOpen(Dir());
    for (uint32_t i = 0; i < 3; ++i) {
      ASSERT_EQ(AppendAndWait(store.get(), Record(i)).outcome, AppendOutcome::kStored);
    }
    ASSERT_TRUE(store->FlushViews().ok());
    CopyAsItStands(Dir(), Dir("left"));
    for (const auto& entry : fs::directory_iterator(Dir("left"))) {
      if (entry.path().filename().string().starts_with("MANIFEST")) {
        Flip(entry.path(), fs::file_size(entry.path()) / 2);
      }
    }
  }
  const auto store = MustOpenUnfit(Dir("left"));
  ASSERT_NE(store, nullptr);
  EXPECT_FALSE(damage_.empty());
  ExpectVerified(store.get(), 3);
  EXPECT_EQ(store->Secret(), MustOpen(Dir())->Secret());
}

TEST_F(DamageTest, HealthyDirectoryIsJustOpened) {
  MakeDirectory(true);
  for (const bool suspect : {false, true}) {
    const auto opened = OpenOrSalvage({.data_dir = Dir("left")}, suspect);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(opened->damage.empty());
  }
}

}  // namespace
}  // namespace paceline::store
