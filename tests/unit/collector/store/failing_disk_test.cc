// Disks that fail: RocksDB over a file system of ours, which refuses what it is given, or forgets
// what was not synced.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "collector/store/rocks_key_value.h"
#include "gtest/gtest.h"
#include "tests/unit/collector/store/failing_file_system.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

class FailingDisk : public testing::Test {
 protected:
  FailingDisk() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "paceline-disk-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
    env_ = rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(&faults_));
  }
  ~FailingDisk() override { std::filesystem::remove_all(dir_); }

  std::unique_ptr<RocksKeyValue> MustOpen() {
    auto disk = RocksKeyValue::Open({.data_dir = dir_, .env = env_.get()});
    EXPECT_TRUE(disk.ok()) << disk.status();
    return disk.ok() ? *std::move(disk) : nullptr;
  }

  // One beacon is stored, the next meets the fault, and one more comes after the fault has gone.
  void ExpectSurvives(std::atomic<bool> Faults::*fault) {
    {
      const auto disk = MustOpen();
      Process process(disk.get());
      Committer* committer = process.committer.get();
      EXPECT_EQ(AppendAndWait(committer, BeaconBuilder(1, 1, 0).Build()).outcome,
                AppendOutcome::kStored);
      faults_.*fault = true;
      const AppendResult refused = AppendAndWait(committer, BeaconBuilder(1, 1, 1).Click().Build());
      EXPECT_EQ(refused.outcome, AppendOutcome::kUnavailable);
      EXPECT_FALSE(refused.status.ok());
      faults_.*fault = false;
      EXPECT_EQ(AppendAndWait(committer, BeaconBuilder(1, 1, 2).Build()).outcome,
                AppendOutcome::kUnavailable);
      ASSERT_EQ(FactsOf(process.views(), 1).size(), 1u);
    }
    const auto disk = MustOpen();
    {
      Process process(disk.get());
      // What was refused may be there or not; sent again, it counts once.
      for (uint32_t sequence = 0; sequence < 3; ++sequence) {
        BeaconBuilder builder(1, 1, sequence);
        if (sequence == 1) builder.Click();
        const AppendOutcome outcome =
            AppendAndWait(process.committer.get(), builder.Build()).outcome;
        EXPECT_TRUE(outcome == AppendOutcome::kDuplicate ||
                    (outcome == AppendOutcome::kStored && sequence > 0));
      }
      ASSERT_EQ(FactsOf(process.views(), 1).size(), 1u);
      EXPECT_EQ(FactsOf(process.views(), 1)[0].clicks(), 1u);
    }
    const auto report = VerifyViews(*disk);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->records, 3u);
    EXPECT_TRUE(report->differences.empty());
  }

  // Copies the directory as a loss of power would leave it now: each file up to what was synced of
  // it.
  void LosePowerInto(const std::string& copy) {
    const std::lock_guard lock(faults_.mutex);
    std::filesystem::create_directories(copy);
    for (const auto& file : std::filesystem::directory_iterator(dir_)) {
      const auto synced = faults_.synced_bytes.find(file.path().string());
      if (synced == faults_.synced_bytes.end()) continue;
      const std::filesystem::path to = copy / file.path().filename();
      std::filesystem::copy_file(file.path(), to);
      const uint64_t kept = std::min<uint64_t>(synced->second, std::filesystem::file_size(to));
      lost_bytes_ += std::filesystem::file_size(to) - kept;
      std::filesystem::resize_file(to, kept);
    }
  }

  Faults faults_;
  uint64_t lost_bytes_ = 0;
  std::string dir_;
  std::unique_ptr<rocksdb::Env> env_;
};

TEST_F(FailingDisk, FailedSyncIsNotAcknowledged) { ExpectSurvives(&Faults::fail_sync); }

TEST_F(FailingDisk, FullDiskIsNotAcknowledged) { ExpectSurvives(&Faults::fail_append); }

TEST_F(FailingDisk, LossOfPowerKeepsWhatWasAcknowledged) {
  const std::string copy = dir_ + "/after";
  const auto disk = MustOpen();
  auto process = std::make_unique<Process>(disk.get());
  for (uint32_t sequence = 0; sequence < 20; ++sequence) {
    const v1::JournalRecord record = BeaconBuilder(1, 1, sequence).Click().Build();
    ASSERT_EQ(AppendAndWait(process->committer.get(), record).outcome, AppendOutcome::kStored);
    // Views are flushed without a sync of their own.
    if (sequence % 6 == 5) {
      ASSERT_TRUE(process->committer->FlushViews().ok());
    }
    const std::string left = copy + std::to_string(sequence);
    LosePowerInto(left);
    const auto survivor = RocksKeyValue::Open({.data_dir = left});
    ASSERT_TRUE(survivor.ok()) << survivor.status();
    {
      const Process recovered(survivor->get());
      const auto facts = FactsOf(recovered.views(), 1);
      ASSERT_EQ(facts.size(), 1u);
      EXPECT_EQ(facts[0].clicks(), sequence + 1);
    }
    const auto report = VerifyViews(**survivor);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->records, sequence + 1);
    EXPECT_TRUE(report->differences.empty());
  }
  // Otherwise nothing was tested: flushed views were still to be synced at some of these moments.
  EXPECT_GT(lost_bytes_, 0u);
}

}  // namespace
}  // namespace paceline::store
