// Views: ranges of rollups and sessions, memory and disk as one.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

// Cells of a slice on disk with a start in [from, to), in key order.
class CellScan {
 public:
  CellScan(const KeyValueReader& disk, std::string_view site, Resolution resolution, SliceId slice,
           uint64_t from_unix_ms, uint64_t to_unix_ms, const std::optional<std::string>& value)
      : cursor_(disk.NewCursor(Family::kRollups)),
        key_{std::string(site), resolution, slice, from_unix_ms, value.value_or(std::string())},
        end_(RollupKeyPrefix(site, resolution, slice, to_unix_ms)),
        value_(value) {
    cursor_->Seek(EncodeRollupKey(key_));
    Settle();
  }

  bool valid() const { return valid_; }
  const RollupKey& key() const { return key_; }
  std::string_view bytes() const { return cursor_->value(); }
  absl::Status status() const { return cursor_->status(); }
  void Next() {
    cursor_->Next();
    Settle();
  }

 private:
  // Reads on to a wanted cell. Other values of the same start are jumped over, not read.
  void Settle() {
    valid_ = false;
    while (cursor_->valid() && cursor_->key() < end_) {
      std::optional<RollupKey> at = DecodeRollupKey(cursor_->key());
      if (!at) return;
      if (!value_ || at->value == *value_) {
        key_ = *std::move(at);
        valid_ = true;
        return;
      }
      if (at->value > *value_) at->start_unix_ms += CellMilliseconds(at->resolution);
      at->value = *value_;
      cursor_->Seek(EncodeRollupKey(*at));
    }
  }

  std::unique_ptr<Cursor> cursor_;
  RollupKey key_;
  std::string end_;
  std::optional<std::string> value_;
  bool valid_ = false;
};

// Of the views that the snapshot has.
absl::StatusOr<uint64_t> CompleteTo(const KeyValueReader& disk) {
  const auto bytes = disk.Get(Family::kMeta, kViewsMetaKey);
  if (!bytes.ok()) return bytes.status();
  v1::ViewsState state;
  if (bytes->has_value() && !state.ParseFromString(**bytes)) {
    return absl::DataLossError("how far the views are complete cannot be read");
  }
  return state.complete_to_commit();
}

}  // namespace

void Views::SettleDirty() const {
  for (const CachedSession* session : dirty_) {
    for (const PageViewEntry& view : session->state.page_views) {
      if (view.held == nullptr || view.held->changed_by_commit <= taken_to_commit_) continue;
      rollups_.Settle(view.held.get());
    }
  }
}

// Whether the snapshot has what the flush under way adds to the cells.
absl::StatusOr<bool> Views::HasCells(const KeyValueReader& disk) const {
  if (kept_commits_.empty()) {
    const auto complete_to = CompleteTo(disk);
    if (!complete_to.ok()) return complete_to.status();
    return *complete_to >= taken_->to_commit;
  }
  const auto changes = disk.Get(Family::kMeta, RollupChangesKey(kept_commits_.front()));
  if (!changes.ok()) return changes.status();
  return !changes->has_value();
}

absl::StatusOr<PendingCells> Views::CollectPending(const KeyValueReader& disk,
                                                   std::string_view site, Resolution resolution,
                                                   uint64_t from_unix_ms, uint64_t to_unix_ms,
                                                   SliceId slice,
                                                   const std::optional<std::string>& value) const {
  PendingCells pending;
  const auto collect = [&](const PendingRollups& rollups) {
    rollups.Collect(site, resolution, from_unix_ms, to_unix_ms, slice, value, &pending);
  };
  collect(rollups_);
  if (taken_ != nullptr && taken_->adds_to_cells) {
    const auto written = HasCells(disk);
    if (!written.ok()) return written.status();
    if (*written) return pending;
  }
  if (taken_ != nullptr) collect(taken_->rollups);
  collect(kept_rollups_);
  return pending;
}

