// The journeys on disk, and the views folded from them.
//
// Journeys are the truth: appended once, in commit order, by one writer thread that groups whatever
// waits into one synced write. Facts, sessions and rollups are views: folded in memory in commit
// order and flushed together with the commit number up to which they are complete, so a crash loses
// nothing and counts nothing twice. Reads see everything that was acknowledged, flushed or not.
//
// This folder alone knows RocksDB; no type of it appears here, but for a name that tests need.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/backup.h"
#include "collector/store/erasures.h"
#include "paceline/v1/record.pb.h"

namespace rocksdb {
class Env;
}

namespace paceline::store {

template <typename T>
class Reopening;

// (site, session, document, sequence). External conversions have a space of their own: no page can
// take their place.
struct BeaconId {
  std::string site;
  std::string session_id;
  std::string document_id;
  uint32_t sequence = 0;
  bool external = false;
};

// Who sent the record: from its payload.
BeaconId IdOf(const v1::JournalRecord& record);

// A record that is to be stored, as bytes.
struct NewRecord {
  // IdOf what `bytes` hold.
  BeaconId id;
  // As in `bytes`.
  uint64_t received_unix_ms = 0;
  uint64_t content_hash = 0;
  // A serialized v1::JournalRecord, its fields in any order.
  std::string bytes;
};
NewRecord ToNewRecord(const v1::JournalRecord& record);

enum class AppendOutcome {
  kStored,
  kDuplicate,
  kConflict,
  kSessionLimit,
  // Its session was erased.
  kErased,
  kOverloaded,
  kUnavailable
};

struct AppendResult {
  AppendOutcome outcome = AppendOutcome::kUnavailable;
  // What went wrong, for kUnavailable.
  absl::Status status;
};

// Called exactly once, on the writer's thread (or inside Append when refused at once). Must not
// block.
using AppendCallback = absl::AnyInvocable<void(AppendResult)>;

// A record of the site is durable, and these page views are new or changed. Called on the folding
// thread, perhaps after the record was answered. Must not block.
using StoredCallback =
    std::function<void(std::string_view site, const std::vector<v1::PageViewFact>& changed)>;

// The value of one cell of the cube. Empty slice: everything of the site.
struct Slice {
  // "page", a dimension's name, or "page+dimension"; empty: all. See rollup_slices.h for the one
  // table of them.
  std::string dimension;
  // Page group and dimension value, joined by '\n' when both.
  std::string value;
};

enum class Resolution : uint8_t { kMinute = 0, kHour = 1, kDay = 2 };

struct RollupRow {
  uint64_t start_unix_ms = 0;
  Slice slice;
  v1::RollupCell cell;
};

// One of session_id and pseudonyms.
struct EraseRequest {
  std::string site = {};
  std::string session_id = {};
  // What may stand for the user in what is stored: see ingest/pseudonyms.h.
  std::vector<std::string> pseudonyms = {};
  uint64_t now_unix_ms = 0;
};

struct EraseReport {
  uint64_t sessions = 0;
  uint64_t records = 0;
  uint64_t page_views = 0;
};

// By day of the receipt, in days since 1970-01-01.
using QualityDays = std::map<uint32_t, v1::QualityDay>;

// Days for which each kind of data is kept, today not counted; 0: for ever.
struct Retention {
  uint64_t journeys_days = 0;
  uint64_t facts_days = 0;
  uint64_t sessions_days = 0;
  // Rollups, by resolution; quality goes with those by day.
  uint64_t minutes_days = 0;
  uint64_t hours_days = 0;
  uint64_t days_days = 0;
};

struct RetentionReport {
  // Ranges of journeys, facts and rollups in which there was something to drop.
  uint64_t ranges = 0;
  uint64_t sessions = 0;
  // There would be more to drop, but the clock has jumped ahead: nothing goes before it shows this.
  // 0: it is believed.
  uint64_t held_until_unix_ms = 0;
};

// Called with what is done so far and in all, in sessions.
using EraseProgress = std::function<void(uint64_t done, uint64_t total)>;

struct Difference {
  // "fact", "session" or "rollup", and which.
  std::string what;
  std::string stored;
  std::string recounted;
};

// Unix milliseconds, `to` not included.
struct TimeRange {
  uint64_t from_unix_ms = 0;
  uint64_t to_unix_ms = std::numeric_limits<uint64_t>::max();

