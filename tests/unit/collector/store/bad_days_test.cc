// A store that meets a bad day and goes on by itself.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "tests/unit/collector/store/data_dir_fixture.h"
#include "tests/unit/collector/store/failing_file_system.h"

namespace paceline::store {
namespace {

constexpr uint64_t kMinFree = 1'000'000;

class BadDays : public DataDir {
 protected:
  BadDays() : env_(rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(&faults_))) {
    Store::Options options;
    options.data_dir = Dir();
    options.flush_interval_ms = kNever;
    options.min_free_bytes = kMinFree;
    options.env = env_.get();
    auto store = Store::Open(std::move(options));
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  AppendOutcome Send(uint32_t sequence) {
    return AppendAndWait(store_.get(), BeaconBuilder(1, 1, sequence).Click().Build()).outcome;
  }
  // Asks until it is so.
  static bool Eventually(const std::function<bool()>& so) {
    for (int i = 0; i < 3000; ++i) {
      if (so()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  // Sent again until it is there, as a page does.
  bool EventuallyStored(uint32_t sequence) {
    return Eventually([&] {
      const AppendOutcome outcome = Send(sequence);
      return outcome == AppendOutcome::kStored || outcome == AppendOutcome::kDuplicate;
    });
  }
  uint64_t PageViews() const {
    const auto session = store_->ReadSession("academy", SessionId(1));
    return session.ok() ? store_->ReadFacts(*session)->size() : 0;
  }
  uint32_t Clicks() const {
    return store_->ReadFacts(*store_->ReadSession("academy", SessionId(1)))->at(0).clicks();
  }

  // One is stored, the next meets the fault, reading goes on, and when the fault has gone the store
  // takes records again without anybody's help; everything counts once.
  void ExpectRecovers(std::atomic<bool> Faults::*fault) {
    ASSERT_EQ(Send(0), AppendOutcome::kStored);
    faults_.*fault = true;
    ASSERT_EQ(Send(1), AppendOutcome::kUnavailable);
    EXPECT_FALSE(store_->GetStats().failure.ok());
    EXPECT_EQ(PageViews(), 1u);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(Send(1), AppendOutcome::kUnavailable);
    EXPECT_EQ(PageViews(), 1u);
    faults_.*fault = false;
    EXPECT_TRUE(EventuallyStored(1));
    EXPECT_TRUE(EventuallyStored(2));
    EXPECT_TRUE(store_->GetStats().failure.ok());
    EXPECT_GE(store_->GetStats().reopened, 1u);
    EXPECT_EQ(Clicks(), 3u);
    ExpectVerified(store_.get(), 3);
  }

  Faults faults_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<Store> store_;
};

TEST_F(BadDays, FailedSyncIsNotTrustedUntilItIsOpenedAgain) { ExpectRecovers(&Faults::fail_sync); }

TEST_F(BadDays, FullDiskIsLeftAsSoonAsThereIsRoom) { ExpectRecovers(&Faults::fail_append); }

TEST_F(BadDays, NearlyFullDiskTakesNoRecordsButCanDelete) {
  ASSERT_EQ(Send(0), AppendOutcome::kStored);
  faults_.free_bytes = kMinFree - 1;
  ASSERT_TRUE(Eventually([&] { return Send(1) == AppendOutcome::kUnavailable; }));
  EXPECT_EQ(store_->GetStats().failure.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(PageViews(), 1u);
  EXPECT_TRUE(
      store_->ApplyRetention({.journeys_days = 1, .sessions_days = 1}, kNoon + 2 * 86'400'000ull)
          .ok());
  EXPECT_EQ(PageViews(), 0u);
  faults_.free_bytes = kMinFree;
  EXPECT_TRUE(EventuallyStored(2));
  EXPECT_TRUE(store_->GetStats().failure.ok());
  EXPECT_EQ(store_->GetStats().reopened, 0u);
}

TEST_F(BadDays, SlowDiskIsSlowAndNothingElse) {
  faults_.sync_ms = 20;
  for (uint32_t sequence = 0; sequence < 10; ++sequence) {
    ASSERT_EQ(Send(sequence), AppendOutcome::kStored);
  }
  EXPECT_EQ(Clicks(), 10u);
  ExpectVerified(store_.get(), 10);
}

}  // namespace
}  // namespace paceline::store
