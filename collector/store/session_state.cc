#include "collector/store/session_state.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace paceline::store {
namespace {

// The documents of a session, each once, in the order in which it first named them.
class DocumentTable {
 public:
  uint32_t NumberOf(const DocumentBytes& document) {
    // A session has few documents, and what follows is mostly of the one before.
    for (size_t i = documents_.size(); i > 0; --i) {
      if (documents_[i - 1] == document) return static_cast<uint32_t>(i - 1);
    }
    documents_.push_back(document);
    return static_cast<uint32_t>(documents_.size() - 1);
  }
  std::string Bytes() const {
    std::string bytes;
    for (const DocumentBytes& document : documents_) bytes.append(ToView(document));
    return bytes;
  }

 private:
  std::vector<DocumentBytes> documents_;
};

DocumentBytes DocumentAt(const v1::StoredSession& stored, uint32_t number) {
  const std::string& bytes = stored.document_ids();
  const size_t at = size_t{number} * kDocumentIdBytes;
  return at + kDocumentIdBytes <= bytes.size()
             ? ToDocumentBytes(std::string_view(bytes).substr(at, kDocumentIdBytes))
             : DocumentBytes{};
}

// Whether all columns of each table are as long as the others.
bool IsWhole(const v1::StoredSession& stored) {
  const int page_views = stored.page_views_size();
  const int records = stored.record_commits_size();
  return stored.page_view_documents_size() == page_views &&
         stored.page_view_began_ms_size() == page_views &&
         stored.page_view_lasted_ms_size() == page_views &&
         stored.record_documents_size() == records && stored.record_days_size() == records &&
         stored.record_sequences_size() == records && stored.record_hashes_size() == records;
}

void ReadPageViews(const v1::StoredSession& stored, SessionState* session) {
  session->page_views.reserve(static_cast<size_t>(stored.page_views_size()));
  uint64_t began = session->began_unix_ms;
  for (int i = 0; i < stored.page_views_size(); ++i) {
    began += static_cast<uint64_t>(stored.page_view_began_ms(i));
    session->page_views.push_back({DocumentAt(stored, stored.page_view_documents(i)),
                                   stored.page_views(i), began,
                                   began + stored.page_view_lasted_ms(i), nullptr});
  }
}

void ReadRecords(const v1::StoredSession& stored, SessionState* session) {
  session->records.reserve(static_cast<size_t>(stored.record_commits_size()));
  uint64_t commit = 0;
  uint32_t day = 0;
  for (int i = 0; i < stored.record_commits_size(); ++i) {
    commit += stored.record_commits(i);
    day += static_cast<uint32_t>(stored.record_days(i));
    session->records.push_back({commit, day, stored.record_sequences(i), stored.record_hashes(i),
                                DocumentAt(stored, stored.record_documents(i)), false, false});
  }
  for (const uint32_t at : stored.raw_records()) {
    if (at < session->records.size()) session->records[at].raw = true;
  }
  for (const uint32_t at : stored.external_records()) {
    if (at < session->records.size()) session->records[at].external = true;
  }
}

}  // namespace

DocumentBytes ToDocumentBytes(std::string_view document_id) {
  DocumentBytes bytes{};
  std::memcpy(bytes.data(), document_id.data(), std::min(document_id.size(), bytes.size()));
  return bytes;
}

std::string_view ToView(const DocumentBytes& document) {
  return {document.data(), document.size()};
}

const PageFact* FindHeld(const SessionState& session, const PageViewEntry& at) {
  for (const PageViewEntry& view : session.page_views) {
    if (view.document == at.document && view.page_view == at.page_view &&
        view.began_unix_ms == at.began_unix_ms) {
      return view.held == nullptr ? nullptr : &view.held->fact;
    }
  }
  return nullptr;
}

Counted CountedOf(const PageFact& fact) {
  if (!CountsInRollups(fact)) return {};
  return {true, fact[Counter::kRageClicks], fact.navigation_type, fact.vitals};
}