absl::Status Views::ReadRollups(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
                                uint64_t to_unix_ms, std::string_view dimension,
                                const std::optional<std::string>& value,
                                const std::function<void(const RollupRow&)>& visit) const {
  const std::optional<SliceId> slice = FindSlice(dimension);
  if (!slice) {
    return absl::InvalidArgumentError(
        absl::StrCat("rollups are not kept by '", std::string(dimension), "'"));
  }
  absl::StatusOr<PendingCells> pending;
  std::unique_ptr<KeyValueReader> disk;
  {
    const std::lock_guard lock(mutex_);
    SettleDirty();
    disk = disk_->Snapshot();
    const auto kept_from = CellsKeptFrom(*disk);
    if (!kept_from.ok()) return kept_from.status();
    from_unix_ms = std::max(from_unix_ms, (*kept_from)[static_cast<size_t>(resolution)]);
    pending = CollectPending(*disk, site, resolution, from_unix_ms, to_unix_ms, *slice, value);
  }
  if (!pending.ok()) return pending.status();
  CellScan scan(*disk, site, resolution, *slice, from_unix_ms, to_unix_ms, value);
  auto next_pending = pending->begin();
  RollupRow row;
  row.slice.dimension = dimension;
  while (scan.valid() || next_pending != pending->end()) {
    using Place = std::pair<uint64_t, std::string>;
    const std::optional<Place> stored =
        scan.valid() ? std::optional<Place>({scan.key().start_unix_ms, scan.key().value})
                     : std::nullopt;
    const bool take_pending =
        next_pending != pending->end() && (!stored || next_pending->first <= *stored);
    const bool take_stored = stored && (!take_pending || next_pending->first == *stored);
    const Place place = take_pending ? next_pending->first : *stored;
    row.start_unix_ms = place.first;
    row.slice.value = place.second;
    row.cell.Clear();
    if (take_stored) {
      const std::string_view bytes = scan.bytes();
      if (!row.cell.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return absl::DataLossError("a rollup cell cannot be read");
      }
      scan.Next();
    }
    if (take_pending) {
      const absl::Status applied = next_pending->second.ApplyTo(&row.cell);
      if (!applied.ok()) return applied;
      ++next_pending;
    }
    if (!IsEmpty(row.cell)) visit(row);
  }
  return scan.status();
}

absl::Status Views::ReadSessions(std::string_view site, uint64_t from_unix_ms, uint64_t to_unix_ms,
                                 const std::function<bool(const v1::SessionRecord&)>& visit) const {
  const std::string from = SessionIndexKey(site, from_unix_ms, "");
  const std::string to = SessionIndexKey(site, to_unix_ms, "");
  if (from >= to) return absl::OkStatus();
  // By index key, of what differs in memory; and whose entries on disk do not count.
  std::map<std::string, std::string> pending;
  absl::flat_hash_set<std::string> in_memory;
  std::unique_ptr<KeyValueReader> disk;
  {
    const std::shared_lock lock(mutex_);
    const auto collect = [&](const std::vector<CachedSession*>& sessions) {
      for (const CachedSession* session : sessions) {
        const SessionState& state = session->state;
        if (state.site != site || !in_memory.insert(state.session_id).second) continue;
        std::string key = SessionIndexKey(site, state.began_unix_ms, state.session_id);
        if (key >= from && key < to) pending.emplace(std::move(key), state.session_id);
      }
    };
    collect(dirty_);
    if (taken_ != nullptr) collect(taken_->sessions);
    disk = disk_->Snapshot();
  }
  const std::unique_ptr<Cursor> cursor = disk->NewCursor(Family::kSessions);
  cursor->SeekForPrevious(to);
  if (cursor->valid() && cursor->key() == to) cursor->Previous();
  Facets facets;
  auto next_pending = pending.rbegin();
  while (true) {
    const bool stored = cursor->valid() && cursor->key() >= from;
    const bool waiting = next_pending != pending.rend();
    if (!stored && !waiting) return cursor->status();
    std::optional<v1::SessionRecord> session;
    if (waiting && (!stored || next_pending->first >= cursor->key())) {
      auto read = ReadSession(site, (next_pending++)->second);
      if (!read.ok()) return read.status();
      session = *std::move(read);
    } else {
      const std::optional<SessionIndexEntry> entry = DecodeSessionIndexKey(site, cursor->key());
      if (entry && !in_memory.contains(entry->session_id)) {
        const auto state =
            ParseSession(cursor->value(), site, entry->session_id, entry->began_unix_ms, &facets);
        if (!state) return absl::DataLossError("a session cannot be read");
        session = ToSessionRecord(*state);
      }
      cursor->Previous();
    }
    if (!session) continue;
    // It may have moved since the index was read, which has one place for each session.
    const uint64_t began = session->began_unix_ms();
    if (began < from_unix_ms || began >= to_unix_ms) continue;
    if (!visit(*session)) return absl::OkStatus();
  }
}

}  // namespace paceline::store
