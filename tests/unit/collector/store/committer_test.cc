#include "collector/store/committer.h"

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

// Holds the writer in its first synced write, so that a test can decide what waits behind it, and
// can make writes fail.
class GatedKeyValue : public MemoryKeyValue {
 public:
  absl::Status Write(const Batch& batch, Durability durability) override {
    std::unique_lock lock(mutex_);
    if (durability == Durability::kSynced) {
      ++synced_writes_;
      entered_.notify_all();
      opened_.wait(lock, [this] { return open_; });
    }
    if (failing_) return absl::UnavailableError("the disk is gone");
    return MemoryKeyValue::Write(batch, durability);
  }
  void Close() { Set(&open_, false); }
  void Open() { Set(&open_, true); }
  void FailWrites() { Set(&failing_, true); }
  void WaitForSyncedWrites(int count) {
    std::unique_lock lock(mutex_);
    entered_.wait(lock, [&] { return synced_writes_ >= count; });
  }
  int synced_writes() {
    const std::lock_guard lock(mutex_);
    return synced_writes_;
  }

 private:
  void Set(bool* flag, bool value) {
    const std::lock_guard lock(mutex_);
    *flag = value;
    opened_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable entered_;
  std::condition_variable opened_;
  bool open_ = true;
  bool failing_ = false;
  int synced_writes_ = 0;
};

uint64_t Journeys(const KeyValueReader& disk) {
  uint64_t count = 0;
  const auto cursor = disk.NewCursor(Family::kJourneys);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) ++count;
  return count;
}

TEST(Committer, StoresOnceAndTellsDuplicateFromConflict) {
  MemoryKeyValue disk;
  Process process(&disk);
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Hash(5).Build();
  EXPECT_EQ(AppendAndWait(process.committer.get(), record).outcome, AppendOutcome::kStored);
  EXPECT_EQ(AppendAndWait(process.committer.get(), record).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 1, 0).Hash(6).Build()).outcome,
            AppendOutcome::kConflict);
  EXPECT_EQ(Journeys(disk), 1u);
  EXPECT_EQ(FactsOf(process.views(), 1).size(), 1u);
}

TEST(Committer, RemembersWhatWasSeenAcrossRestarts) {
  MemoryKeyValue disk;
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Hash(5).Build();
  {
    Process process(&disk);
    EXPECT_EQ(AppendAndWait(process.committer.get(), record).outcome, AppendOutcome::kStored);
  }
  Process process(&disk);
  EXPECT_EQ(AppendAndWait(process.committer.get(), record).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 1, 0).Hash(6).Build()).outcome,
            AppendOutcome::kConflict);
}

TEST(Committer, AnswersDoNotWaitForTheFoldAndReadersDo) {
  MemoryKeyValue disk;
  Views views(&disk, &disk, 0);
  ASSERT_TRUE(views.Load().ok());
  std::promise<void> go_on;
  Committer committer(Committer::Options{
      &disk, &views, 0, 100, 3'600'000,
      // The folder, before it is done with the record.
      [wait = go_on.get_future().share()](const auto&, const auto&) { wait.wait(); }});
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Build();
  EXPECT_EQ(AppendAndWait(&committer, record).outcome, AppendOutcome::kStored);
  EXPECT_EQ(AppendAndWait(&committer, record).outcome, AppendOutcome::kDuplicate);
  std::future<size_t> facts = std::async(std::launch::async, [&] {
    committer.WaitUntilFolded();
    return FactsOf(views, 1).size();
  });
  EXPECT_EQ(facts.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  go_on.set_value();
  EXPECT_EQ(facts.get(), 1u);
}

TEST(Committer, WhatWaitsBecomesOneSyncedWrite) {
  GatedKeyValue disk;
  Process process(&disk);
  disk.Close();
  Answers answers(51);
  process.committer->Append(ToNewRecord(BeaconBuilder(0, 1, 0).Build()), answers.For(50));
  disk.WaitForSyncedWrites(1);
  for (uint32_t i = 0; i < 50; ++i) {
    v1::JournalRecord record = BeaconBuilder(1, 1, i).Build();
    process.committer->Append(ToNewRecord(record), answers.For(i));
  }
  disk.Open();
  for (const AppendResult& result : answers.Wait()) {
    EXPECT_EQ(result.outcome, AppendOutcome::kStored);
  }
  EXPECT_EQ(disk.synced_writes(), 2);
}

TEST(Committer, DuplicateWithinAGroupIsAnsweredOnlyWhenTheFirstIsSafe) {
  GatedKeyValue disk;
  Process process(&disk);
  disk.Close();
  Answers first(1);
  process.committer->Append(ToNewRecord(BeaconBuilder(9, 1, 0).Build()), first.For(0));
  disk.WaitForSyncedWrites(1);
  // These three wait together; their write will fail.
  Answers answers(3);
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Hash(5).Build();
  process.committer->Append(ToNewRecord(record), answers.For(0));
  process.committer->Append(ToNewRecord(record), answers.For(1));
  const v1::JournalRecord other = BeaconBuilder(1, 1, 0).Hash(6).Build();
  process.committer->Append(ToNewRecord(other), answers.For(2));
  disk.FailWrites();
  disk.Open();
  for (const AppendResult& result : answers.Wait()) {
    EXPECT_EQ(result.outcome, AppendOutcome::kUnavailable);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kUnavailable);
  }
}

