#include "collector/store/session_ledger.h"

#include <utility>

#include "collector/store/keys.h"
#include "collector/store/session_fold.h"

namespace paceline::store {
namespace {

// Sessions that are looked at before a record: more than it can add, and few if none may go.
constexpr int kMaxTries = 16;

}  // namespace

absl::StatusOr<SessionLedger::Session*> SessionLedger::Load(const BeaconId& id) {
  std::string key = SessionKey(id.site, id.session_id);
  const auto found = sessions_.find(key);
  if (found != sessions_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second->place);
    return found->second.get();
  }
  const absl::StatusOr<Views::SessionContents> contents =
      views_->ReadContents(id.site, id.session_id);
  if (!contents.ok()) return contents.status();
  auto added = std::make_unique<Session>();
  Session* session = added.get();
  session->key = key;
  session->bytes = contents->bytes;
  for (const RecordEntry& record : contents->records) {
    session->identities.push_back({record.document, record.sequence, record.hash, record.external});
  }
  session->place = by_use_.insert(by_use_.begin(), session);
  sessions_[std::move(key)] = std::move(added);
  Account(session);
  return session;
}

absl::StatusOr<SessionLedger::Decision> SessionLedger::Decide(const NewRecord& record,
                                                              uint64_t commit,
                                                              uint64_t folded_to_commit) {
  const BeaconId& id = record.id;
  // Before one is added, which may be the next to go otherwise.
  Trim(folded_to_commit);
  const absl::StatusOr<Session*> loaded = Load(id);
  if (!loaded.ok()) return loaded.status();
  Session* session = *loaded;
  const Identity own{ToDocumentBytes(id.document_id), id.sequence,
                     static_cast<uint32_t>(record.content_hash), id.external};
  for (const Identity& taken : session->identities) {
    if (taken.sequence != own.sequence || taken.document != own.document ||
        taken.external != own.external) {
      continue;
    }
    return Decision{taken.hash == own.hash ? AppendOutcome::kDuplicate : AppendOutcome::kConflict};
  }
  const size_t max_records = kMaxRecordsPerSession + (id.external ? kMoreExternalRecords : 0);
  const uint64_t max_bytes = kMaxBytesPerSession + (id.external ? kMoreExternalBytes : 0);
  if (session->identities.size() >= max_records ||
      session->bytes + record.bytes.size() > max_bytes) {
    return Decision{AppendOutcome::kSessionLimit};
  }
  const bool is_new = session->identities.empty();
  session->identities.push_back(own);
  session->bytes += record.bytes.size();
  session->last_commit = commit;
  Account(session);
  return Decision{AppendOutcome::kStored, is_new};
}

void SessionLedger::Clear() {
  by_use_.clear();
  sessions_.clear();
  bytes_ = 0;
}

void SessionLedger::Account(Session* session) {
  const size_t bytes = sizeof(Session) + 160 + session->identities.capacity() * sizeof(Identity);
  bytes_ += bytes - session->accounted_bytes;
  session->accounted_bytes = bytes;
}

void SessionLedger::Trim(uint64_t folded_to_commit) {
  for (int tries = 0; tries < kMaxTries && bytes_ > max_bytes_ && !by_use_.empty(); ++tries) {
    Session* oldest = by_use_.back();
    if (oldest->last_commit > folded_to_commit) {
      by_use_.splice(by_use_.begin(), by_use_, oldest->place);
      continue;
    }
    by_use_.pop_back();
    bytes_ -= oldest->accounted_bytes;
    const std::string key = std::move(oldest->key);
    sessions_.erase(key);
  }
}

}  // namespace paceline::store