  bool bounded() const {
    return from_unix_ms > 0 || to_unix_ms < std::numeric_limits<uint64_t>::max();
  }
  bool Contains(uint64_t unix_ms) const { return unix_ms >= from_unix_ms && unix_ms < to_unix_ms; }
};

struct VerifyReport {
  uint64_t complete_to_commit = 0;
  // Stored behind that, and not compared: a collector that runs, or the next start, folds them.
  uint64_t newer_records = 0;
  uint64_t records = 0;
  uint64_t facts = 0;
  uint64_t sessions = 0;
  uint64_t rollup_cells = 0;
  std::vector<Difference> differences;
};

struct RebuildReport {
  // Folded again.
  uint64_t records = 0;
  // Entries that are not what they were: changed, added, or gone.
  uint64_t facts_changed = 0;
  uint64_t sessions_changed = 0;
  uint64_t rollup_cells_changed = 0;
  // Entries that stay as they were, because journeys they were made of are gone.
  uint64_t entries_kept = 0;
};

// Called with records done and in all. False: it is to stop, and everything to stay as it is.
using RebuildProgress = std::function<bool(uint64_t done, uint64_t total)>;

// What was damaged, and which records that took.
using DamageCallback = std::function<void(const std::vector<std::string>& damage,
                                          const std::vector<v1::Loss>& losses)>;

class Store {
 public:
  struct Options {
    std::string data_dir;
    // For `verify` on a collector that runs: nothing is written, Append refuses.
    bool read_only = false;
    // A disk so full that the directory cannot be opened for writing: it is read until it can.
    bool starts_without_room = false;
    // Views are flushed when this much time has passed since their first unflushed change.
    uint64_t flush_interval_ms = 5000;
    // Records that may wait for the writer; beyond it Append answers kOverloaded.
    size_t max_queued_records = 16384;
    StoredCallback on_stored = {};
    // Whether on_stored is to be called for a record of the site; always, when empty. On the
    // writer's thread, for each record.
    std::function<bool(std::string_view site)> wants_stored = {};
    // Records are refused, and everything else goes on, while fewer bytes than these are free on
    // the disk: RocksDB needs room to tidy up. 0: not looked at.
    uint64_t min_free_bytes = 0;
    // Called when the store has stopped taking records because it cannot write. It opens the
    // directory again by itself, as soon as it can. On the writer's thread. Must not block.
    std::function<void(const absl::Status&)> on_failure = {};
    // Called when it has, or has tried in vain.
    std::function<void(const absl::Status&)> on_reopened = {};
    // Called when the directory was damaged, before what is left of it is used.
    DamageCallback on_damage = {};
    // Of tests: the file system under RocksDB. Outlives the store.
    rocksdb::Env* env = nullptr;
  };

  // FailedPrecondition: newer format, or locked by another process. DataLoss: cannot be read.
  static absl::StatusOr<std::unique_ptr<Store>> Open(Options options);
  // Answers what is queued, flushes the views, closes.
  ~Store();

  // Stores `record` once. Asynchronous; thread-safe.
  void Append(NewRecord record, AppendCallback done);

  absl::Status FlushViews();

  // 32 random bytes, made when the directory was new, and kept with the data: what pseudonyms are
  // keyed with. Empty when it was opened for reading before there were any.
  const std::string& Secret() const;

  // Recounts facts, sessions and rollups from the journeys and compares: those that lie in `range`.
  // `progress` is called with records done.
  absl::StatusOr<VerifyReport> Verify(const std::function<void(uint64_t)>& progress,
                                      const TimeRange& range = {}) const;