std::string SerializeSession(const SessionState& session) {
  thread_local v1::StoredSession stored;
  stored.Clear();
  stored.set_lasted_ms(session.last_seen_unix_ms - session.began_unix_ms);
  stored.set_weight_micro(session.weight_micro);
  stored.set_stored_bytes(session.stored_bytes);
  DocumentTable documents;
  uint64_t began = session.began_unix_ms;
  for (const PageViewEntry& view : session.page_views) {
    stored.add_page_view_documents(documents.NumberOf(view.document));
    stored.add_page_views(view.page_view);
    stored.add_page_view_began_ms(static_cast<int64_t>(view.began_unix_ms - began));
    stored.add_page_view_lasted_ms(view.last_seen_unix_ms - view.began_unix_ms);
    began = view.began_unix_ms;
  }
  uint64_t commit = 0;
  uint32_t day = 0;
  for (size_t i = 0; i < session.records.size(); ++i) {
    const RecordEntry& record = session.records[i];
    stored.add_record_documents(documents.NumberOf(record.document));
    stored.add_record_days(static_cast<int32_t>(record.day - day));
    stored.add_record_commits(record.commit - commit);
    stored.add_record_sequences(record.sequence);
    stored.add_record_hashes(record.hash);
    if (record.raw) stored.add_raw_records(static_cast<uint32_t>(i));
    if (record.external) stored.add_external_records(static_cast<uint32_t>(i));
    commit = record.commit;
    day = record.day;
  }
  stored.set_document_ids(documents.Bytes());
  if (session.rare != nullptr) {
    *stored.mutable_raw_documents() = session.rare->raw_documents();
    *stored.mutable_external_conversions() = session.rare->external_conversions();
    *stored.mutable_tags() = session.rare->tags();
  }
  // Its dimensions are serialized already.
  std::string bytes = stored.SerializeAsString();
  constexpr char kDimensionsTag = v1::StoredSession::kDimensionsFieldNumber << 3 | 2;
  bytes.push_back(kDimensionsTag);
  size_t size = session.facet->bytes.size();
  for (; size >= 0x80; size >>= 7) bytes.push_back(static_cast<char>(size | 0x80));
  bytes.push_back(static_cast<char>(size));
  bytes.append(session.facet->bytes);
  return bytes;
}

std::optional<SessionState> ParseSession(std::string_view bytes, std::string_view site,
                                         std::string_view session_id, uint64_t began_unix_ms,
                                         Facets* facets) {
  v1::StoredSession stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !IsWhole(stored)) {
    return std::nullopt;
  }
  SessionState session;
  session.site = site;
  session.session_id = session_id;
  session.began_unix_ms = began_unix_ms;
  session.last_seen_unix_ms = began_unix_ms + stored.lasted_ms();
  session.weight_micro = stored.weight_micro();
  session.facet = facets->Get(site, stored.dimensions().SerializeAsString(), "", "");
  session.stored_bytes = stored.stored_bytes();
  ReadPageViews(stored, &session);
  ReadRecords(stored, &session);
  if (stored.raw_documents_size() + stored.external_conversions_size() + stored.tags_size() > 0) {
    stored.mutable_raw_documents()->Swap(session.Rare().mutable_raw_documents());
    stored.mutable_external_conversions()->Swap(session.Rare().mutable_external_conversions());
    stored.mutable_tags()->Swap(session.Rare().mutable_tags());
  }
  return session;
}

absl::StatusOr<std::optional<SessionState>> ReadStoredSession(const KeyValueReader& disk,
                                                              std::string_view site,
                                                              std::string_view session_id,
                                                              Facets* facets) {
  const auto began = disk.Get(Family::kSessions, SessionKey(site, session_id));
  if (!began.ok()) return began.status();
  if (!began->has_value()) return std::nullopt;
  const std::optional<uint64_t> began_unix_ms = DecodeTime(**began);
  if (!began_unix_ms) return absl::DataLossError("when a session began cannot be read");
  const auto bytes = disk.Get(Family::kSessions, SessionIndexKey(site, *began_unix_ms, session_id));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return absl::DataLossError("a session is missing");
  std::optional<SessionState> session =
      ParseSession(**bytes, site, session_id, *began_unix_ms, facets);
  if (!session) return absl::DataLossError("a session cannot be read");
  return session;
}

v1::SessionRecord ToSessionRecord(const SessionState& session) {
  v1::SessionRecord record;
  if (session.rare != nullptr) record = *session.rare;
  record.set_site(session.site);
  record.set_session_id(session.session_id);
  record.set_began_unix_ms(session.began_unix_ms);
  record.set_last_seen_unix_ms(session.last_seen_unix_ms);
  record.set_weight_micro(session.weight_micro);
  *record.mutable_dimensions() = session.facet->dimensions;
  record.set_stored_bytes(session.stored_bytes);
  for (const PageViewEntry& view : session.page_views) {
    v1::SessionRecord::PageViewRef* ref = record.add_page_views();
    ref->set_document_id(std::string(ToView(view.document)));
    ref->set_page_view(view.page_view);
    ref->set_began_unix_ms(view.began_unix_ms);
    ref->set_last_seen_unix_ms(view.last_seen_unix_ms);
  }
  for (const RecordEntry& entry : session.records) {
    v1::SessionRecord::RecordRef* ref = record.add_records();
    ref->set_day(entry.day);
    ref->set_commit(entry.commit);
    ref->set_document_id(std::string(ToView(entry.document)));
    ref->set_raw(entry.raw);
    ref->set_external(entry.external);
  }
  return record;
}

v1::PageViewFact ToPageViewFact(std::string_view stored, std::string_view site,
                                std::string_view session_id, const PageViewEntry& at) {
  v1::PageViewFact fact;
  // Its own bytes, or checked by whoever read them.
  static_cast<void>(fact.ParseFromArray(stored.data(), static_cast<int>(stored.size())));
  fact.set_site(std::string(site));
  fact.set_session_id(std::string(session_id));
  fact.set_document_id(std::string(ToView(at.document)));
  fact.set_page_view(at.page_view);
  fact.set_began_unix_ms(at.began_unix_ms);
  return fact;
}

}  // namespace paceline::store
