#include "collector/store/rebuild.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/fit_sessions.h"
#include "collector/store/journey_reader.h"
#include "collector/store/keys.h"
#include "collector/store/recount.h"
#include "collector/store/retention.h"
#include "collector/store/rocks_replacement.h"
#include "collector/store/scratch_store.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLastPossibleCommit = std::numeric_limits<uint64_t>::max();
// Records that may be left to fold while others wait: some hundredths of a second.
constexpr uint64_t kMaxRecordsBehind = 1000;
// Rounds of catching up. Whoever folds no faster than records come would not get any nearer.
constexpr int kMaxRounds = 10;
constexpr size_t kEntriesPerBatch = 1000;

// Where fresh views are made, and what was changed of them since somebody last asked.
class NotedKeyValue : public KeyValue {
 public:
  explicit NotedKeyValue(KeyValue* inner) : inner_(inner) {}

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 std::string_view key) const override {
    return inner_->Get(family, key);
  }
  std::unique_ptr<Cursor> NewCursor(Family family) const override {
    return inner_->NewCursor(family);
  }
  absl::Status Write(const Batch& batch, Durability durability) override {
    for (const Batch::Change& change : batch.changes()) {
      noted_[static_cast<size_t>(change.family)].insert(change.key);
    }
    return inner_->Write(batch, durability);
  }
  absl::Status DeleteRange(Family, std::string_view, std::string_view) override {
    return absl::UnimplementedError("views are folded key by key");
  }
  absl::Status Compact(const std::vector<KeyRange>& ranges) override {
    return inner_->Compact(ranges);
  }
  std::unique_ptr<KeyValueReader> Snapshot() const override { return inner_->Snapshot(); }

  void ForgetNoted() { noted_ = {}; }
  const std::set<std::string>& noted(Family family) const {
    return noted_[static_cast<size_t>(family)];
  }

 private:
  KeyValue* inner_;
  std::array<std::set<std::string>, kFamilyCount> noted_;
};

// Writes to `disk` in batches of some size.
class BatchWriter {
 public:
  explicit BatchWriter(KeyValue* disk) : disk_(disk) {}
  absl::Status Put(Family family, std::string_view key, std::string_view value) {
    batch_.Put(family, std::string(key), std::string(value));
    return FlushWhenFull();
  }
  absl::Status Delete(Family family, std::string_view key) {
    batch_.Delete(family, std::string(key));
    return FlushWhenFull();
  }
  absl::Status Flush() {
    const Batch batch = std::exchange(batch_, Batch());
    return batch.empty() ? absl::OkStatus() : disk_->Write(batch, KeyValue::Durability::kBuffered);
  }

 private:
  absl::Status FlushWhenFull() {
    return batch_.changes().size() < kEntriesPerBatch ? absl::OkStatus() : Flush();
  }

  KeyValue* disk_;
  Batch batch_;
};

// Where a rebuild works; removed with it.
class WorkDirectory {
 public:
  static absl::StatusOr<std::unique_ptr<WorkDirectory>> Make(const std::string& data_dir) {
    std::unique_ptr<WorkDirectory> made(new WorkDirectory(RebuildDirectory(data_dir)));
    std::error_code error;
    fs::remove_all(made->path_, error);
    fs::create_directories(made->path_, error);
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("cannot create ", made->path_, ": ", error.message()));
    }
    auto scratch = ScratchStore::Make(made->path_);
    if (!scratch.ok()) return scratch.status();
    made->scratch_ = *std::move(scratch);
    return made;
  }
  ~WorkDirectory() {
    scratch_.reset();
    std::error_code error;
    fs::remove_all(path_, error);
  }
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;

  const std::string& path() const { return path_; }
  KeyValue* views() { return scratch_->key_value(); }

 private:
  explicit WorkDirectory(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  std::unique_ptr<ScratchStore> scratch_;
};

uint64_t* CountOf(Family family, RebuildReport* report) {
  if (family == Family::kFacts) return &report->facts_changed;
  return family == Family::kSessions ? &report->sessions_changed : &report->rollup_cells_changed;
}

class Rebuild {
 public:
  // Records up to `to_commit` are folded.
  Rebuild(WorkDirectory* work, RocksKeyValue* disk, Committer* committer, uint64_t to_commit,
          const RebuildProgress& progress)
      : disk_(disk),
        committer_(committer),
        to_commit_(to_commit),
        progress_(progress),
        directory_(work->path()),
        fresh_(work->views()) {}

  absl::StatusOr<RebuildReport> Run() {
    // With all that is to be added to the cells.
    std::unique_ptr<KeyValueReader> stored;
    absl::Status status = committer_->Exclusively([&] {
      stored = disk_->Snapshot();
      return absl::OkStatus();
    });
    if (status.ok()) status = Recount(*stored);
    stored.reset();
    const RebuildReport& changed = report_;
    const bool all_equal =
        changed.facts_changed + changed.sessions_changed + changed.rollup_cells_changed == 0;
    if (status.ok() && !all_equal) status = Replace();
    if (!status.ok()) return status;
    return report_;
  }