  // Makes facts, sessions and rollups anew from the journeys, puts them in the place of those that
  // are there, all at once, and goes on taking and answering meanwhile; see rebuild.h.
  absl::StatusOr<RebuildReport> Rebuild(const RebuildProgress& progress);

  // Cells of `resolution` with start in [from, to) whose slice is `slice`, or (nullopt value) of
  // any value of `dimension`, in the order of time.
  absl::Status ReadRollups(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
                           uint64_t to_unix_ms, std::string_view dimension,
                           const std::optional<std::string>& value,
                           const std::function<void(const RollupRow&)>& visit) const;

  // Sessions that began in [from, to), newest first, until `visit` returns false. No lock is held
  // meanwhile: `visit` may read.
  absl::Status ReadSessions(std::string_view site, uint64_t from_unix_ms, uint64_t to_unix_ms,
                            const std::function<bool(const v1::SessionRecord&)>& visit) const;

  // NotFound when the site has no such session.
  absl::StatusOr<v1::SessionRecord> ReadSession(std::string_view site,
                                                std::string_view session_id) const;
  // The session that has an ExternalConversion with this document_id or alias. NotFound: none has.
  absl::StatusOr<v1::SessionRecord> FindExternal(std::string_view site,
                                                 std::string_view external_id) const;
  // The session's page views, in the order in which they began.
  absl::StatusOr<std::vector<v1::PageViewFact>> ReadFacts(const v1::SessionRecord& session) const;
  // The session's records, in commit order.
  absl::StatusOr<std::vector<v1::JournalRecord>> ReadJourney(
      const v1::SessionRecord& session) const;

  // What became of a site's beacons (empty: of nobody's) on these days, both included, as
  // WriteQuality left it.
  absl::StatusOr<QualityDays> ReadQuality(std::string_view site, uint32_t first_day,
                                          uint32_t last_day) const;
  // Takes the place of what was there of those days, and is on disk afterwards when `is_synced`; a
  // loss of power may take it otherwise. One thread at a time.
  absl::Status WriteQuality(std::string_view site, const QualityDays& days, bool is_synced = false);

  // Copies everything to `dir`, as it is at some moment after the call; see backup.h.
  absl::StatusOr<BackupInfo> BackUp(const std::string& dir, uint32_t keep,
                                    const BackupProgress& progress);
  // Deletes a session, or a user's sessions, to the last trace; see erase.h.
  absl::StatusOr<EraseReport> Erase(const EraseRequest& request, const EraseProgress& progress);
  // Erases what was erased elsewhere: after a restore.
  absl::StatusOr<EraseReport> EraseAgain(const std::vector<Erasure>& erasures,
                                         uint64_t now_unix_ms);

  // Drops what is older than it is to be kept; see retention.h.
  absl::StatusOr<RetentionReport> ApplyRetention(const Retention& retention, uint64_t now_unix_ms);

  // For /metrics and /readyz.
  struct Stats {
    uint64_t last_commit = 0;
    uint64_t complete_to_commit = 0;
    uint64_t queued_records = 0;
    uint64_t records_refolded_at_start = 0;
    // Why no record is taken at the moment; OK while all is well.
    absl::Status failure;
    // How often the directory was opened again after a failure.
    uint64_t reopened = 0;
    uint64_t free_bytes = 0;
    // Acknowledged records that damage took, ever.
    std::vector<v1::Loss> losses = {};
  };
  Stats GetStats() const;

 private:
  class Impl;
  // What is open at the moment: another one after a failure. Keeps it open to the end of the
  // expression, or as long as the pointer is kept.
  struct Opened {
    std::shared_ptr<Impl> operator->() const;
    std::unique_ptr<Reopening<Impl>> reopening;
  };
  Store();
  Options options_;
  std::string secret_;
  std::atomic<uint64_t> free_bytes_ = 0;
  // Held by what changes views and journeys otherwise than by folding: one at a time.
  std::mutex maintenance_;
  // Last, so that its thread ends first.
  Opened impl_;
};

}  // namespace paceline::store
