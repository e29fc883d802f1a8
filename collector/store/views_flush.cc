// Views: from memory to disk.
#include <mutex>
#include <utility>

#include "collector/store/views.h"

namespace paceline::store {
namespace {

absl::Status AddCell(const KeyValueReader& disk, const std::string& key, const CellDelta& delta,
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

}  // namespace

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

bool Views::BeginFlush() {
  if (!HasUnflushed()) return false;
  const std::lock_guard lock(mutex_);
  ++flushes_begun_;
  taken_ = std::make_unique<Taken>();
  // First, for a fact that ended may have begun anew under the same key.
  for (std::string& key : void_facts_) taken_->batch.Delete(Family::kFacts, std::move(key));
  void_facts_.clear();
  for (CachedSession* session : dirty_) TakeSession(session);
  taken_->sessions.swap(dirty_);
  std::swap(taken_->rollups, rollups_);
  taken_->external_ids.swap(external_ids_);
  taken_->to_commit = taken_to_commit_ = folded_to_commit_;
  return true;
}

absl::Status Views::WriteFlush(KeyValue* disk) {
  Batch& batch = taken_->batch;
  for (const auto& [key, session_id] : taken_->external_ids) {
    batch.Put(Family::kSessions, key, session_id);
  }
  for (const auto& [key, delta] : taken_->rollups.Spread()) {
    const absl::Status added = AddCell(*disk, key, delta, &batch);
    if (!added.ok()) return added;
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
  taken_.reset();
  cache_.Trim(flushes_begun_);
}

void Views::Forget() {
  const std::lock_guard lock(mutex_);
  cache_.Clear();
}

absl::Status Views::Flush(KeyValue* disk) {
  if (!BeginFlush()) return absl::OkStatus();
  const absl::Status written = WriteFlush(disk);
  if (written.ok()) EndFlush();
  return written;
}

}  // namespace paceline::store
