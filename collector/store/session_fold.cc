#include "collector/store/session_fold.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "collector/store/session_tags.h"
#include "google/protobuf/util/message_differencer.h"

namespace paceline::store {
namespace {

using RawDocument = v1::SessionRecord::RawDocument;

RawDocument* FindRawDocument(const std::string& document_id, v1::SessionRecord* session) {
  for (RawDocument& document : *session->mutable_raw_documents()) {
    if (document.document_id() == document_id) return &document;
  }
  return nullptr;
}

enum class Work {
  // The facts stay as they are.
  kNothing,
  // The Beacon adds to the facts.
  kMerge,
  // The document's raw batches have to be run again.
  kRefold,
};

Work NoteRawBatch(const v1::EntryBatch& batch, v1::SessionRecord* session) {
  RawDocument* document = FindRawDocument(batch.document_id(), session);
  const bool first = document == nullptr;
  if (first) {
    document = session->add_raw_documents();
    document->set_document_id(batch.document_id());
  }
  if (document->folded_sequences_size() >= static_cast<int>(kMaxRawBatchesPerDocument)) {
    document->set_not_folded(document->not_folded() + 1);
    return Work::kNothing;
  }
  document->add_folded_sequences(batch.sequence());
  // Beacons that came before the first raw batch are looked through when it is folded.
  return first || batch.sequence() >= document->covers_entries_before() ? Work::kRefold
                                                                        : Work::kNothing;
}

Work NoteBeacon(const v1::Beacon& beacon, v1::SessionRecord* session) {
  RawDocument* document = FindRawDocument(beacon.document_id(), session);
  if (document == nullptr) return Work::kMerge;
  const uint32_t before = document->covers_entries_before();
  if (beacon.covers_entries_before() <= before) return Work::kMerge;
  document->set_covers_entries_before(beacon.covers_entries_before());
  const bool supersedes = std::any_of(
      document->folded_sequences().begin(), document->folded_sequences().end(),
      [&](uint32_t raw) { return raw >= before && raw < beacon.covers_entries_before(); });
  return supersedes ? Work::kRefold : Work::kMerge;
}

// The document's facts as they are, of the page views for which `wanted` says so.
absl::StatusOr<DocumentFacts> LoadFacts(const v1::SessionRecord& session,
                                        const std::string& document_id, const FoldSource& source,
                                        const std::function<bool(uint32_t)>& wanted) {
  DocumentFacts facts;
  for (const auto& ref : session.page_views()) {
    if (ref.document_id() != document_id || !wanted(ref.page_view())) continue;
    const std::string key = FactKey(session.site(), ref.began_unix_ms(), session.session_id(),
                                    document_id, ref.page_view());
    auto fact = source.fact(key);
    if (!fact.ok()) return fact.status();
    if (!fact->has_value()) return absl::DataLossError("a session's page view has no fact");
    facts[ref.page_view()] = **std::move(fact);
  }
  return facts;
}

// All records of the document, the newest included, in commit order.
absl::StatusOr<std::vector<v1::JournalRecord>> LoadRecords(const v1::SessionRecord& session,
                                                           const std::string& document_id,
                                                           const FoldSource& source) {
  std::vector<v1::JournalRecord> records;
  for (const auto& ref : session.records()) {
    if (ref.external() || ref.document_id() != document_id) continue;
    auto record = source.record({ref.day(), ref.commit()});
    if (!record.ok()) return record.status();
    records.push_back(*std::move(record));
  }
  return records;
}

std::vector<FactChange> Compare(DocumentFacts before, DocumentFacts after) {
  std::vector<FactChange> changes;
  for (auto& [index, fact] : after) {
    const auto old = before.find(index);
    if (old == before.end()) {
      changes.push_back({std::nullopt, std::move(fact)});
    } else if (!google::protobuf::util::MessageDifferencer::Equals(old->second, fact)) {
      changes.push_back({std::move(old->second), std::move(fact)});
    }
  }
  for (auto& [index, fact] : before) {
    if (!after.contains(index)) changes.push_back({std::move(fact), std::nullopt});
  }
  return changes;
}

// Brings the session's references in line with `changes`; takes out of them what exceeds
// kMaxPageViewsPerSession.
void UpdateReferences(v1::SessionRecord* session, std::vector<FactChange>* changes) {
  auto* refs = session->mutable_page_views();
  std::erase_if(*changes, [&](const FactChange& change) {
    const v1::PageViewFact& fact = change.after ? *change.after : *change.before;
    const auto ref = std::find_if(refs->begin(), refs->end(), [&](const auto& one) {
      return one.document_id() == fact.document_id() && one.page_view() == fact.page_view();
    });
    if (!change.after) {
      if (ref != refs->end()) refs->erase(ref);
      return false;
    }
    if (ref == refs->end() && refs->size() >= kMaxPageViewsPerSession) return true;
    auto& entry = ref == refs->end() ? *refs->Add() : *ref;
    entry.set_document_id(fact.document_id());
    entry.set_page_view(fact.page_view());
    entry.set_began_unix_ms(fact.began_unix_ms());
    entry.set_last_seen_unix_ms(fact.last_seen_unix_ms());
    return false;
  });
  std::sort(refs->begin(), refs->end(), [](const auto& a, const auto& b) {
    return std::tuple(a.began_unix_ms(), a.document_id(), a.page_view()) <
           std::tuple(b.began_unix_ms(), b.document_id(), b.page_view());
  });
}

uint64_t OriginUnixMs(const v1::JournalRecord& record) {
  if (record.has_external_conversion()) return record.external_conversion().occurred_unix_ms();
  return record.has_beacon() ? record.beacon().origin_unix_ms()
                             : record.entry_batch().origin_unix_ms();
}

// What others tell may come before the session's own first record, which then begins it.
bool HasOwnRecord(const v1::SessionRecord& session) {
  return std::any_of(session.records().begin(), session.records().end(),
                     [](const auto& ref) { return !ref.external(); });
}

void AddExternalConversion(v1::ExternalConversion conversion, v1::SessionRecord* session) {
  conversion.clear_site();
  conversion.clear_session_id();
  conversion.clear_attributes();
  *session->add_external_conversions() = std::move(conversion);
}

void BeginSession(const BeaconId& id, const v1::JournalRecord& record, v1::SessionRecord* session) {
  session->set_site(id.site);
  session->set_session_id(id.session_id);
  session->set_weight_micro(record.weight_micro());
  *session->mutable_dimensions() = record.dimensions();
  session->set_began_unix_ms(
      std::min<uint64_t>(CorrectedUnixMs(OriginUnixMs(record), 0, record.clock_offset_ms()),
                         record.received_unix_ms()));
  session->set_last_seen_unix_ms(session->began_unix_ms());
}

void UpdateTimes(v1::SessionRecord* session) {
  if (session->page_views().empty()) return;
  uint64_t last_seen = 0;
  for (const auto& ref : session->page_views()) {
    last_seen = std::max<uint64_t>(last_seen, ref.last_seen_unix_ms());
  }
  session->set_began_unix_ms(session->page_views(0).began_unix_ms());
  session->set_last_seen_unix_ms(last_seen);
}

}  // namespace

absl::StatusOr<std::vector<FactChange>> FoldIntoSession(JourneyKey key,
                                                        const v1::JournalRecord& record,
                                                        const FoldSource& source,
                                                        v1::SessionRecord* session) {
  const BeaconId id = IdOf(record);
  const bool external = record.has_external_conversion();
  if (session->records().empty() || (!external && !HasOwnRecord(*session))) {
    BeginSession(id, record, session);
  }
  v1::SessionRecord::RecordRef* ref = session->add_records();
  ref->set_day(key.day);
  ref->set_commit(key.commit);
  ref->set_document_id(id.document_id);
  ref->set_raw(record.has_entry_batch());
  ref->set_external(external);
  session->set_stored_bytes(session->stored_bytes() + record.ByteSizeLong());

  if (external) {
    AddExternalConversion(record.external_conversion(), session);
    return std::vector<FactChange>();
  }
  NoteTags(record, session);
  const Work work = record.has_beacon() ? NoteBeacon(record.beacon(), session)
                                        : NoteRawBatch(record.entry_batch(), session);
  if (work == Work::kNothing) return std::vector<FactChange>();

  const auto mentioned = [&](uint32_t index) {
    return work == Work::kRefold ||
           std::any_of(record.beacon().page_views().begin(), record.beacon().page_views().end(),
                       [&](const v1::PageView& view) { return view.index() == index; });
  };
  absl::StatusOr<DocumentFacts> before = LoadFacts(*session, id.document_id, source, mentioned);
  if (!before.ok()) return before.status();
  DocumentFacts after;
  if (work == Work::kMerge) {
    after = *before;
    MergeBeacon(FromRecord(record), &after);
  } else {
    const auto records = LoadRecords(*session, id.document_id, source);
    if (!records.ok()) return records.status();
    uint32_t covers = 0;
    for (const v1::JournalRecord& one : *records) {
      covers = std::max(covers, one.beacon().covers_entries_before());
    }
    FindRawDocument(id.document_id, session)->set_covers_entries_before(covers);
    after = FoldDocument(*records);
  }
  std::vector<FactChange> changes = Compare(*std::move(before), std::move(after));
  UpdateReferences(session, &changes);
  UpdateTimes(session);
  return changes;
}

}  // namespace paceline::store
