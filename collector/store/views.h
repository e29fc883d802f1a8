// Facts, sessions and rollups, folded from the journeys in commit order.
//
// What changed since the last flush is in memory (the overlay), the rest on disk. A flush writes
// the overlay together with the commit number up to which it is complete, in one batch: after a
// crash the journeys behind that number are folded again, and nothing is counted twice. Readers see
// overlay and disk as one.
//
// One thread (the writer) folds and flushes; any thread reads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"
#include "collector/store/overlay.h"
#include "collector/store/session_fold.h"
#include "collector/store/store.h"

namespace paceline::store {

class Views {
 public:
  // A flush is due when the overlay holds more than this, whatever the time.
  static constexpr size_t kMaxOverlayEntries = 100'000;

  // `disk` holds the views, complete to `complete_to_commit`; `journeys` the records (the same, but
  // in a recount). Both outlive the object.
  Views(const KeyValue* disk, const KeyValueReader* journeys, uint64_t complete_to_commit);

  struct SessionSize {
    int records = 0;
    uint64_t bytes = 0;
  };
  // Writer: what the session has already. Zeros for a new one.
  absl::StatusOr<SessionSize> SizeOf(const std::string& site, const std::string& session_id);
  // Writer: folds a record that is stored under `key`, with a commit above all before. Returns the
  // facts that are new or changed. An error leaves the views behind the journeys: nothing may be
  // folded or flushed any more.
  absl::StatusOr<std::vector<v1::PageViewFact>> Fold(JourneyKey key,
                                                     const v1::JournalRecord& record);
  // Writer: forgets what SizeOf loaded and Fold did not use.
  void ForgetLoaded() { loaded_sessions_.clear(); }
  // Writer: writes the overlay to `disk`, and empties it when that succeeded.
  absl::Status Flush(KeyValue* disk);
  // Writer.
  bool HasUnflushed() const { return folded_to_commit_ != complete_to_commit_.load(); }
  bool IsFull() const { return overlay_.size() > kMaxOverlayEntries; }

  uint64_t complete_to_commit() const { return complete_to_commit_.load(); }

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
  // nullopt: no such fact.
  absl::StatusOr<std::optional<v1::PageViewFact>> ReadFact(const std::string& key) const;

 private:
  // Changes to cells by their place: (start, value).
  using PendingCells = std::map<std::pair<uint64_t, std::string>, CellDelta>;

  absl::StatusOr<v1::SessionRecord*> LoadSession(const std::string& site,
                                                 const std::string& session_id);
  void Apply(const v1::SessionRecord& before, v1::SessionRecord after,
             const std::vector<FactChange>& changes);
  void CountFact(const v1::PageViewFact& fact, int sign);
  absl::StatusOr<Batch> MakeFlushBatch(const KeyValueReader& disk) const;
  PendingCells CollectPending(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
                              uint64_t to_unix_ms, SliceId slice,
                              const std::optional<std::string>& value) const;

  const KeyValue* disk_;
  const KeyValueReader* journeys_;
  // Of the records folded now; kept from SizeOf to Fold, so that a session is read once.
  // Writer only.
  std::map<std::string, v1::SessionRecord> loaded_sessions_;
  uint64_t folded_to_commit_ = 0;
  std::atomic<uint64_t> complete_to_commit_;

  // Held exclusively by the writer while it changes the overlay, or moves it to disk; shared by
  // readers while they copy from it. The writer reads the overlay without it: nobody else changes
  // it.
  mutable std::shared_mutex mutex_;
  Overlay overlay_;
};

}  // namespace paceline::store
