#include "collector/store/views.h"

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/retention.h"

namespace paceline::store {

Views::Views(const KeyValue* disk, const KeyValueReader* journeys, uint64_t complete_to_commit)
    : disk_(disk),
      journeys_(journeys),
      context_{
          [this](const std::string& key) { return disk_->Get(Family::kFacts, key); },
          [this]() -> absl::StatusOr<uint64_t> {
            const auto dropped = ReadRetentionState(*journeys_);
            if (!dropped.ok()) return dropped.status();
            return dropped->facts_from_unix_ms();
          },
          [this](JourneyKey at) -> absl::StatusOr<v1::JournalRecord> {
            const auto bytes = journeys_->Get(Family::kJourneys, EncodeJourneyKey(at));
            if (!bytes.ok()) return bytes.status();
            if (!bytes->has_value()) {
              return absl::NotFoundError(absl::StrCat("record ", at.commit, " is gone"));
            }
            v1::JournalRecord record;
            if (!record.ParseFromString(**bytes)) {
              return absl::DataLossError(absl::StrCat("record ", at.commit, " cannot be read"));
            }
            return record;
          },
          &facets_,
          &rollups_,
          &void_facts_},
      folded_to_commit_(complete_to_commit),
      taken_to_commit_(complete_to_commit),
      complete_to_commit_(complete_to_commit) {}

absl::StatusOr<CachedSession*> Views::LoadForFold(const RecordView& record, bool session_is_new) {
  std::string key = SessionKey(record.site, record.session_id);
  if (CachedSession* held = cache_.Find(key)) return held;
  std::optional<SessionState> stored;
  if (!session_is_new) {
    auto read = ReadStoredSession(*disk_, record.site, record.session_id, &facets_);
    if (!read.ok()) return read.status();
    stored = *std::move(read);
  }
  if (!stored) return cache_.Add(std::move(key), SessionState());
  const uint64_t began_unix_ms = stored->began_unix_ms;
  CachedSession* session = cache_.Add(std::move(key), *std::move(stored));
  session->stored_began_unix_ms = began_unix_ms;
  return session;
}

absl::Status Views::Fold(JourneyKey key, std::string_view bytes, bool session_is_new,
                         std::vector<v1::PageViewFact>* changed) {
  if (!ReadRecord(bytes, &record_)) {
    return absl::DataLossError(absl::StrCat("record ", key.commit, " cannot be read"));
  }
  const std::lock_guard lock(mutex_);
  const auto loaded = LoadForFold(record_, session_is_new);
  if (!loaded.ok()) return loaded.status();
  CachedSession* session = *loaded;
  SessionState& state = session->state;
  const size_t external =
      state.rare == nullptr ? 0 : static_cast<size_t>(state.rare->external_conversions_size());
  const absl::Status folded = FoldIntoSession(key, record_, context_, &state);
  if (!folded.ok()) return folded;
  NoteExternalIds(state, external);
  if (!session->dirty) dirty_.push_back(session);
  session->dirty = true;
  cache_.Touch(session);
  folded_to_commit_ = key.commit;
  if (changed == nullptr) return absl::OkStatus();
  for (const PageViewEntry& view : state.page_views) {
    if (view.held == nullptr || view.held->changed_by_commit != key.commit) continue;
    changed->push_back(
        ToPageViewFact(SerializeFact(view.held->fact), state.site, state.session_id, view));
  }
  return absl::OkStatus();
}

void Views::NoteExternalIds(const SessionState& session, size_t from) {
  if (session.rare == nullptr) return;
  const auto& told = session.rare->external_conversions();
  for (int i = static_cast<int>(from); i < told.size(); ++i) {
    external_ids_[ExternalIdKey(session.site, told[i].document_id())] = session.session_id;
    for (const std::string& alias : told[i].alias_ids()) {
      external_ids_[ExternalIdKey(session.site, alias)] = session.session_id;
    }
  }
}

absl::StatusOr<Views::SessionContents> Views::ReadContents(std::string_view site,
                                                           std::string_view session_id) const {
  const std::string key = SessionKey(site, session_id);
  {
    const std::shared_lock lock(mutex_);
    if (const CachedSession* held = cache_.Find(key)) {
      return SessionContents{held->state.records, held->state.stored_bytes};
    }
  }
  // Most that are asked for are new, and a snapshot costs more than to see that.
  const auto began = disk_->Get(Family::kSessions, key);
  if (!began.ok()) return began.status();
  if (!began->has_value()) return SessionContents();
  const std::unique_ptr<KeyValueReader> disk = disk_->Snapshot();
  Facets facets;
  auto stored = ReadStoredSession(*disk, site, session_id, &facets);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return SessionContents();
  return SessionContents{std::move((*stored)->records), (*stored)->stored_bytes};
}

absl::StatusOr<std::optional<v1::SessionRecord>> Views::ReadSession(
    std::string_view site, std::string_view session_id) const {
  std::unique_ptr<KeyValueReader> disk;
  {
    const std::shared_lock lock(mutex_);
    if (const CachedSession* held = cache_.Find(SessionKey(site, session_id))) {
      return std::optional<v1::SessionRecord>(ToSessionRecord(held->state));
    }
    disk = disk_->Snapshot();
  }
  Facets facets;
  const auto stored = ReadStoredSession(*disk, site, session_id, &facets);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return std::optional<v1::SessionRecord>();
  return std::optional<v1::SessionRecord>(ToSessionRecord(**stored));
}

absl::StatusOr<std::optional<std::string>> Views::ReadExternalId(
    std::string_view site, std::string_view external_id) const {
  const std::string key = ExternalIdKey(site, external_id);
  {
    const std::shared_lock lock(mutex_);
    auto found = external_ids_.find(key);
    if (found != external_ids_.end()) return std::optional<std::string>(found->second);
    if (taken_ != nullptr) {
      found = taken_->external_ids.find(key);
      if (found != taken_->external_ids.end()) return std::optional<std::string>(found->second);
    }
  }
  return disk_->Get(Family::kSessions, key);
}

absl::StatusOr<std::vector<v1::PageViewFact>> Views::ReadFacts(
    const v1::SessionRecord& session) const {
  std::vector<v1::PageViewFact> facts;
  std::vector<PageViewEntry> on_disk;
  std::unique_ptr<KeyValueReader> disk;
  {
    const std::shared_lock lock(mutex_);
    const CachedSession* held = cache_.Find(SessionKey(session.site(), session.session_id()));
    for (const auto& ref : session.page_views()) {
      PageViewEntry at{ToDocumentBytes(ref.document_id()), ref.page_view(), ref.began_unix_ms(),
                       ref.last_seen_unix_ms(), nullptr};
      const PageFact* fact = held == nullptr ? nullptr : FindHeld(held->state, at);
      facts.push_back(fact == nullptr ? v1::PageViewFact()
                                      : ToPageViewFact(SerializeFact(*fact), session.site(),
                                                       session.session_id(), at));
      on_disk.push_back(std::move(at));
    }
    disk = disk_->Snapshot();
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!facts[i].session_id().empty()) continue;
    const PageViewEntry& at = on_disk[i];
    const auto bytes =
        disk->Get(Family::kFacts, FactKey(session.site(), at.began_unix_ms, session.session_id(),
                                          ToView(at.document), at.page_view));
    if (!bytes.ok()) return bytes.status();
    if (bytes->has_value()) {
      facts[i] = ToPageViewFact(**bytes, session.site(), session.session_id(), at);
    }
  }
  std::erase_if(facts, [](const v1::PageViewFact& fact) { return fact.session_id().empty(); });
  return facts;
}

}  // namespace paceline::store
