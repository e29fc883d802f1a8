// Views: from memory to disk.
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

// What to add to the cells of all resolutions, by key, from what to add to the minutes.
std::map<std::string, CellDelta> AllResolutions(
    const std::map<std::string, CellDelta, std::less<>>& minutes) {
  std::map<std::string, CellDelta> cells;
  for (const auto& [minute_key, delta] : minutes) {
    if (delta.IsZero()) continue;
    std::optional<RollupKey> key = DecodeRollupKey(minute_key);
    const uint64_t minute = key->start_unix_ms;
    for (const Resolution resolution : {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
      key->resolution = resolution;
      key->start_unix_ms = CellStart(resolution, minute);
      cells[EncodeRollupKey(*key)].Add(delta);
    }
  }
  return cells;
}

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

absl::StatusOr<Batch> Views::MakeFlushBatch(const KeyValueReader& disk) const {
  Batch batch;
  for (const auto& [key, fact] : overlay_.facts) {
    if (fact) {
      batch.Put(Family::kFacts, key, fact->SerializeAsString());
    } else {
      batch.Delete(Family::kFacts, key);
    }
  }
  for (const auto& [key, session] : overlay_.sessions) {
    batch.Put(Family::kSessions, key, session.SerializeAsString());
  }
  for (const auto& [key, present] : overlay_.session_index) {
    if (present) {
      batch.Put(Family::kSessions, key, std::string());
    } else {
      batch.Delete(Family::kSessions, key);
    }
  }
  for (const auto& [key, session_id] : overlay_.external_ids) {
    batch.Put(Family::kSessions, key, session_id);
  }
  for (const auto& [key, delta] : AllResolutions(overlay_.minutes)) {
    const absl::Status added = AddCell(disk, key, delta, &batch);
    if (!added.ok()) return added;
  }
  v1::ViewsState state;
  state.set_complete_to_commit(folded_to_commit_);
  state.set_format_version(kFormatVersion);
  batch.Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
  return batch;
}

absl::Status Views::Flush(KeyValue* disk) {
  if (!HasUnflushed()) return absl::OkStatus();
  const absl::StatusOr<Batch> batch = MakeFlushBatch(*disk);
  if (!batch.ok()) return batch.status();
  // Under the lock, for a reader must find a change either in the overlay or on disk, not in both.
  // Not synced: the log keeps the order of writes, so what a loss of power takes is folded again
  // from the journeys before it.
  const std::lock_guard lock(mutex_);
  const absl::Status written = disk->Write(*batch, KeyValue::Durability::kBuffered);
  if (!written.ok()) return written;
  overlay_ = Overlay();
  complete_to_commit_ = folded_to_commit_;
  return absl::OkStatus();
}

}  // namespace paceline::store
