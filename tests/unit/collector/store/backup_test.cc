#include "collector/store/backup.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "collector/store/erasures.h"
#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

class BackupTest : public DataDir {
 protected:
  static void Store100(Store* store, uint32_t first_session) {
    for (uint32_t i = 0; i < 100; ++i) {
      ASSERT_EQ(AppendAndWait(store, BeaconOf(first_session + i, 0, "u-of-backups")).outcome,
                AppendOutcome::kStored);
    }
  }
};

TEST_F(BackupTest, IsTakenWhileRecordsArriveAndRestoresEverythingUpToIt) {
  const auto store = MustOpen(Dir());
  Store100(store.get(), 1'000);
  std::atomic<bool> stop = false;
  std::thread sender([&] {
    for (uint32_t session = 2'000; !stop; ++session) {
      AppendAndWait(store.get(), BeaconOf(session, 0, "u-of-senders"));
    }
  });
  const auto backup = store->BackUp(Dir("backups"), 0, nullptr);
  stop = true;
  sender.join();
  ASSERT_TRUE(backup.ok()) << backup.status();
  EXPECT_EQ(backup->number, 1u);

  const auto restored = RestoreBackup({.from = Dir("backups"), .data_dir = Dir("new")}, nullptr);
  ASSERT_TRUE(restored.ok()) << restored.status();
  const auto copy = MustOpen(Dir("new"));
  EXPECT_EQ(copy->Secret(), store->Secret());
  const uint64_t records = copy->GetStats().last_commit;
  EXPECT_GE(records, 100u);
  ExpectVerified(copy.get(), records);
  // A retry of what is in the backup counts once.
  EXPECT_EQ(AppendAndWait(copy.get(), BeaconOf(1'050, 0, "u-of-backups")).outcome,
            AppendOutcome::kDuplicate);
}

TEST_F(BackupTest, LaterOnesShareFilesAndOldOnesGo) {
  const auto store = MustOpen(Dir());
  for (uint32_t round = 0; round < 3; ++round) {
    Store100(store.get(), 1'000 * (round + 1));
    ASSERT_TRUE(store->BackUp(Dir("backups"), 2, nullptr).ok());
  }
  const auto backups = ListBackups(Dir("backups"));
  ASSERT_TRUE(backups.ok());
  ASSERT_EQ(backups->size(), 2u);
  EXPECT_EQ(backups->at(0).number, 2u);

  ASSERT_TRUE(
      RestoreBackup({.from = Dir("backups"), .data_dir = Dir("older"), .number = 2}, nullptr).ok());
  ExpectVerified(MustOpen(Dir("older")).get(), 200);
  ASSERT_TRUE(RestoreBackup({.from = Dir("backups"), .data_dir = Dir("latest")}, nullptr).ok());
  ExpectVerified(MustOpen(Dir("latest")).get(), 300);
}

TEST_F(BackupTest, ErasedSessionsDoNotComeBack) {
  const auto store = MustOpen(Dir());
  Store100(store.get(), 1'000);
  AppendAndWait(store.get(), BeaconOf(1, 0, "u-of-the-erased"));
  ASSERT_TRUE(store->BackUp(Dir("backups"), 0, nullptr).ok());
  ASSERT_TRUE(store
                  ->Erase({.site = "academy", .session_id = SessionId(1'005), .now_unix_ms = kNoon},
                          nullptr)
                  .ok());
  ASSERT_TRUE(store
                  ->Erase({.site = "academy",
                           .pseudonyms = {"u-of-the-erased"},
                           .now_unix_ms = kNoon + 600'000},
                          nullptr)
                  .ok());
  ASSERT_TRUE(store->BackUp(Dir("backups"), 0, nullptr).ok());

  const auto restored =
      RestoreBackup({.from = Dir("backups"), .data_dir = Dir("new"), .number = 1}, nullptr);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->erased_sessions, 2u);
  EXPECT_TRUE(FilesWith(Dir("new"), "u-of-the-erased").empty());
  const auto copy = MustOpen(Dir("new"));
  ExpectVerified(copy.get(), 99);
  EXPECT_EQ(AppendAndWait(copy.get(), BeaconOf(1'005, 1, "u-of-backups")).outcome,
            AppendOutcome::kErased);
}

TEST_F(BackupTest, ErasuresOfAnotherDirectoryCountToo) {
  const auto store = MustOpen(Dir());
  Store100(store.get(), 1'000);
  ASSERT_TRUE(store->BackUp(Dir("backups"), 0, nullptr).ok());
  ASSERT_TRUE(store
                  ->Erase({.site = "academy", .session_id = SessionId(1'005), .now_unix_ms = kNoon},
                          nullptr)
                  .ok());
  ASSERT_TRUE(store->BackUp(Dir("elsewhere"), 0, nullptr).ok());
  const auto restored = RestoreBackup(
      {.from = Dir("backups"), .data_dir = Dir("new"), .erasures = Dir("elsewhere")}, nullptr);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->erased_sessions, 1u);
}

TEST_F(BackupTest, DirectoryInUseOrFullIsRefused) {
  const auto store = MustOpen(Dir());
  ASSERT_TRUE(store->BackUp(Dir("backups"), 0, nullptr).ok());
  EXPECT_EQ(RestoreBackup({.from = Dir("backups"), .data_dir = Dir()}, nullptr).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(RestoreBackup({.from = Dir("none"), .data_dir = Dir("new")}, nullptr).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(RestoreBackup({.from = Dir("backups"), .data_dir = Dir("new"), .number = 5}, nullptr)
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST_F(BackupTest, DamagedBackupIsRefusedAndLeavesNothing) {
  {
    const auto store = MustOpen(Dir());
    Store100(store.get(), 1'000);
    ASSERT_TRUE(store->BackUp(Dir("backups"), 0, nullptr).ok());
  }
  for (const auto& entry : fs::recursive_directory_iterator(Dir("backups"))) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(10);
    file.put('\x5a');
    break;
  }
  const auto restored = RestoreBackup({.from = Dir("backups"), .data_dir = Dir("new")}, nullptr);
  EXPECT_EQ(restored.status().code(), absl::StatusCode::kDataLoss) << restored.status();
  EXPECT_TRUE(fs::is_empty(Dir("new")));
}

TEST(ErasureFile, KeepsTheLaterTimeAndRefusesWhatItCannotRead) {
  const std::string path = testing::TempDir() + "/erasures-of-a-test";
  fs::remove(path);
  const Erasure one{Erasure::Kind::kSession, "academy", std::string(kErasureHashBytes, '\x01'), 5};
  Erasure later = one;
  later.erased_unix_ms = 9;
  const Erasure other{Erasure::Kind::kUser, "academy", std::string(kErasureHashBytes, '\xfe'), 7};
  ASSERT_TRUE(MergeIntoErasureFile(path, {one, other}).ok());
  ASSERT_TRUE(MergeIntoErasureFile(path, {later}).ok());
  const auto read = ReadErasureFile(path);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at(0).hash, one.hash);
  EXPECT_EQ(read->at(0).erased_unix_ms, 9u);
  EXPECT_EQ(read->at(1).kind, Erasure::Kind::kUser);
  std::ofstream(path, std::ios::app) << "session academy abc 1\n";
  EXPECT_EQ(ReadErasureFile(path).status().code(), absl::StatusCode::kDataLoss);
  fs::remove(path);
}

}  // namespace
}  // namespace paceline::store
