// Makes records durable in groups, folds them, answers.
//
// Whatever waits when the writer is free becomes one group: a single synced write of the journeys.
// A page that waits for its answer waits for one sync, however many others do. Nothing is answered
// as stored, or as a duplicate of something stored, before the sync that covers it has succeeded.
//
// Three threads, so that no one's work holds up the others': the writer decides what is new, writes
// and answers; the folder folds what is written, in the same order; the flusher writes the views.
// Nobody's answer waits for the fold: who reads the views waits instead, until they have what was
// answered before.
//
// After a write has failed, everything is answered kUnavailable until the store is opened again:
// the failed group may come back then, so nothing else may get its commit numbers. Reading goes on.
//
// Append, FlushViews and WaitUntilFolded are thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "collector/store/key_value.h"
#include "collector/store/session_ledger.h"
#include "collector/store/store.h"
#include "collector/store/views.h"

namespace paceline::store {

class Committer {
 public:
  // Bounds of one group: how long one record can hold up the next.
  static constexpr size_t kMaxGroupRecords = 1024;
  static constexpr size_t kMaxGroupBytes = 4u << 20;
  // Serialized records that may wait, in bytes; beyond it Append answers kOverloaded, as beyond
  // max_queued_records.
  static constexpr size_t kMaxQueuedBytes = 64u << 20;
  // Records that may be written and not folded yet, beside those that the writer is at: beyond it
  // the writer waits.
  static constexpr size_t kMaxUnfoldedRecords = 3072;

  struct Options {
    // Both outlive the committer. `views` is complete up to `last_commit`.
    KeyValue* disk = nullptr;
    Views* views = nullptr;
    uint64_t last_commit = 0;
    size_t max_queued_records = 0;
    uint64_t flush_interval_ms = 0;
    StoredCallback on_stored = {};
    std::function<bool(std::string_view site)> wants_stored = {};
    std::function<void(const absl::Status&)> on_failure = {};
    // Whether a session was erased: nothing more is taken of it. Writer's thread.
    std::function<bool(const BeaconId&)> is_erased = {};
  };
  explicit Committer(Options options);
  // Answers what is queued, and flushes the views.
  ~Committer();

  void Append(NewRecord record, AppendCallback done);
  // Waits until the views have everything that was answered as stored before the call, or never
  // will because the store has failed. Not for callbacks of Append.
  void WaitUntilFolded() const;
  // Waits until everything answered so far is folded and flushed.
  absl::Status FlushViews();
  // Runs `task` on the writer's thread between two groups: nothing else writes meanwhile, the views
  // are flushed before, and what is remembered of the disk is forgotten after, so it may change
  // anything. Records wait, so it has to be short. Returns the task's status, or why it did not
  // run.
  absl::Status Exclusively(const std::function<absl::Status()>& task);

  uint64_t last_commit() const { return last_commit_.load(); }
  size_t queued_records() const;
  absl::Status failure() const;

 private:
  struct Waiting {
    NewRecord record;
    AppendCallback done;
    AppendResult result;
    JourneyKey key;
    bool session_is_new = false;
  };
  using Group = std::vector<Waiting>;

  struct Arriving {
    Group group;
    size_t bytes = 0;
  };

  struct Exclusive {
    const std::function<absl::Status()>* task = nullptr;
    absl::Status status;
    bool done = false;
  };

  // Adds to the last group that waits, or begins another. With the lock.
  void Queue(NewRecord record, AppendCallback done);

  // The writer.
  void RunWriter();
  // Sleeps until something waits; takes a group, which is empty when only Exclusively waits. False
  // when all is done and the committer stops.
  bool TakeGroup(Group* group);
  void CommitGroup(Group* group);
  // Fills `batch` with the records of the group that are new, and `result` of all.
  absl::Status Decide(Group* group, Batch* batch);
  static void Answer(Group* group);
  // Gives the group to the folder, when that has room.
  void HandOver(Group* group);
  void RunExclusive();

  // The folder.
  void RunFolder();
  // Sleeps until there is something to do. False when all is done and the committer stops.
  bool TakeWritten(Group* group);
  void FoldGroup(const Group& group);
  absl::Status FoldOne(const Waiting& one);
  // Begins a flush when one is due, or waits for the one before when too much has changed.
  void TendFlush();

  // The flusher.
  void RunFlusher();

  void Fail(const absl::Status& status);

  const Options options_;

  mutable std::mutex mutex_;
  std::condition_variable writer_work_;
  std::condition_variable folder_work_;
  std::condition_variable flusher_work_;
  // The folder is done with what it took; the flusher has ended a flush.
  mutable std::condition_variable folded_;
  std::condition_variable flushed_;
  // Groups as the writer will take them: of the last there may come more. None is empty.
  std::deque<Arriving> queue_;
  // The room of the group that the writer had last, for the next.
  Group spare_;
  size_t queued_records_ = 0;
  size_t queued_bytes_ = 0;
  bool stopping_ = false;
  // Written, and not taken by the folder yet.
  Group written_;
  // Those, and what the folder is at work on.
  size_t unfolded_ = 0;
  bool writer_stopped_ = false;
  bool folder_stopped_ = false;
  // A flush has begun, and the flusher is not done with it.
  bool flushing_ = false;
  // FlushViews asks for a flush of everything folded until then.
  uint64_t flushes_asked_ = 0;
  uint64_t flushes_begun_for_ = 0;
  uint64_t flushes_done_ = 0;
  // What Exclusively waits for; null: nothing does.
  Exclusive* exclusive_ = nullptr;
  std::condition_variable exclusive_changed_;
  // The first failure of writing, folding or flushing.
  absl::Status failure_;

  // The writer's only.
  SessionLedger ledger_;
  // The folder's only.
  std::chrono::steady_clock::time_point flush_due_;
  bool can_fold_ = true;
  std::vector<v1::PageViewFact> changed_;

  std::atomic<uint64_t> last_commit_;
  // By the writer, before it answers; by the folder.
  std::atomic<uint64_t> answered_to_commit_;
  std::atomic<uint64_t> folded_to_commit_;
  std::thread writer_;
  std::thread folder_;
  std::thread flusher_;
};

}  // namespace paceline::store
