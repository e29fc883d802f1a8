#include "collector/store/views.h"

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"

namespace paceline::store {
namespace {

template <typename Message>
absl::StatusOr<std::optional<Message>> GetMessage(const KeyValueReader& reader, Family family,
                                                  std::string_view key) {
  const auto bytes = reader.Get(family, key);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::optional<Message>();
  Message message;
  if (!message.ParseFromString(**bytes)) {
    return absl::DataLossError(absl::StrCat(
        "a value in ", std::string(kFamilyNames[static_cast<size_t>(family)]), " cannot be read"));
  }
  return std::optional<Message>(std::move(message));
}

}  // namespace

Views::Views(const KeyValue* disk, const KeyValueReader* journeys, uint64_t complete_to_commit)
    : disk_(disk),
      journeys_(journeys),
      folded_to_commit_(complete_to_commit),
      complete_to_commit_(complete_to_commit) {}

absl::StatusOr<v1::SessionRecord*> Views::LoadSession(const std::string& site,
                                                      const std::string& session_id) {
  const std::string key = SessionKey(site, session_id);
  const auto loaded = loaded_sessions_.find(key);
  if (loaded != loaded_sessions_.end()) return &loaded->second;
  auto session = ReadSession(site, session_id);
  if (!session.ok()) return session.status();
  return &loaded_sessions_.emplace(key, session->value_or(v1::SessionRecord())).first->second;
}

absl::StatusOr<Views::SessionSize> Views::SizeOf(const std::string& site,
                                                 const std::string& session_id) {
  const auto session = LoadSession(site, session_id);
  if (!session.ok()) return session.status();
  return SessionSize{(*session)->records_size(), (*session)->stored_bytes()};
}

absl::StatusOr<std::vector<v1::PageViewFact>> Views::Fold(JourneyKey key,
                                                          const v1::JournalRecord& record) {
  const BeaconId id = IdOf(record);
  const auto loaded = LoadSession(id.site, id.session_id);
  if (!loaded.ok()) return loaded.status();
  const v1::SessionRecord before = std::move(**loaded);
  loaded_sessions_.erase(SessionKey(id.site, id.session_id));

  const FoldSource source{[this](const std::string& fact_key) { return ReadFact(fact_key); },
                          [this](JourneyKey at) -> absl::StatusOr<v1::JournalRecord> {
                            auto stored = GetMessage<v1::JournalRecord>(
                                *journeys_, Family::kJourneys, EncodeJourneyKey(at));
                            if (!stored.ok()) return stored.status();
                            if (!stored->has_value())
                              return absl::DataLossError("a session's record is missing");
                            return **std::move(stored);
                          }};
  v1::SessionRecord after = before;
  const auto changes = FoldIntoSession(key, record, source, &after);
  if (!changes.ok()) return changes.status();
  Apply(before, std::move(after), *changes);
  folded_to_commit_ = key.commit;

  std::vector<v1::PageViewFact> changed;
  for (const FactChange& change : *changes) {
    if (change.after) changed.push_back(*change.after);
  }
  return changed;
}

void Views::Apply(const v1::SessionRecord& before, v1::SessionRecord after,
                  const std::vector<FactChange>& changes) {
  const std::lock_guard lock(mutex_);
  for (const FactChange& change : changes) {
    if (change.before) {
      overlay_.facts[FactKey(*change.before)] = std::nullopt;
      CountFact(*change.before, -1);
    }
    if (change.after) {
      overlay_.facts[FactKey(*change.after)] = *change.after;
      CountFact(*change.after, 1);
    }
  }
  const auto index_key = [](const v1::SessionRecord& session) {
    return SessionIndexKey(session.site(), session.began_unix_ms(), session.session_id());
  };
  if (!before.records().empty() && before.began_unix_ms() != after.began_unix_ms()) {
    overlay_.session_index[index_key(before)] = false;
  }
  overlay_.session_index[index_key(after)] = true;
  for (int i = before.external_conversions_size(); i < after.external_conversions_size(); ++i) {
    const v1::ExternalConversion& conversion = after.external_conversions(i);
    overlay_.external_ids[ExternalIdKey(after.site(), conversion.document_id())] =
        after.session_id();
    for (const std::string& alias : conversion.alias_ids()) {
      overlay_.external_ids[ExternalIdKey(after.site(), alias)] = after.session_id();
    }
  }
  overlay_.sessions[SessionKey(after.site(), after.session_id())] = std::move(after);
}

void Views::CountFact(const v1::PageViewFact& fact, int sign) {
  if (!CountsInRollups(fact)) return;
  const uint64_t minute = CellStart(Resolution::kMinute, fact.began_unix_ms());
  ForEachSlice(fact, [&](SliceId slice, const std::string& value) {
    overlay_.minutes[EncodeRollupKey({fact.site(), Resolution::kMinute, slice, minute, value})]
        .AddFact(fact, sign);
  });
}

absl::StatusOr<std::optional<v1::SessionRecord>> Views::ReadSession(
    std::string_view site, std::string_view session_id) const {
  const std::string key = SessionKey(site, session_id);
  {
    const std::shared_lock lock(mutex_);
    const auto found = overlay_.sessions.find(key);
    if (found != overlay_.sessions.end()) return std::optional<v1::SessionRecord>(found->second);
  }
  return GetMessage<v1::SessionRecord>(*disk_, Family::kSessions, key);
}

absl::StatusOr<std::optional<std::string>> Views::ReadExternalId(
    std::string_view site, std::string_view external_id) const {
  const std::string key = ExternalIdKey(site, external_id);
  {
    const std::shared_lock lock(mutex_);
    const auto found = overlay_.external_ids.find(key);
    if (found != overlay_.external_ids.end()) return std::optional<std::string>(found->second);
  }
  return disk_->Get(Family::kSessions, key);
}

absl::StatusOr<std::optional<v1::PageViewFact>> Views::ReadFact(const std::string& key) const {
  {
    const std::shared_lock lock(mutex_);
    const auto found = overlay_.facts.find(key);
    if (found != overlay_.facts.end()) return found->second;
  }
  return GetMessage<v1::PageViewFact>(*disk_, Family::kFacts, key);
}

}  // namespace paceline::store
