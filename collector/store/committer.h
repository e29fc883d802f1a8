// The one writer: gives records their commit numbers, makes them durable in groups, folds them,
// answers.
//
// Whatever waits when the writer is free becomes one group: a single synced write of the journeys
// with what their sequence numbers are bound to (`seen`). A page that waits for its answer waits
// for one sync, however many others do. Nothing is answered as stored, or as a duplicate of
// something stored, before the sync that covers it has succeeded.
//
// After a write has failed, everything is answered kUnavailable until the store is opened again:
// the failed group may come back then, so nothing else may get its commit numbers. Reading goes on.
//
// Append and FlushViews are thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "collector/store/key_value.h"
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

  struct Options {
    // All three outlive the committer. `views` is complete up to `last_commit`.
    KeyValue* disk = nullptr;
    Views* views = nullptr;
    uint64_t last_commit = 0;
    size_t max_queued_records = 0;
    uint64_t flush_interval_ms = 0;
    StoredCallback on_stored;
    std::function<void(const absl::Status&)> on_failure = {};
    // Whether a session was erased: nothing more is taken of it. Writer's thread.
    std::function<bool(const BeaconId&)> is_erased = {};
  };
  explicit Committer(Options options);
  // Answers what is queued, and flushes the views.
  ~Committer();

  void Append(NewRecord record, AppendCallback done);
  // Waits until everything folded so far is flushed.
  absl::Status FlushViews();
  // Runs `task` on the writer's thread between two groups: nothing else writes meanwhile, the views
  // are flushed before, and what they remember of the disk is forgotten after, so it may change
  // anything. Records wait, so it has to be short. Returns the task's status, or why it did not
  // run.
  absl::Status Exclusively(const std::function<absl::Status()>& task);

  uint64_t last_commit() const { return last_commit_.load(); }
  size_t queued_records() const;
  absl::Status failure() const;

 private:
  struct Waiting {
    BeaconId id;
    // Parsed on the appending thread, of which there are many.
    v1::JournalRecord record;
    std::string bytes;
    AppendCallback done;
    AppendResult result;
    uint64_t commit = 0;
  };
  using Group = std::vector<Waiting>;

  struct Exclusive {
    const std::function<absl::Status()>* task = nullptr;
    absl::Status status;
    bool done = false;
  };

  void Run();
  // Sleeps until there is something to do; takes a group. False when all is done and the committer
  // stops.
  bool TakeGroup(Group* group, bool* flush);
  void CommitGroup(Group* group);
  // Fills `batch` with the records of the group that are new, and `result` of all.
  absl::Status Decide(Group* group, Batch* batch);
  absl::Status DecideOne(Waiting* one, Group* group, Batch* batch);
  absl::Status FoldGroup(const Group& group);
  void FlushNow();
  void RunExclusive();
  void Fail(const absl::Status& status);

  const Options options_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable flushed_;
  std::deque<Waiting> queue_;
  size_t queued_bytes_ = 0;
  bool stopping_ = false;
  // FlushViews asks for a number of flushes and waits until as many are done.
  uint64_t flushes_asked_ = 0;
  uint64_t flushes_done_ = 0;
  // What Exclusively waits for; null: nothing does.
  Exclusive* exclusive_ = nullptr;
  std::condition_variable exclusive_changed_;
  bool stopped_ = false;
  // The first failure of writing, folding or flushing.
  absl::Status failure_;

  // Writer's thread only.
  std::chrono::steady_clock::time_point flush_due_;
  std::unordered_map<std::string, size_t> group_by_seen_key_;
  std::unordered_map<std::string, Views::SessionSize> group_size_by_session_;

  std::atomic<uint64_t> last_commit_;
  std::thread thread_;
};

}  // namespace paceline::store