 private:
  // Fresh views of what is flushed now, with what cannot be made anew as it is.
  absl::Status Recount(const KeyValueReader& stored) {
    const auto complete = ReadCompleteTo(stored);
    if (!complete.ok()) return complete.status();
    complete_to_commit_ = *complete;
    const auto scope = VerifyScope::Of(stored);
    if (!scope.ok()) return scope.status();
    const auto records = RecountViews(stored, *scope, *complete, &fresh_, [this](uint64_t done) {
      return GoOn(done, complete_to_commit_);
    });
    if (!records.ok()) return records.status();
    report_.records = *records;
    for (const Family family : kViewFamilies) {
      BatchWriter kept(&fresh_);
      uint64_t* changed = CountOf(family, &report_);
      absl::Status compared =
          CompareViews(family, *scope, stored, fresh_, [&](const ComparedEntry& entry) {
            if (!entry.differs()) return absl::OkStatus();
            ++*(entry.covered ? changed : &report_.entries_kept);
            if (entry.covered) return absl::OkStatus();
            return entry.stored ? kept.Put(family, entry.key, *entry.stored)
                                : kept.Delete(family, entry.key);
          });
      if (compared.ok()) compared = kept.Flush();
      if (!compared.ok()) return compared;
    }
    return absl::OkStatus();
  }

  // Fresh views catch up with what came meanwhile: most of it while others go on, the rest between
  // two groups of records.
  absl::Status Replace() {
    Views fresh(&fresh_, disk_, complete_to_commit_);
    absl::Status status = CatchUp(&fresh);
    fresh_.ForgetNoted();
    RocksReplacement replacement(disk_, directory_);
    for (const Family family : kViewFamilies) {
      if (!status.ok()) return status;
      status = replacement.ReplaceAll(family, fresh_, [this] { return GoOn(); });
    }
    if (status.ok()) status = CatchUp(&fresh);
    if (!status.ok()) return status;
    return committer_->Exclusively([&] {
      const auto folded = FoldNewer(&fresh);
      absl::Status last = folded.status();
      for (const Family family : kViewFamilies) {
        if (last.ok()) last = replacement.ReplaceKeys(family, fresh_.noted(family), fresh_);
      }
      return last.ok() ? replacement.Commit() : last;
    });
  }

  absl::Status CatchUp(Views* fresh) {
    for (int round = 0; round < kMaxRounds; ++round) {
      const auto folded = FoldNewer(fresh);
      if (!folded.ok()) return folded.status();
      if (const absl::Status goes_on = GoOn(); !goes_on.ok()) return goes_on;
      if (*folded <= kMaxRecordsBehind) break;
    }
    return absl::OkStatus();
  }

  // Returns how many records there were.
  absl::StatusOr<uint64_t> FoldNewer(Views* fresh) {
    const std::unique_ptr<KeyValueReader> journeys = disk_->Snapshot();
    uint64_t records = 0;
    absl::Status status = ForEachRecordBytes(
        *journeys, complete_to_commit_ + 1, to_commit_,
        [&](JourneyKey key, std::string_view record) -> absl::Status {
          const absl::Status one = fresh->Fold(key, record, false, nullptr);
          if (!one.ok()) return one;
          complete_to_commit_ = key.commit;
          ++records;
          return fresh->IsFull() ? fresh->Flush(&fresh_, Views::Cells::kWhenDue) : absl::OkStatus();
        });
    if (status.ok()) status = fresh->Flush(&fresh_, Views::Cells::kNow);
    if (!status.ok()) return status;
    report_.records += records;
    return records;
  }

  absl::Status GoOn(uint64_t done, uint64_t total) const {
    if (progress_ && !progress_(done, total)) {
      return absl::CancelledError("stopped; the views are what they were");
    }
    // It is opened again, and what is written here would not be there then.
    return committer_->failure();
  }
  absl::Status GoOn() const {
    return GoOn(report_.records, std::max(report_.records, committer_->last_commit()));
  }

  RocksKeyValue* disk_;
  Committer* committer_;
  const uint64_t to_commit_;
  const RebuildProgress& progress_;
  const std::string directory_;
  NotedKeyValue fresh_;
  // Of the fresh views.
  uint64_t complete_to_commit_ = 0;
  RebuildReport report_;
};

// Takes cells of before `from_unix_ms` as they are on `disk`, with what is still to be added to
// them, and no others.
absl::Status KeepOlderCells(uint64_t from_unix_ms, const KeyValueReader& disk, KeyValue* fresh) {
  BatchWriter writer(fresh);
  const auto is_older = [&](std::string_view key) {
    const std::optional<RollupKey> cell = DecodeRollupKey(key);
    return cell && cell->start_unix_ms < from_unix_ms;
  };
  // First those go that were folded from what is left of such days.
  auto cursor = fresh->NewCursor(Family::kRollups);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) {
    if (!is_older(cursor->key())) continue;
    const absl::Status gone = writer.Delete(Family::kRollups, cursor->key());
    if (!gone.ok()) return gone;
  }
  if (!cursor->status().ok()) return cursor->status();
  cursor = disk.NewCursor(Family::kRollups);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) {
    if (!is_older(cursor->key())) continue;
    const absl::Status kept = writer.Put(Family::kRollups, cursor->key(), cursor->value());
    if (!kept.ok()) return kept;
  }
  if (!cursor->status().ok()) return cursor->status();
  if (const absl::Status kept = writer.Flush(); !kept.ok()) return kept;
  const auto cells = ReadCellChanges(disk);
  if (!cells.ok()) return cells.status();
  Batch batch;
  for (const auto& [key, delta] : *cells) {
    if (!is_older(key)) continue;
    const absl::Status added = AddToCell(key, delta, *fresh, &batch);
    if (!added.ok()) return added;
  }
  return fresh->Write(batch, KeyValue::Durability::kBuffered);
}

