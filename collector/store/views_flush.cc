// Views: from memory to disk.
#include <array>
#include <mutex>
#include <utility>

#include "collector/store/retention.h"
#include "collector/store/views.h"

namespace paceline::store {

absl::Status ReadRollupChanges(const KeyValueReader& disk, Facets* facets, PendingRollups* rollups,
                               std::vector<uint64_t>* commits) {
  const std::unique_ptr<Cursor> cursor = disk.NewCursor(Family::kMeta);
  for (cursor->Seek(kRollupChangesMetaPrefix); cursor->valid(); cursor->Next()) {
    const std::optional<uint64_t> commit = DecodeRollupChangesKey(cursor->key());
    if (!commit) break;
    v1::RollupChanges message;
    const std::string_view bytes = cursor->value();
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError("changes to rollups cannot be read");
    }
    rollups->Add(message, facets);
    if (commits != nullptr) commits->push_back(*commit);
  }
  return cursor->status();
}

absl::Status LeaveOutDropped(const KeyValueReader& disk, PendingRollups::Cells* cells) {
  const auto kept_from = CellsKeptFrom(disk);
  if (!kept_from.ok()) return kept_from.status();
  if (*kept_from == std::array<uint64_t, 3>()) return absl::OkStatus();
  absl::erase_if(*cells, [&](const auto& cell) {
    const std::optional<RollupKey> key = DecodeRollupKey(cell.first);
    return key && key->start_unix_ms < (*kept_from)[static_cast<size_t>(key->resolution)];
  });
  return absl::OkStatus();
}

absl::StatusOr<std::array<uint64_t, 3>> CellsKeptFrom(const KeyValueReader& disk) {
  const auto dropped = ReadRetentionState(disk);
  if (!dropped.ok()) return dropped.status();
  return std::array<uint64_t, 3>{dropped->minutes_from_unix_ms(), dropped->hours_from_unix_ms(),
                                 dropped->days_from_unix_ms()};
}

absl::StatusOr<PendingRollups::Cells> ReadCellChanges(const KeyValueReader& disk) {
  Facets facets;
  PendingRollups changes;
  const absl::Status read = ReadRollupChanges(disk, &facets, &changes, nullptr);
  if (!read.ok()) return read;
  PendingRollups::Cells cells;
  changes.SpreadOver(&cells);
  const absl::Status left = LeaveOutDropped(disk, &cells);
  if (!left.ok()) return left;
  return cells;
}

absl::Status AddToCell(const std::string& key, const CellDelta& delta, const KeyValueReader& disk,
                       Batch* batch) {
  const auto stored = disk.Get(Family::kRollups, key);
  if (!stored.ok()) return stored.status();
  v1::RollupCell cell;
  if (stored->has_value() && !cell.ParseFromString(**stored)) {
    return absl::DataLossError("a rollup cell cannot be read");
  }
  const absl::Status applied = delta.ApplyTo(&cell);
  if (!applied.ok()) return applied;
  if (!IsEmpty(cell)) {
    batch->Put(Family::kRollups, key, cell.SerializeAsString());
  } else if (stored->has_value()) {
    batch->Delete(Family::kRollups, key);
  }
  return absl::OkStatus();
}

absl::Status Views::Load() {
  return ReadRollupChanges(*disk_, &facets_, &kept_rollups_, &kept_commits_);
}

void Views::TakeSession(CachedSession* session) {
  SessionState& state = session->state;
  for (PageViewEntry& view : state.page_views) {
    if (view.held == nullptr || view.held->changed_by_commit <= taken_to_commit_) continue;
    rollups_.Settle(view.held.get());
    taken_->batch.Put(Family::kFacts, FactKey(state, view), SerializeFact(view.held->fact));
    view.held->on_disk = true;
  }
  const std::optional<uint64_t> stored_began = session->stored_began_unix_ms;
  if (stored_began != state.began_unix_ms) {
    if (stored_began) {
      taken_->batch.Delete(Family::kSessions,
                           SessionIndexKey(state.site, *stored_began, state.session_id));
    }
    taken_->batch.Put(Family::kSessions, session->key, EncodeTime(state.began_unix_ms));
  }
  taken_->batch.Put(Family::kSessions,
                    SessionIndexKey(state.site, state.began_unix_ms, state.session_id),
                    SerializeSession(state));
  session->stored_began_unix_ms = state.began_unix_ms;
  session->dirty = false;
  session->flush_number = flushes_begun_;
}