TEST(Committer, DuplicatesWithinAGroupAreTold) {
  GatedKeyValue disk;
  Process process(&disk);
  disk.Close();
  Answers answers(4);
  process.committer->Append(ToNewRecord(BeaconBuilder(9, 1, 0).Build()), answers.For(3));
  disk.WaitForSyncedWrites(1);
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Hash(5).Build();
  const v1::JournalRecord other = BeaconBuilder(1, 1, 0).Hash(6).Build();
  process.committer->Append(ToNewRecord(record), answers.For(0));
  process.committer->Append(ToNewRecord(record), answers.For(1));
  process.committer->Append(ToNewRecord(other), answers.For(2));
  disk.Open();
  const auto& results = answers.Wait();
  EXPECT_EQ(results[0].outcome, AppendOutcome::kStored);
  EXPECT_EQ(results[1].outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(results[2].outcome, AppendOutcome::kConflict);
  EXPECT_EQ(disk.synced_writes(), 2);
  EXPECT_EQ(Journeys(disk), 2u);
}

TEST(Committer, FailedWriteIsNeverAcknowledgedAndEndsWriting) {
  GatedKeyValue disk;
  Process process(&disk);
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 1, 0).Build()).outcome,
            AppendOutcome::kStored);
  disk.FailWrites();
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 1, 1).Build()).outcome,
            AppendOutcome::kUnavailable);
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 1, 2).Build()).outcome,
            AppendOutcome::kUnavailable);
  EXPECT_FALSE(process.committer->FlushViews().ok());
  // What was stored before can still be read.
  EXPECT_EQ(FactsOf(process.views(), 1).size(), 1u);
  EXPECT_EQ(process.committer->last_commit(), 1u);
}

TEST(Committer, RefusesWhatDoesNotFitTheQueue) {
  GatedKeyValue disk;
  Process process(&disk, 3'600'000, 2);
  disk.Close();
  Answers answers(4);
  for (uint32_t i = 0; i < 4; ++i) {
    const v1::JournalRecord record = BeaconBuilder(1, 1, i).Build();
    process.committer->Append(ToNewRecord(record), answers.For(i));
    if (i == 0) disk.WaitForSyncedWrites(1);
  }
  EXPECT_EQ(process.committer->queued_records(), 2u);
  disk.Open();
  const auto& results = answers.Wait();
  EXPECT_EQ(results[2].outcome, AppendOutcome::kStored);
  EXPECT_EQ(results[3].outcome, AppendOutcome::kOverloaded);
}

TEST(Committer, SessionHasALimitAndOthersGoOn) {
  MemoryKeyValue disk;
  Process process(&disk);
  Answers answers(kMaxRecordsPerSession + 2);
  for (uint32_t i = 0; i < static_cast<uint32_t>(kMaxRecordsPerSession) + 2; ++i) {
    const v1::JournalRecord record = BeaconBuilder(1, i / 1000, i).Build();
    process.committer->Append(ToNewRecord(record), answers.For(i));
  }
  const auto& results = answers.Wait();
  EXPECT_EQ(results[kMaxRecordsPerSession - 1].outcome, AppendOutcome::kStored);
  EXPECT_EQ(results[kMaxRecordsPerSession].outcome, AppendOutcome::kSessionLimit);
  EXPECT_EQ(results[kMaxRecordsPerSession + 1].outcome, AppendOutcome::kSessionLimit);
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(2, 1, 0).Build()).outcome,
            AppendOutcome::kStored);
  // A duplicate is still told as one.
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 0, 0).Build()).outcome,
            AppendOutcome::kDuplicate);
}

