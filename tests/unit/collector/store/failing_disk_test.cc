// A disk that stops taking what it is given: RocksDB over a file system of ours.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "collector/store/rocks_key_value.h"
#include "gtest/gtest.h"
#include "rocksdb/file_system.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

struct Faults {
  std::atomic<bool> fail_append = false;
  std::atomic<bool> fail_sync = false;
};

class FailingFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file, const Faults* faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (faults_->fail_append) return rocksdb::IOStatus::NoSpace("no space left on device");
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& verification,
                           rocksdb::IODebugContext* debug) override {
    if (faults_->fail_append) return rocksdb::IOStatus::NoSpace("no space left on device");
    return FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    if (faults_->fail_sync) return rocksdb::IOStatus::IOError("sync failed");
    return FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    if (faults_->fail_sync) return rocksdb::IOStatus::IOError("sync failed");
    return FSWritableFileOwnerWrapper::Fsync(options, debug);
  }

 private:
  const Faults* faults_;
};

class FailingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit FailingFileSystem(const Faults* faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
  const char* Name() const override { return "FailingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (made.ok()) *file = std::make_unique<FailingFile>(std::move(*file), faults_);
    return made;
  }

 private:
  const Faults* faults_;
};

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
      ASSERT_EQ(FactsOf(process.views, 1).size(), 1u);
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
      ASSERT_EQ(FactsOf(process.views, 1).size(), 1u);
      EXPECT_EQ(FactsOf(process.views, 1)[0].clicks(), 1u);
    }
    const auto report = VerifyViews(*disk, nullptr);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->records, 3u);
    EXPECT_TRUE(report->differences.empty());
  }

  Faults faults_;
  std::string dir_;
  std::unique_ptr<rocksdb::Env> env_;
};

TEST_F(FailingDisk, FailedSyncIsNotAcknowledged) { ExpectSurvives(&Faults::fail_sync); }

TEST_F(FailingDisk, FullDiskIsNotAcknowledged) { ExpectSurvives(&Faults::fail_append); }

}  // namespace
}  // namespace paceline::store