bool Views::BeginFlush(Cells cells) {
  const bool cells_are_due = cells == Cells::kNow && !kept_commits_.empty();
  if (!HasUnflushed() && !cells_are_due) return false;
  const std::lock_guard lock(mutex_);
  ++flushes_begun_;
  taken_ = std::make_unique<Taken>();
  // First, for a fact that ended may have begun anew under the same key.
  for (std::string& key : void_facts_) taken_->batch.Delete(Family::kFacts, std::move(key));
  void_facts_.clear();
  for (CachedSession* session : dirty_) TakeSession(session);
  taken_->sessions.swap(dirty_);
  std::swap(taken_->rollups, rollups_);
  taken_->adds_to_cells = cells == Cells::kNow || kept_commits_.size() >= kMaxKeptFlushes ||
                          kept_rollups_.size() + taken_->rollups.size() >= kMaxKeptKinds;
  taken_->external_ids.swap(external_ids_);
  taken_->to_commit = taken_to_commit_ = folded_to_commit_;
  return true;
}

void Views::PutChanges(Batch* batch) const {
  batch->Put(Family::kMeta, RollupChangesKey(taken_->to_commit),
             taken_->rollups.ToMessage().SerializeAsString());
}

absl::Status Views::PutCells(const KeyValueReader& disk, Batch* batch) const {
  PendingRollups::Cells cells;
  kept_rollups_.SpreadOver(&cells);
  taken_->rollups.SpreadOver(&cells);
  if (const absl::Status left = LeaveOutDropped(*journeys_, &cells); !left.ok()) return left;
  for (const uint64_t commit : kept_commits_)
    batch->Delete(Family::kMeta, RollupChangesKey(commit));
  for (const auto& [key, delta] : cells) {
    const absl::Status added = AddToCell(key, delta, disk, batch);
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::Status Views::WriteFlush(KeyValue* disk) {
  Batch& batch = taken_->batch;
  for (const auto& [key, session_id] : taken_->external_ids) {
    batch.Put(Family::kSessions, key, session_id);
  }
  if (!taken_->adds_to_cells) {
    PutChanges(&batch);
  } else if (const absl::Status added = PutCells(*disk, &batch); !added.ok()) {
    return added;
  }
  v1::ViewsState state;
  state.set_complete_to_commit(taken_->to_commit);
  state.set_format_version(kFormatVersion);
  batch.Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
  // Not synced: the log keeps the order of writes, so what a loss of power takes is folded again
  // from the journeys before it. Without the lock: readers see in their snapshot's state whether it
  // has what was taken.
  return disk->Write(batch, KeyValue::Durability::kBuffered);
}

void Views::EndFlush() {
  const std::lock_guard lock(mutex_);
  complete_to_commit_ = taken_->to_commit;
  if (taken_->adds_to_cells) {
    kept_rollups_ = PendingRollups();
    kept_commits_.clear();
  } else {
    kept_rollups_.Add(taken_->rollups);
    kept_commits_.push_back(taken_->to_commit);
  }
  taken_.reset();
  cache_.Trim(flushes_begun_);
}

void Views::Forget() {
  const std::lock_guard lock(mutex_);
  cache_.Clear();
}

absl::Status Views::Flush(KeyValue* disk, Cells cells) {
  if (!BeginFlush(cells)) return absl::OkStatus();
  const absl::Status written = WriteFlush(disk);
  if (written.ok()) EndFlush();
  return written;
}

}  // namespace paceline::store
