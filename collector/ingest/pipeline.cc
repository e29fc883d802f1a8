#include "collector/ingest/pipeline.h"

#include <algorithm>
#include <memory>
#include <protozero/pbf_writer.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/ingest/calls_in_place.h"
#include "collector/ingest/decode.h"
#include "collector/ingest/plain_scan.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/validate.h"
#include "collector/store/content_hash.h"
#include "collector/store/fold.h"
#include "collector/store/page_fact.h"
#include "collector/store/read_calls.h"
#include "collector/store/rollup_slices.h"
#include "core/sampling/sampling.h"

namespace paceline::ingest {
namespace {

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;
constexpr uint64_t kRememberedDays = 31;

// Of a record but its payload, as a rule.
constexpr size_t kMaxHeadBytes = 256;

// Origins compare in lower case and without a slash at the end (RFC 6454; owners paste URLs).
std::string NormalizeOrigin(std::string_view origin) {
  while (origin.ends_with('/')) origin.remove_suffix(1);
  std::string normal(origin);
  for (char& c : normal) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return normal;
}

ItemKind KindOf(const Submission& submission) {
  return submission.kind == Submission::Kind::kBeacon ? ItemKind::kBeacon : ItemKind::kEntryBatch;
}

// Whether views leave something of it out, because its document has too much already. A document
// numbers what it sends, and entry batches come first.
bool IsBeyondDocument(const Summary& summary, ItemKind kind) {
  if (kind == ItemKind::kEntryBatch) return summary.sequence >= store::kMaxRawBatchesPerDocument;
  return std::any_of(
      summary.page_views.begin(), summary.page_views.end(),
      [](const Summary::PageView& view) { return view.index >= store::kMaxPageViewsPerDocument; });
}

// Calls `function` with the Beacon or EntryBatch of `record`.
template <typename Function>
auto WithPayload(const v1::JournalRecord& record, const Function& function) {
  return record.has_beacon() ? function(record.beacon()) : function(record.entry_batch());
}

EnrichOptions WithRules(const PipelineOptions& options) {
  EnrichOptions enrich = options.enrich;
  for (const SiteOptions& site : options.sites) {
    if (!site.pages.empty()) enrich.pages[site.key] = site.pages;
    if (!site.stages.empty()) enrich.stages[site.key] = site.stages;
  }
  return enrich;
}

std::vector<std::string> KeysOf(const std::vector<SiteOptions>& sites) {
  std::vector<std::string> keys;
  for (const SiteOptions& site : sites) keys.push_back(site.key);
  return keys;
}

// Dimensions whose values sites name: see EnrichMemory.
constexpr std::string_view kNamedDimensions[] = {"user_type", "release", "variant",
                                                 "source",    "stage",   "region"};

// The same bytes are another thing when they come as another kind.
SubmitResult ResultOf(const store::AppendResult& appended) {
  switch (appended.outcome) {
    case store::AppendOutcome::kStored:
      return EndWith(v1::OUTCOME_ACCEPTED);
    case store::AppendOutcome::kDuplicate:
      return EndWith(v1::OUTCOME_DUPLICATE);
    case store::AppendOutcome::kConflict:
      return EndWith(
          v1::OUTCOME_CONFLICT,
          "this sequence number of the document was used before, with other bytes; a new "
          "beacon needs the next number");
    case store::AppendOutcome::kErased:
      return EndWith(v1::OUTCOME_REFUSED_ERASED, "the session was erased; begin another");
    case store::AppendOutcome::kSessionLimit:
      return EndWith(v1::OUTCOME_REFUSED_SESSION_LIMIT,
                     "the session has as many records as one session may have; start a new one");
    case store::AppendOutcome::kOverloaded:
      return EndWith(v1::OUTCOME_OVERLOADED, "too much at once; send it again a little later");
    case store::AppendOutcome::kUnavailable:
      break;
  }
  // The status names files: it belongs into the log, not into the answer.
  return EndWith(v1::OUTCOME_UNAVAILABLE, "it could not be stored; send it again later");
}

}  // namespace

Pipeline::Pipeline(PipelineOptions options, store::Store* store)
    : Pipeline(std::move(options), [store](store::NewRecord record, store::AppendCallback done) {
        store->Append(std::move(record), std::move(done));
      }) {}

Pipeline::Pipeline(PipelineOptions options, AppendFunction append)
    : limits_(options.limits),
      enrich_options_(WithRules(options)),
      site_buckets_(options.site_per_second),
      room_(options.max_waiting_records, options.max_waiting_bytes),
      append_(std::move(append)),
      pseudonyms_(options.secret),
      traffic_(KeysOf(options.sites), options.on_resumed) {
  for (const SiteOptions& site : options.sites) {
    Site& known = sites_[site.key];
    known.key = site.key;
    for (const std::string& origin : site.allowed_origins) {
      known.origins.push_back(NormalizeOrigin(origin));
    }
  }
}

absl::Status Pipeline::RememberNames(const store::Store& store, uint64_t now_unix_ms) {
  const uint64_t from =
      (now_unix_ms - std::min(now_unix_ms, kRememberedDays * kDayMs)) / kDayMs * kDayMs;
  for (const auto& [site, known] : sites_) {
    const auto read = [&, &key = site](std::string_view slice, const auto& remember) {
      return store.ReadRollups(key, store::Resolution::kDay, from, now_unix_ms, slice, std::nullopt,
                               remember);
    };
    absl::Status status = read(store::kPageSlice, [&, &key = site](const store::RollupRow& row) {
      memory_.pages.Remember(key, row.slice.value);
    });
    for (const std::string_view dimension : kNamedDimensions) {
      if (!status.ok()) return status;
      status = read(dimension, [&, &key = site](const store::RollupRow& row) {
        memory_.values.Remember(key, dimension, row.slice.value);
      });
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Pipeline::RememberTraffic(const store::Store& store, uint64_t now_unix_ms) {
  const auto today = static_cast<uint32_t>(now_unix_ms / kDayMs);
  const uint32_t from = today - std::min<uint32_t>(today, kRememberedDays);
  for (const auto& [site, known] : sites_) {
    const auto days = store.ReadQuality(site, from, today);
    if (!days.ok()) return days.status();
    for (auto day = days->rbegin(); day != days->rend(); ++day) {
      if (day->second.last_unix_ms() == 0) continue;
      traffic_.Remember(site, day->second.last_unix_ms(), day->second.hourly(), now_unix_ms);
      break;
    }
  }
  return absl::OkStatus();
}

const std::vector<Pipeline::Step>& Pipeline::Steps() {
  static const auto& steps = *new std::vector<Step>{
      {"scan", &Pipeline::Scan, true},          {"decode", &Pipeline::DecodeBody, false},
      {"validate", &Pipeline::Validate, false}, {"authorize", &Pipeline::Authorize, true},
      {"limit", &Pipeline::Limit, true},        {"read", &Pipeline::Read, false},
      {"scrub", &Pipeline::Scrub, false},       {"enrich", &Pipeline::EnrichRecord, true},
      {"decide", &Pipeline::Decide, true},
  };
  return steps;
}

std::vector<std::string_view> Pipeline::StepNames() {
  std::vector<std::string_view> names;
  for (const Step& step : Steps()) names.push_back(step.name);
  names.push_back("append");
  return names;
}

void Pipeline::InFlight::Clear() {
  submission = {};
  plain = false;
  read_body.clear();
  summary.Clear();
  site = nullptr;
  // By itself it would let go of the dimensions, which are the same few strings each time.
  v1::Dimensions* const dimensions = record.release_dimensions();
  record.Clear();
  if (dimensions != nullptr) {
    dimensions->Clear();
    record.set_allocated_dimensions(dimensions);
  }
  content_hash = 0;
  user_agent.clear();
}

bool Pipeline::HasRoom(std::string_view site) const {
  const auto known = sites_.find(site);
  return known == sites_.end() || room_.IsRoomy(known->second.waiting);
}

void Pipeline::Submit(Submission submission, SubmitCallback done) {
  // Kept for the thread's next beacon: what it holds was a tenth of what a plain one costs here.
  thread_local std::unique_ptr<InFlight> kept;
  std::unique_ptr<InFlight> beacon =
      kept == nullptr ? std::make_unique<InFlight>() : std::move(kept);
  beacon->submission = std::move(submission);
  Run(beacon.get(), std::move(done));
  if (!beacon->plain) return;
  beacon->Clear();
  kept = std::move(beacon);
}

void Pipeline::Run(InFlight* beacon, SubmitCallback done) {
  const ItemKind kind = KindOf(beacon->submission);
  for (const Step& step : Steps()) {
    if (beacon->plain && !step.of_plain) continue;
    Ended ended = (this->*step.run)(beacon);
    if (!ended) continue;
    Count(ended->outcome, kind, beacon->site);
    done(*std::move(ended));
    return;
  }
  Append(*beacon, kind, std::move(done));
}

void Pipeline::Count(v1::Outcome outcome, ItemKind kind, Site* site) {
  outcomes_.Add(outcome, kind);
  (site == nullptr ? nobodys_outcomes_ : site->outcomes).Add(outcome, kind);
}

std::vector<std::pair<std::string, const OutcomeCounter*>> Pipeline::SiteOutcomes() const {
  std::vector<std::pair<std::string, const OutcomeCounter*>> all;
  for (const auto& [key, site] : sites_) all.emplace_back(key, &site.outcomes);
  return all;
}

void Pipeline::CountRefused(v1::Outcome outcome) { Count(outcome, ItemKind::kUnread, nullptr); }

Ended Pipeline::Scan(InFlight* beacon) {
  beacon->plain = beacon->submission.kind == Submission::Kind::kBeacon &&
                  (ScanPlain(beacon->body(), limits_, &beacon->summary) || ScanRead(beacon));
  if (!beacon->plain) marks_.Add(Mark::kNotPlain);
  return std::nullopt;
}

bool Pipeline::ScanRead(InFlight* beacon) const {
  const std::string& body = beacon->submission.body;
  if (body.size() > limits_.max_body_bytes) return false;
  std::optional<std::string> read = WithCallsRead(body);
  if (!read) return false;
  beacon->read_body = *std::move(read);
  beacon->summary.Clear();
  if (ScanPlain(beacon->read_body, limits_, &beacon->summary)) return true;
  beacon->read_body.clear();
  return false;
}

Ended Pipeline::DecodeBody(InFlight* beacon) {
  return Decode(beacon->submission, limits_, &beacon->record);
}

Ended Pipeline::Validate(InFlight* beacon) {
  v1::JournalRecord& record = beacon->record;
  std::string wrong = record.has_beacon() ? ValidateBeacon(record.mutable_beacon())
                                          : ValidateEntryBatch(record.mutable_entry_batch(),
                                                               limits_.max_page_views);
  if (!wrong.empty()) return EndWith(v1::OUTCOME_REFUSED_INVALID, std::move(wrong));
  beacon->summary = {};
  beacon->summary.site =
      WithPayload(record, [](const auto& message) -> std::string_view { return message.site(); });
  return std::nullopt;
}

Ended Pipeline::Authorize(InFlight* beacon) {
  const std::string_view key = beacon->summary.site;
  const auto site = sites_.find(key);
  if (site == sites_.end()) {
    // Public: the other sites' keys are not for the sender's eyes.
    return EndWith(v1::OUTCOME_REFUSED_UNKNOWN_SITE,
                   absl::StrCat("the collector has no site \"", std::string(key),
                                "\"; data-site names a site of its settings: add it there with "
                                "--site KEY, or under sites: in paceline.yaml"));
  }
  beacon->site = &site->second;
  const std::vector<std::string>& allowed = site->second.origins;
  const std::string& origin = beacon->submission.source.origin;
  if (origin.empty() || allowed.empty()) return std::nullopt;
  if (std::find(allowed.begin(), allowed.end(), NormalizeOrigin(origin)) != allowed.end()) {
    return std::nullopt;
  }
  return EndWith(v1::OUTCOME_REFUSED_ORIGIN,
                 absl::StrCat("pages of ", origin, " may not send for site \"", std::string(key),
                              "\"; its settings allow ", absl::StrJoin(allowed, ", ")));
}

Ended Pipeline::Limit(InFlight* beacon) {
  const uint64_t now_ms = beacon->submission.source.received_unix_ms;
  if (site_buckets_.Take(beacon->summary.site, now_ms)) return std::nullopt;
  return EndWith(v1::OUTCOME_RATE_LIMITED,
                 "the site sends more than limits.site_per_second allows; send it again a little "
                 "later");
}

Ended Pipeline::Read(InFlight* beacon) {
  if (beacon->record.has_beacon()) store::ReadCalls(beacon->record.mutable_beacon());
  return std::nullopt;
}

Ended Pipeline::Scrub(InFlight* beacon) {
  Scrubbed scrubbed = ScrubPayload(pseudonyms_, &beacon->record);
  if (scrubbed.changed) marks_.Add(Mark::kScrubbed);
  beacon->user_agent = std::move(scrubbed.user_agent);
  beacon->summary =
      WithPayload(beacon->record, [](const auto& message) { return SummaryOf(message); });
  return std::nullopt;
}

Ended Pipeline::EnrichRecord(InFlight* beacon) {
  const Source& source = beacon->submission.source;
  const std::string& user_agent =
      beacon->user_agent.empty() ? source.user_agent : beacon->user_agent;
  v1::JournalRecord& record = beacon->record;
  record.set_received_unix_ms(source.received_unix_ms);
  beacon->content_hash =
      store::ContentHash(beacon->submission.body, static_cast<uint64_t>(beacon->submission.kind));
  // Of bytes that are stored as they came, the hash can be made again.
  if (!beacon->plain || !beacon->read_body.empty()) record.set_content_hash(beacon->content_hash);
  const Sender sender{user_agent, source.remote_address, source.age_ms};
  Enrich(enrich_options_, beacon->summary, sender, &memory_, &record);
  if (record.clock_offset_ms() != 0) marks_.Add(Mark::kClockCorrected);
  if (record.dimensions().bot()) marks_.Add(Mark::kBot);
  if (IsBeyondDocument(beacon->summary, KindOf(beacon->submission))) {
    marks_.Add(Mark::kBeyondDocument);
  }
  return std::nullopt;
}

Ended Pipeline::Decide(InFlight* beacon) {
  const Summary& summary = beacon->summary;
  if (core::IsSampled(summary.session_id, summary.sample_rate_ppm)) {
    beacon->record.set_weight_micro(core::SampleWeightMicro(summary.sample_rate_ppm));
    return std::nullopt;
  }
  // Weight 0: kept to look at, counted nowhere.
  if (summary.kept_unsampled || summary.has_conversion) {
    marks_.Add(Mark::kUnsampled);
    return std::nullopt;
  }
  return EndWith(v1::OUTCOME_SAMPLED_OUT);
}

store::NewRecord Pipeline::RecordOf(const InFlight& beacon) {
  if (!beacon.plain) return store::ToNewRecord(beacon.record);
  const Summary& summary = beacon.summary;
  store::NewRecord record;
  record.id = {std::string(summary.site), std::string(summary.session_id),
               std::string(summary.document_id), summary.sequence};
  record.received_unix_ms = beacon.record.received_unix_ms();
  record.content_hash = beacon.content_hash;
  record.bytes.reserve(kMaxHeadBytes + beacon.body().size());
  beacon.record.AppendToString(&record.bytes);
  protozero::pbf_writer(record.bytes)
      .add_message(v1::JournalRecord::kBeaconFieldNumber, beacon.body());
  return record;
}

void Pipeline::Append(const InFlight& beacon, ItemKind kind, SubmitCallback done) {
  store::NewRecord record = RecordOf(beacon);
  const size_t bytes = record.bytes.size();
  if (!room_.Take(&beacon.site->waiting, bytes)) {
    Count(v1::OUTCOME_OVERLOADED, kind, beacon.site);
    return done(EndWith(v1::OUTCOME_OVERLOADED,
                        "too much of this site waits to be stored; send it again a little later"));
  }
  const Summary& summary = beacon.summary;
  SiteTraffic::Stored stored;
  stored.sequence = summary.sequence;
  stored.began_unix_ms =
      summary.origin_unix_ms + static_cast<uint64_t>(beacon.record.clock_offset_ms());
  stored.received_unix_ms = record.received_unix_ms;
  append_(std::move(record), [this, kind, bytes, stored, site = beacon.site,
                              document = std::string(summary.document_id),
                              done = std::move(done)](const store::AppendResult& appended) mutable {
    room_.Give(&site->waiting, bytes);
    SubmitResult result = ResultOf(appended);
    Count(result.outcome, kind, site);
    if (result.outcome == v1::OUTCOME_ACCEPTED) {
      stored.site = site->key;
      stored.document_id = document;
      traffic_.OnStored(stored);
    }
    done(std::move(result));
  });
}

}  // namespace paceline::ingest
