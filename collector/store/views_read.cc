// Views: ranges of rollups and sessions, overlay and disk as one.
#include <algorithm>
#include <memory>
#include <shared_mutex>
#include <utility>

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

}  // namespace

Views::PendingCells Views::CollectPending(std::string_view site, Resolution resolution,
                                          uint64_t from_unix_ms, uint64_t to_unix_ms, SliceId slice,
                                          const std::optional<std::string>& value) const {
  PendingCells pending;
  const std::string prefix = RollupKeyPrefix(site, Resolution::kMinute, slice, 0);
  const std::string_view slice_prefix = std::string_view(prefix).substr(0, prefix.size() - 8);
  auto at =
      overlay_.minutes.lower_bound(RollupKeyPrefix(site, Resolution::kMinute, slice, from_unix_ms));
  for (; at != overlay_.minutes.end() && at->first.starts_with(slice_prefix); ++at) {
    std::optional<RollupKey> key = DecodeRollupKey(at->first);
    const uint64_t start = CellStart(resolution, key->start_unix_ms);
    if (start >= to_unix_ms) break;
    if (start < from_unix_ms || (value && key->value != *value)) continue;
    pending[{start, std::move(key->value)}].Add(at->second);
  }
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
  PendingCells pending;
  std::unique_ptr<KeyValueReader> disk;
  {
    const std::shared_lock lock(mutex_);
    pending = CollectPending(site, resolution, from_unix_ms, to_unix_ms, *slice, value);
    disk = disk_->Snapshot();
  }
  CellScan scan(*disk, site, resolution, *slice, from_unix_ms, to_unix_ms, value);
  auto next_pending = pending.begin();
  RollupRow row;
  row.slice.dimension = dimension;
  while (scan.valid() || next_pending != pending.end()) {
    using Place = std::pair<uint64_t, std::string>;
    const std::optional<Place> stored =
        scan.valid() ? std::optional<Place>({scan.key().start_unix_ms, scan.key().value})
                     : std::nullopt;
    const bool take_pending =
        next_pending != pending.end() && (!stored || next_pending->first <= *stored);
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
  std::map<std::string, bool, std::less<>> pending;
  std::unique_ptr<KeyValueReader> disk;
  {
    const std::shared_lock lock(mutex_);
    pending.insert(overlay_.session_index.lower_bound(from),
                   overlay_.session_index.lower_bound(to));
    disk = disk_->Snapshot();
  }
  const std::unique_ptr<Cursor> cursor = disk->NewCursor(Family::kSessions);
  cursor->SeekForPrevious(to);
  if (cursor->valid() && cursor->key() == to) cursor->Previous();
  auto next_pending = pending.rbegin();
  while (true) {
    const bool stored = cursor->valid() && cursor->key() >= from;
    const bool waiting = next_pending != pending.rend();
    if (!stored && !waiting) return cursor->status();
    const bool take_pending = waiting && (!stored || next_pending->first >= cursor->key());
    const std::string key = take_pending ? next_pending->first : std::string(cursor->key());
    const bool present = !take_pending || next_pending->second;
    if (stored && cursor->key() == key) cursor->Previous();
    if (take_pending) ++next_pending;
    const std::optional<SessionIndexEntry> entry = DecodeSessionIndexKey(site, key);
    if (!present || !entry) continue;
    const auto session = ReadSession(site, entry->session_id);
    if (!session.ok()) return session.status();
    if (!session->has_value()) continue;
    // It may have moved since the index was read, which has one place for each session.
    const uint64_t began = (*session)->began_unix_ms();
    if (began < from_unix_ms || began >= to_unix_ms) continue;
    if (!visit(**session)) return absl::OkStatus();
  }
}

}  // namespace paceline::store