TEST(Committer, SessionsBytesHaveALimitAlsoWithinAGroupAndAfterAFlush) {
  MemoryKeyValue disk;
  Process process(&disk);
  constexpr uint32_t kRecords = 12;
  constexpr size_t kBytes = kMaxBytesPerSession / 10;
  Answers answers(kRecords);
  for (uint32_t i = 0; i < kRecords; ++i) {
    v1::JournalRecord record = BeaconBuilder(1, 0, i).Build();
    record.mutable_beacon()->add_strings(std::string(kBytes, 'x'));
    process.committer->Append(ToNewRecord(record), answers.For(i));
  }
  const auto& results = answers.Wait();
  EXPECT_EQ(results[8].outcome, AppendOutcome::kStored);
  EXPECT_EQ(results[9].outcome, AppendOutcome::kSessionLimit);
  // What is small still fits, and is remembered where the session is.
  EXPECT_TRUE(process.committer->FlushViews().ok());
  EXPECT_EQ(AppendAndWait(process.committer.get(), BeaconBuilder(1, 1, 0).Build()).outcome,
            AppendOutcome::kStored);
  v1::JournalRecord large = BeaconBuilder(1, 1, 1).Build();
  large.mutable_beacon()->add_strings(std::string(kBytes, 'x'));
  EXPECT_EQ(AppendAndWait(process.committer.get(), large).outcome, AppendOutcome::kSessionLimit);
}

TEST(Committer, RefusesAnIdThatIsNotTheRecords) {
  MemoryKeyValue disk;
  Process process(&disk);
  Answers answers(1);
  NewRecord record = ToNewRecord(BeaconBuilder(1, 1, 0).Build());
  record.id.sequence = 7;
  process.committer->Append(std::move(record), answers.For(0));
  EXPECT_EQ(answers.Wait()[0].outcome, AppendOutcome::kUnavailable);
  EXPECT_EQ(answers.Wait()[0].status.code(), absl::StatusCode::kInvalidArgument);
}

// Sixty-four senders, each page hidden several times, every beacon sent twice, while others read
// and flush.
TEST(Committer, ManySendersAreCountedOnce) {
  constexpr uint32_t kSenders = 64;
  constexpr uint32_t kBeacons = 8;
  MemoryKeyValue disk;
  std::atomic<uint64_t> stored = 0;
  std::atomic<uint64_t> duplicates = 0;
  {
    Process process(&disk, 20);
    std::atomic<bool> stop = false;
    std::thread reader([&] {
      while (!stop) {
        uint64_t views = 0;
        for (const RollupRow& row : Rows(process.views(), Resolution::kMinute, "")) {
          views += row.cell.page_views();
        }
        EXPECT_LE(views, kSenders);
        uint64_t sessions = 0;
        EXPECT_TRUE(process.views()
                        .ReadSessions("academy", 0, kNoon * 2,
                                      [&](const v1::SessionRecord&) { return ++sessions > 0; })
                        .ok());
        EXPECT_LE(sessions, kSenders);
        EXPECT_TRUE(process.committer->FlushViews().ok());
      }
    });
    std::vector<std::thread> senders;
    for (uint32_t sender = 0; sender < kSenders; ++sender) {
      senders.emplace_back([&, sender] {
        for (uint32_t sequence = 0; sequence < kBeacons; ++sequence) {
          const v1::JournalRecord record = BeaconBuilder(sender, 1, sequence)
                                               .Vital(v1::METRIC_CLS, 100 * (sequence + 1))
                                               .Click()
                                               .Build();
          for (int attempt = 0; attempt < 2; ++attempt) {
            const AppendResult result = AppendAndWait(process.committer.get(), record);
            (result.outcome == AppendOutcome::kStored ? stored : duplicates)++;
          }
        }
      });
    }
    for (std::thread& sender : senders) sender.join();
    stop = true;
    reader.join();
    for (uint32_t sender = 0; sender < kSenders; ++sender) {
      const auto facts = FactsOf(process.views(), sender);
      ASSERT_EQ(facts.size(), 1u);
      EXPECT_EQ(facts[0].clicks(), kBeacons);
      EXPECT_EQ(facts[0].vitals(0).value(), 100 * kBeacons);
    }
  }
  EXPECT_EQ(stored, kSenders * kBeacons);
  EXPECT_EQ(duplicates, kSenders * kBeacons);
  const auto report = VerifyViews(disk);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->records, kSenders * kBeacons);
  EXPECT_EQ(report->facts, kSenders);
  EXPECT_EQ(report->sessions, kSenders);
  EXPECT_TRUE(report->differences.empty());
}

}  // namespace
}  // namespace paceline::store
