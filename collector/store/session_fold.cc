#include "collector/store/session_fold.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "collector/store/fold.h"
#include "collector/store/session_tags.h"

namespace paceline::store {
namespace {

using RawDocument = v1::SessionRecord::RawDocument;

RawDocument* FindRawDocument(std::string_view document_id, SessionState* session) {
  if (session->rare == nullptr) return nullptr;
  for (RawDocument& document : *session->rare->mutable_raw_documents()) {
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

Work NoteRawBatch(const RecordView& batch, SessionState* session) {
  RawDocument* document = FindRawDocument(batch.document_id, session);
  const bool first = document == nullptr;
  if (first) {
    document = session->Rare().add_raw_documents();
    document->set_document_id(std::string(batch.document_id));
  }
  if (document->folded_sequences_size() >= static_cast<int>(kMaxRawBatchesPerDocument)) {
    document->set_not_folded(document->not_folded() + 1);
    return Work::kNothing;
  }
  document->add_folded_sequences(batch.sequence);
  // Beacons that came before the first raw batch are looked through when it is folded.
  return first || batch.sequence >= document->covers_entries_before() ? Work::kRefold
                                                                      : Work::kNothing;
}

Work NoteBeacon(const RecordView& beacon, SessionState* session) {
  RawDocument* document = FindRawDocument(beacon.document_id, session);
  if (document == nullptr) return Work::kMerge;
  const uint32_t before = document->covers_entries_before();
  if (beacon.covers_entries_before <= before) return Work::kMerge;
  document->set_covers_entries_before(beacon.covers_entries_before);
  const bool supersedes = std::any_of(
      document->folded_sequences().begin(), document->folded_sequences().end(),
      [&](uint32_t raw) { return raw >= before && raw < beacon.covers_entries_before; });
  return supersedes ? Work::kRefold : Work::kMerge;
}

// The document's records with a commit below that, in commit order. NotFound: some are dropped.
absl::StatusOr<std::vector<v1::JournalRecord>> LoadRecords(const FoldContext& context,
                                                           const SessionState& session,
                                                           const DocumentBytes& document,
                                                           uint64_t before_commit) {
  std::vector<v1::JournalRecord> records;
  for (const RecordEntry& entry : session.records) {
    if (entry.external || entry.document != document || entry.commit >= before_commit) continue;
    auto record = context.read_record({entry.day, entry.commit});
    if (!record.ok()) return record.status();
    records.push_back(*std::move(record));
  }
  return records;
}

// What the fact of the entry was before the record of `commit`, by folding again; nullopt: that is
// not known any more.
absl::StatusOr<std::optional<PageFact>> FoldAgain(const FoldContext& context,
                                                  const SessionState& session, uint64_t commit,
                                                  const PageViewEntry& entry) {
  const auto records = LoadRecords(context, session, entry.document, commit);
  if (absl::IsNotFound(records.status())) return std::nullopt;
  if (!records.ok()) return records.status();
  std::optional<DocumentFacts> facts = FoldDocument(*records, context.facets);
  if (!facts) return absl::DataLossError("a document's records cannot be folded");
  const auto fact = facts->find(entry.page_view);
  if (fact == facts->end() || fact->second.began_unix_ms != entry.began_unix_ms) {
    return std::nullopt;
  }
  return std::move(fact->second);
}

// Makes the entry's fact ready to be changed by the record of `commit`. False: retention has
// dropped it, and what it came from, so that it stays as it is counted.
absl::StatusOr<bool> Hold(const FoldContext& context, const SessionState& session, uint64_t commit,
                          PageViewEntry* entry) {
  if (entry->held == nullptr) {
    const auto stored = context.read_fact(FactKey(session, *entry));
    if (!stored.ok()) return stored.status();
    auto held = std::make_unique<HeldFact>();
    if (!stored->has_value()) {
      const auto kept_from = context.facts_from_unix_ms();
      if (!kept_from.ok()) return kept_from.status();
      if (entry->began_unix_ms >= *kept_from) {
        return absl::DataLossError("a session's page view has no fact");
      }
      auto folded = FoldAgain(context, session, commit, *entry);
      if (!folded.ok()) return folded.status();
      if (!folded->has_value()) return false;
      held->fact = **std::move(folded);
    } else if (ParseFact(**stored, session.site, entry->began_unix_ms, context.facets,
                         &held->fact)) {
      held->on_disk = true;
    } else {
      return absl::DataLossError("a fact cannot be read");
    }
    held->settled = CountedOf(held->fact);
    entry->held = std::move(held);
  }
  entry->held->changed_by_commit = commit;
  return true;
}

auto PlaceOf(const PageViewEntry& entry) {
  return std::tuple(entry.began_unix_ms, ToView(entry.document), entry.page_view);
}

// Where a page view that began then belongs.
PageViewEntry* Insert(PageViewEntry entry, SessionState* session) {
  const auto at =
      std::upper_bound(session->page_views.begin(), session->page_views.end(), entry,
                       [](const auto& a, const auto& b) { return PlaceOf(a) < PlaceOf(b); });
  return &*session->page_views.insert(at, std::move(entry));
}

PageViewEntry* Find(const DocumentBytes& document, uint32_t page_view, SessionState* session) {
  // What comes is mostly of the latest.
  for (auto at = session->page_views.rbegin(); at != session->page_views.rend(); ++at) {
    if (at->page_view == page_view && at->document == document) return &*at;
  }
  return nullptr;
}

// Null: there is no room for another page view.
PageViewEntry* Begin(const DocumentBytes& document, uint32_t page_view, PageFact fact,
                     uint64_t commit, SessionState* session) {
  if (session->page_views.size() >= kMaxPageViewsPerSession) return nullptr;
  PageViewEntry entry{document, page_view, fact.began_unix_ms, fact.last_seen_unix_ms,
                      std::make_unique<HeldFact>()};
  entry.held->fact = std::move(fact);
  entry.held->changed_by_commit = commit;
  return Insert(std::move(entry), session);
}

absl::Status MergeIntoSession(uint64_t commit, const RecordView& record, const FoldContext& context,
                              SessionState* session) {
  const DocumentBytes document = ToDocumentBytes(record.document_id);
  const BeaconSource beacon{record, record.received_unix_ms};
  absl::Status status;
  MergeBeacon(beacon, [&](size_t header) -> PageFact* {
    const uint32_t index = record.page_views[header].index;
    if (index >= kMaxPageViewsPerDocument || !status.ok()) return nullptr;
    PageViewEntry* entry = Find(document, index, session);
    if (entry == nullptr) {
      entry = Begin(document, index, BeginFact(beacon, header, context.facets), commit, session);
      return entry == nullptr ? nullptr : &entry->held->fact;
    }
    const auto held = Hold(context, *session, commit, entry);
    status = held.status();
    return held.ok() && *held ? &entry->held->fact : nullptr;
  });
  return status;
}

// The fact is no more, or begins at another time, which is part of its key.
void Void(const FoldContext& context, const SessionState& session, PageViewEntry* entry) {
  context.rollups->TakeBack(entry->held.get());
  if (entry->held->on_disk) context.void_facts->push_back(FactKey(session, *entry));
  entry->held->on_disk = false;
}

// Brings the document's page views to what folding all of its records gives.
absl::Status Replace(uint64_t commit, const DocumentBytes& document, DocumentFacts facts,
                     const FoldContext& context, SessionState* session) {
  for (PageViewEntry& entry : session->page_views) {
    if (entry.document != document) continue;
    const auto held = Hold(context, *session, commit, &entry);
    if (!held.ok()) return held.status();
    if (!*held) return absl::OkStatus();
  }
  for (size_t i = session->page_views.size(); i-- > 0;) {
    PageViewEntry& entry = session->page_views[i];
    if (entry.document != document) continue;
    const auto fact = facts.find(entry.page_view);
    if (fact != facts.end() && fact->second.began_unix_ms == entry.began_unix_ms &&
        fact->second.weight_micro == entry.held->fact.weight_micro &&
        fact->second.facet == entry.held->fact.facet) {
      entry.held->fact = std::move(fact->second);
      facts.erase(fact);
      continue;
    }
    Void(context, *session, &entry);
    session->page_views.erase(session->page_views.begin() + static_cast<ptrdiff_t>(i));
  }
  for (auto& [page_view, fact] : facts) {
    Begin(document, page_view, std::move(fact), commit, session);
  }
  return absl::OkStatus();
}

absl::Status RefoldDocument(uint64_t commit, const RecordView& record, const FoldContext& context,
                            SessionState* session) {
  const DocumentBytes document = ToDocumentBytes(record.document_id);
  const auto records = LoadRecords(context, *session, document, commit + 1);
  // Retention has dropped a part of the document: its facts stay as they are.
  if (absl::IsNotFound(records.status())) return absl::OkStatus();
  if (!records.ok()) return records.status();
  uint32_t covers = 0;
  for (const v1::JournalRecord& one : *records) {
    covers = std::max(covers, one.beacon().covers_entries_before());
  }
  FindRawDocument(record.document_id, session)->set_covers_entries_before(covers);
  std::optional<DocumentFacts> facts = FoldDocument(*records, context.facets);
  if (!facts) return absl::DataLossError("a document's records cannot be folded");
  return Replace(commit, document, *std::move(facts), context, session);
}

absl::StatusOr<v1::ExternalConversion> ReadExternalConversion(const RecordView& record) {
  v1::ExternalConversion conversion;
  if (!conversion.ParseFromArray(record.payload_bytes.data(),
                                 static_cast<int>(record.payload_bytes.size()))) {
    return absl::DataLossError("an external conversion cannot be read");
  }
  return conversion;
}

// What others tell may come before the session's own first record, which then begins it.
bool HasOwnRecord(const SessionState& session) {
  return std::any_of(session.records.begin(), session.records.end(),
                     [](const RecordEntry& record) { return !record.external; });
}

void BeginSession(const RecordView& record, uint64_t origin_unix_ms, const FoldContext& context,
                  SessionState* session) {
  session->site = record.site;
  session->session_id = record.session_id;
  session->weight_micro = record.weight_micro;
  session->facet = context.facets->Get(record.site, record.dimensions, "", "");
  session->began_unix_ms =
      std::min(CorrectedUnixMs(origin_unix_ms, 0, record.clock_offset_ms), record.received_unix_ms);
  session->last_seen_unix_ms = session->began_unix_ms;
}

// Takes over the times of what the record of `commit` has changed.
void UpdateTimes(uint64_t commit, SessionState* session) {
  if (session->page_views.empty()) return;
  uint64_t last_seen = 0;
  for (PageViewEntry& view : session->page_views) {
    if (view.held != nullptr && view.held->changed_by_commit == commit) {
      view.last_seen_unix_ms = view.held->fact.last_seen_unix_ms;
    }
    last_seen = std::max(last_seen, view.last_seen_unix_ms);
  }
  session->began_unix_ms = session->page_views.front().began_unix_ms;
  session->last_seen_unix_ms = last_seen;
}

}  // namespace

std::string FactKey(const SessionState& session, const PageViewEntry& view) {
  return FactKey(session.site, view.began_unix_ms, session.session_id, ToView(view.document),
                 view.page_view);
}

absl::Status FoldIntoSession(JourneyKey key, const RecordView& record, const FoldContext& context,
                             SessionState* session) {
  const bool external = record.external();
  v1::ExternalConversion conversion;
  if (external) {
    auto read = ReadExternalConversion(record);
    if (!read.ok()) return read.status();
    conversion = *std::move(read);
  }
  if (session->records.empty() || (!external && !HasOwnRecord(*session))) {
    BeginSession(record, external ? conversion.occurred_unix_ms() : record.origin_unix_ms, context,
                 session);
  }
  const bool raw = record.payload == RecordView::Payload::kEntryBatch;
  session->records.push_back({key.commit, key.day, record.sequence,
                              static_cast<uint32_t>(record.content_hash),
                              ToDocumentBytes(record.document_id), raw, external});
  session->stored_bytes += record.bytes;
  if (external) {
    conversion.clear_site();
    conversion.clear_session_id();
    conversion.clear_attributes();
    *session->Rare().add_external_conversions() = std::move(conversion);
    return absl::OkStatus();
  }
  NoteTags(record, [session] { return session->Rare().mutable_tags(); });
  const Work work = raw ? NoteRawBatch(record, session) : NoteBeacon(record, session);
  if (work == Work::kNothing) return absl::OkStatus();
  const absl::Status folded = work == Work::kMerge
                                  ? MergeIntoSession(key.commit, record, context, session)
                                  : RefoldDocument(key.commit, record, context, session);
  if (folded.ok()) UpdateTimes(key.commit, session);
  return folded;
}

}  // namespace paceline::store