// The entries of `meta` that a replacement of all views writes or deletes.
absl::StatusOr<std::set<std::string>> MetaKeysOf(const KeyValueReader& disk) {
  std::set<std::string> keys = {std::string(kViewsMetaKey), std::string(kRetentionMetaKey)};
  const auto cursor = disk.NewCursor(Family::kMeta);
  for (cursor->Seek(kRollupChangesMetaPrefix);
       cursor->valid() && DecodeRollupChangesKey(cursor->key()); cursor->Next()) {
    keys.emplace(cursor->key());
  }
  if (!cursor->status().ok()) return cursor->status();
  return keys;
}

// What `fresh` says about itself, when it takes the place of the views of `disk`.
absl::Status WriteRemadeState(uint64_t recount_from_unix_ms, v1::RetentionState retention,
                              const KeyValueReader& disk, KeyValue* fresh) {
  const auto before = ReadCompleteTo(disk);
  if (!before.ok()) return before.status();
  const auto last = LastCommit(disk);
  if (!last.ok()) return last.status();
  v1::ViewsState state;
  // The last records may be gone, and their numbers are not used again.
  state.set_complete_to_commit(std::max(*before, *last));
  state.set_format_version(kFormatVersion);
  Batch batch;
  batch.Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
  retention.set_recount_from_unix_ms(
      std::max(retention.recount_from_unix_ms(), recount_from_unix_ms));
  batch.Put(Family::kMeta, std::string(kRetentionMetaKey), retention.SerializeAsString());
  return fresh->Write(batch, KeyValue::Durability::kBuffered);
}

}  // namespace

std::string RebuildDirectory(const std::string& data_dir) {
  return (fs::path(data_dir) / "rebuild").string();
}

absl::StatusOr<RebuildReport> RebuildViews(const std::string& data_dir, RocksKeyValue* disk,
                                           Committer* committer, const RebuildProgress& progress) {
  auto work = WorkDirectory::Make(data_dir);
  if (!work.ok()) return work.status();
  return Rebuild(work->get(), disk, committer, kLastPossibleCommit, progress).Run();
}

absl::Status RemakeKeptViews(const std::string& data_dir, RocksKeyValue* disk,
                             uint64_t complete_to_commit) {
  if (const absl::Status fit = FitSessions(disk); !fit.ok()) return fit;
  auto work = WorkDirectory::Make(data_dir);
  if (!work.ok()) return work.status();
  Views views(disk, disk, complete_to_commit);
  if (const absl::Status loaded = views.Load(); !loaded.ok()) return loaded;
  // Nobody appends: it adds to the cells what flushes have left to be added.
  Committer committer({.disk = disk,
                       .views = &views,
                       .last_commit = complete_to_commit,
                       .flush_interval_ms = 1000});
  return Rebuild(work->get(), disk, &committer, complete_to_commit, nullptr).Run().status();
}

absl::Status RemakeViews(const std::string& data_dir, RocksKeyValue* disk) {
  auto work = WorkDirectory::Make(data_dir);
  if (!work.ok()) return work.status();
  KeyValue* fresh = (*work)->views();
  const auto dropped = ReadRetentionState(*disk);
  if (!dropped.ok()) return dropped.status();
  const auto records =
      RecountViews(*disk, VerifyScope(), kLastPossibleCommit, fresh, RecountProgress());
  absl::Status status = records.status();
  uint64_t from = 0;
  // Visits of the first day that is kept may have begun the day before.
  if (dropped->journeys_from_day() > 0) {
    from = (uint64_t{dropped->journeys_from_day()} + 1) * kMillisecondsPerDay;
  }
  if (status.ok() && from > 0) status = KeepOlderCells(from, *disk, fresh);
  if (status.ok()) status = WriteRemadeState(from, *dropped, *disk, fresh);
  RocksReplacement replacement(disk, (*work)->path());
  // kSeen: of older formats, and empty now.
  for (const Family family : {Family::kFacts, Family::kSessions, Family::kRollups, Family::kSeen}) {
    if (status.ok()) status = replacement.ReplaceAll(family, *fresh, nullptr);
  }
  if (status.ok()) {
    const auto keys = MetaKeysOf(*disk);
    if (!keys.ok()) return keys.status();
    status = replacement.ReplaceKeys(Family::kMeta, *keys, *fresh);
  }
  return status.ok() ? replacement.Commit() : status;
}

}  // namespace paceline::store
