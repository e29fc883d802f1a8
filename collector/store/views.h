// Facts, sessions and rollups, folded from the journeys in commit order.
//
// Sessions that are active are in memory, with what changed since the last flush; all others are on
// disk only. A flush writes what changed together with the commit number up to which it is
// complete, in one batch: after a crash the journeys behind that number are folded again, and
// nothing is counted twice. A page view
// counts in dozens of cells, each as large as many page views, so that most flushes write only what
// has to be added to the cells, and one in many adds it. Readers see memory and disk as one.
//
// One thread folds and begins flushes; any thread may write one, and any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"
#include "collector/store/pending_rollups.h"
#include "collector/store/session_cache.h"
#include "collector/store/session_fold.h"
#include "collector/store/store.h"

namespace paceline::store {

// Reads what flushes have left to be added to the cells of `disk`: it is added to `rollups`, and
// the commits that the keys name to `commits`, unless it is null.
absl::Status ReadRollupChanges(const KeyValueReader& disk, Facets* facets, PendingRollups* rollups,
                               std::vector<uint64_t>* commits);

// The same, spread over the cells that are kept.
absl::StatusOr<PendingRollups::Cells> ReadCellChanges(const KeyValueReader& disk);

// Leaves out the cells that retention has dropped: what a late record changes of a page view of
// then has nothing to be added to.
absl::Status LeaveOutDropped(const KeyValueReader& disk, PendingRollups::Cells* cells);
// From when on cells of each resolution are kept.
absl::StatusOr<std::array<uint64_t, 3>> CellsKeptFrom(const KeyValueReader& disk);

// Puts into `batch` what the cell of `disk` is with `delta` added. DataLoss as CellDelta::ApplyTo.
absl::Status AddToCell(const std::string& key, const CellDelta& delta, const KeyValueReader& disk,
                       Batch* batch);

class Views {
 public:
  // A flush is due when this many sessions have changed, whatever the time: it bounds memory, and
  // how long a flush's write can hold up the writer's.
  static constexpr size_t kMaxDirtySessions = 2048;
  // The cells are due after this many flushes, or when this many kinds of page views have changes.
  static constexpr size_t kMaxKeptFlushes = 32;
  static constexpr size_t kMaxKeptKinds = 1024;

  // `disk` holds the views, complete to `complete_to_commit`; `journeys` the records, and what
  // retention has dropped (the same, but in a recount). Both outlive the object.
  Views(const KeyValue* disk, const KeyValueReader* journeys, uint64_t complete_to_commit);

  // Reads what earlier flushes left to be added to the cells. Before all else, and once.
  absl::Status Load();

  // Folds a record that is stored under `key`, with a commit above all before. `session_is_new`:
  // nothing was stored of its session before, so that none is looked for. Facts that are new or
  // changed are added to `changed`, unless it is null. An error leaves the views behind the
  // journeys: nothing may be folded or flushed any more.
  absl::Status Fold(JourneyKey key, std::string_view record, bool session_is_new,
                    std::vector<v1::PageViewFact>* changed);

  bool HasUnflushed() const { return folded_to_commit_ != taken_to_commit_; }
  bool IsFull() const {
    return dirty_.size() >= kMaxDirtySessions || cache_.bytes() > 2 * SessionCache::kMaxBytes;
  }

  // Whether a flush adds to the cells what it and those before have counted.
  enum class Cells { kWhenDue, kNow };
  // A flush, in three steps, of which there is one at a time: takes what has changed (false:
  // nothing has), writes it, and lets go of it. BeginFlush belongs to the folding thread.
  bool BeginFlush(Cells cells);
  absl::Status WriteFlush(KeyValue* disk);
  void EndFlush();
  // All three.
  absl::Status Flush(KeyValue* disk, Cells cells);
  // Everything is flushed, cells and all, and what is on disk has changed otherwise: it is read
  // again.
  void Forget();

  uint64_t complete_to_commit() const { return complete_to_commit_.load(); }

  // What is known of a session's records: empty when there is no such session. No record of it may
  // wait to be folded.
  struct SessionContents {
    std::vector<RecordEntry> records;
    uint64_t bytes = 0;
  };
  absl::StatusOr<SessionContents> ReadContents(std::string_view site,
                                               std::string_view session_id) const;

  // As in Store.
  absl::Status ReadRollups(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
                           uint64_t to_unix_ms, std::string_view dimension,
                           const std::optional<std::string>& value,
                           const std::function<void(const RollupRow&)>& visit) const;
  absl::Status ReadSessions(std::string_view site, uint64_t from_unix_ms, uint64_t to_unix_ms,
                            const std::function<bool(const v1::SessionRecord&)>& visit) const;
  // nullopt: no such session.
  absl::StatusOr<std::optional<v1::SessionRecord>> ReadSession(std::string_view site,
                                                               std::string_view session_id) const;
  // The session that has an external conversion of this id or alias; nullopt: none has.
  absl::StatusOr<std::optional<std::string>> ReadExternalId(std::string_view site,
                                                            std::string_view external_id) const;
  // The facts of a session's page views, in their order. One may have begun anew, or ended, since
  // the session was read: it is left out.
  absl::StatusOr<std::vector<v1::PageViewFact>> ReadFacts(const v1::SessionRecord& session) const;

 private:
  // What a flush has taken; nothing changes it until it is done.
  struct Taken {
    // Sessions, facts and external ids.
    Batch batch;
    std::vector<CachedSession*> sessions;
    PendingRollups rollups;
    bool adds_to_cells = false;
    absl::flat_hash_map<std::string, std::string> external_ids;
    uint64_t to_commit = 0;
  };

  absl::StatusOr<CachedSession*> LoadForFold(const RecordView& record, bool session_is_new);
  void NoteExternalIds(const SessionState& session, size_t from);
  void TakeSession(CachedSession* session);
  void SettleDirty() const;
  absl::StatusOr<bool> HasCells(const KeyValueReader& disk) const;
  // Changes to cells that `disk` does not have yet.
  absl::StatusOr<PendingCells> CollectPending(const KeyValueReader& disk, std::string_view site,
                                              Resolution resolution, uint64_t from_unix_ms,
                                              uint64_t to_unix_ms, SliceId slice,
                                              const std::optional<std::string>& value) const;
  void PutChanges(Batch* batch) const;
  absl::Status PutCells(const KeyValueReader& disk, Batch* batch) const;

  const KeyValue* disk_;
  const KeyValueReader* journeys_;
  const FoldContext context_;
  // The folding thread's only.
  RecordView record_;
  uint64_t folded_to_commit_ = 0;
  // By the last flush that began.
  uint64_t taken_to_commit_ = 0;
  uint64_t flushes_begun_ = 0;
  std::atomic<uint64_t> complete_to_commit_;

  // Held by the folding thread while it changes what follows, and by readers while they read it.
  mutable std::shared_mutex mutex_;
  mutable Facets facets_;
  SessionCache cache_;
  std::vector<CachedSession*> dirty_;
  std::vector<std::string> void_facts_;
  // What no flush has taken. Readers settle what is dirty before they read.
  mutable PendingRollups rollups_;
  absl::flat_hash_map<std::string, std::string> external_ids_;
  // Null: no flush is under way.
  std::unique_ptr<Taken> taken_;
  // What earlier flushes have written as changes, and the commits that their keys name. Changed by
  // EndFlush only.
  PendingRollups kept_rollups_;
  std::vector<uint64_t> kept_commits_;
};

}  // namespace paceline::store
