#include "collector/store/session_erasure.h"

#include <memory>
#include <optional>
#include <utility>

#include "collector/store/keys.h"
#include "collector/store/retention.h"
#include "collector/store/session_fold.h"
#include "collector/store/session_state.h"

namespace paceline::store {

SessionErasure::SessionErasure(const KeyValueReader& disk, std::string site, std::string session_id)
    : disk_(disk), site_(std::move(site)), session_id_(std::move(session_id)) {}

absl::StatusOr<bool> SessionErasure::Collect() {
  const auto read = ReadStoredSession(disk_, site_, session_id_, &facets_);
  if (!read.ok()) return read.status();
  if (!read->has_value()) return CollectFactsAlone();
  const auto dropped = ReadRetentionState(disk_);
  if (!dropped.ok()) return dropped.status();
  const SessionState& session = **read;
  Delete(Family::kSessions, SessionKey(site_, session_id_));
  Delete(Family::kSessions, SessionIndexKey(site_, session.began_unix_ms, session_id_));
  if (session.rare != nullptr) {
    for (const v1::ExternalConversion& conversion : session.rare->external_conversions()) {
      Delete(Family::kSessions, ExternalIdKey(site_, conversion.document_id()));
      for (const std::string& alias : conversion.alias_ids()) {
        Delete(Family::kSessions, ExternalIdKey(site_, alias));
      }
    }
  }
  for (const RecordEntry& record : session.records) {
    if (record.day < dropped->journeys_from_day()) continue;
    Put(Family::kJourneys, EncodeJourneyKey({record.day, record.commit}), std::string());
    ++records_;
  }
  for (const PageViewEntry& view : session.page_views) {
    const std::string key = FactKey(session, view);
    const auto bytes = disk_.Get(Family::kFacts, key);
    if (!bytes.ok()) return bytes.status();
    if (!bytes->has_value()) continue;
    const absl::Status fact = CollectFact(key, **bytes, view.began_unix_ms);
    if (!fact.ok()) return fact;
  }
  if (const absl::Status cells = CollectCells(); !cells.ok()) return cells;
  return true;
}

absl::Status SessionErasure::Write(KeyValue* disk, const Erasure& erasure, TouchedKeys* touched,
                                   EraseReport* report) {
  batch_.Put(Family::kMeta, ErasedKey(erasure), EncodeTime(erasure.erased_unix_ms));
  const absl::Status written = disk->Write(batch_, KeyValue::Durability::kSynced);
  if (!written.ok()) return written;
  for (const Batch::Change& change : batch_.changes()) {
    (*touched)[static_cast<size_t>(change.family)].insert(change.key);
  }
  ++report->sessions;
  report->records += records_;
  report->page_views += page_views_;
  return absl::OkStatus();
}

void SessionErasure::Put(Family family, std::string key, std::string value) {
  batch_.Put(family, std::move(key), std::move(value));
}
void SessionErasure::Delete(Family family, std::string key) {
  batch_.Delete(family, std::move(key));
}

// Retention may keep page views longer than the session that they are of.
absl::StatusOr<bool> SessionErasure::CollectFactsAlone() {
  const std::string prefix = FactKeyPrefix(site_, 0).substr(0, 1 + site_.size());
  const std::unique_ptr<Cursor> cursor = disk_.NewCursor(Family::kFacts);
  for (cursor->Seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->Next()) {
    const std::string_view rest = cursor->key().substr(prefix.size());
    const std::optional<uint64_t> began = DecodeTime(rest.substr(0, sizeof(uint64_t)));
    if (!began || !rest.substr(sizeof(uint64_t)).starts_with(session_id_)) continue;
    const absl::Status fact = CollectFact(std::string(cursor->key()), cursor->value(), *began);
    if (!fact.ok()) return fact;
  }
  if (!cursor->status().ok()) return cursor->status();
  // What retention has deleted may still lie in a file: it goes when the keys are compacted.
  Delete(Family::kSessions, SessionKey(site_, session_id_));
  if (page_views_ == 0) return false;
  if (const absl::Status cells = CollectCells(); !cells.ok()) return cells;
  return true;
}

absl::Status SessionErasure::CollectFact(const std::string& key, std::string_view bytes,
                                         uint64_t began_unix_ms) {
  HeldFact held;
  if (!ParseFact(bytes, site_, began_unix_ms, &facets_, &held.fact)) {
    return absl::DataLossError("a fact cannot be read");
  }
  Delete(Family::kFacts, key);
  ++page_views_;
  held.settled = CountedOf(held.fact);
  rollups_.TakeBack(&held);
  return absl::OkStatus();
}

absl::Status SessionErasure::CollectCells() {
  PendingRollups::Cells cells;
  rollups_.SpreadOver(&cells);
  for (const auto& [key, delta] : cells) {
    const auto bytes = disk_.Get(Family::kRollups, key);
    if (!bytes.ok()) return bytes.status();
    // Older than what is kept of rollups.
    if (!bytes->has_value()) continue;
    v1::RollupCell cell;
    if (!cell.ParseFromString(**bytes)) return absl::DataLossError("a cell cannot be read");
    if (const absl::Status applied = delta.ApplyTo(&cell); !applied.ok()) return applied;
    if (IsEmpty(cell)) {
      Delete(Family::kRollups, key);
    } else {
      Put(Family::kRollups, key, cell.SerializeAsString());
    }
  }
  return absl::OkStatus();
}

}  // namespace paceline::store
