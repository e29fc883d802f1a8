#include "collector/ingest/pipeline.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/ingest/decode.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/validate.h"
#include "collector/store/rollup_slices.h"
#include "core/sampling/sampling.h"

namespace paceline::ingest {
namespace {

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;
constexpr uint64_t kRememberedDays = 31;

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

// Calls `function` with the Beacon or EntryBatch of `record`.
template <typename Function>
auto WithPayload(const v1::JournalRecord& record, const Function& function) {
  return record.has_beacon() ? function(record.beacon()) : function(record.entry_batch());
}

EnrichOptions WithStages(const PipelineOptions& options) {
  EnrichOptions enrich = options.enrich;
  for (const SiteOptions& site : options.sites) {
    if (!site.stages.empty()) enrich.stages[site.key] = site.stages;
  }
  return enrich;
}

// Dimensions whose values sites name: see EnrichMemory.
constexpr std::string_view kNamedDimensions[] = {"user_type", "release", "variant", "source",
                                                 "stage"};

// Whether something in it must not be lost, whatever the sample: every conversion counts.
bool HasConversion(const v1::Beacon& beacon) {
  return std::any_of(beacon.events().begin(), beacon.events().end(),
                     [](const v1::Event& event) { return event.has_conversion(); });
}
bool HasConversion(const v1::EntryBatch& batch) {
  return std::any_of(batch.entries().begin(), batch.entries().end(), [&](const v1::Entry& entry) {
    const uint32_t name = entry.call().name_ref();
    return name != 0 && batch.strings(static_cast<int>(name) - 1) == "conversion";
  });
}

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
      enrich_options_(WithStages(options)),
      append_(std::move(append)),
      pseudonyms_(options.secret) {
  for (const SiteOptions& site : options.sites) {
    auto& origins = sites_[site.key];
    for (const std::string& origin : site.allowed_origins) {
      origins.push_back(NormalizeOrigin(origin));
    }
  }
}

absl::Status Pipeline::RememberNames(const store::Store& store, uint64_t now_unix_ms) {
  const uint64_t from =
      (now_unix_ms - std::min(now_unix_ms, kRememberedDays * kDayMs)) / kDayMs * kDayMs;
  for (const auto& [site, origins] : sites_) {
    const auto read = [&](std::string_view slice, const auto& remember) {
      return store.ReadRollups(site, store::Resolution::kDay, from, now_unix_ms, slice,
                               std::nullopt, remember);
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

const std::vector<Pipeline::Step>& Pipeline::Steps() {
  static const auto& steps = *new std::vector<Step>{
      {"decode", &Pipeline::DecodeBody},   {"validate", &Pipeline::Validate},
      {"authorize", &Pipeline::Authorize}, {"scrub", &Pipeline::Scrub},
      {"enrich", &Pipeline::EnrichRecord}, {"decide", &Pipeline::Decide},
  };
  return steps;
}

std::vector<std::string_view> Pipeline::StepNames() {
  std::vector<std::string_view> names;
  for (const Step& step : Steps()) names.push_back(step.name);
  names.push_back("append");
  return names;
}

void Pipeline::Submit(Submission submission, SubmitCallback done) {
  const ItemKind kind = KindOf(submission);
  InFlight beacon;
  beacon.submission = std::move(submission);
  for (const Step& step : Steps()) {
    Ended ended = (this->*step.run)(&beacon);
    if (!ended) continue;
    outcomes_.Add(ended->outcome, kind);
    done(*std::move(ended));
    return;
  }
  Append(std::move(beacon), kind, std::move(done));
}

void Pipeline::CountRefused(v1::Outcome outcome) { outcomes_.Add(outcome, ItemKind::kUnread); }

Ended Pipeline::DecodeBody(InFlight* beacon) {
  return Decode(beacon->submission, limits_, &beacon->record);
}

Ended Pipeline::Validate(InFlight* beacon) {
  v1::JournalRecord& record = beacon->record;
  std::string wrong = record.has_beacon() ? ValidateBeacon(record.mutable_beacon())
                                          : ValidateEntryBatch(record.mutable_entry_batch(),
                                                               limits_.max_page_views);
  if (wrong.empty()) return std::nullopt;
  return EndWith(v1::OUTCOME_REFUSED_INVALID, std::move(wrong));
}

Ended Pipeline::Authorize(InFlight* beacon) {
  const std::string& key =
      WithPayload(beacon->record, [](const auto& message) { return std::cref(message.site()); });
  const auto site = sites_.find(key);
  if (site == sites_.end()) {
    // Public: the other sites' keys are not for the sender's eyes.
    return EndWith(v1::OUTCOME_REFUSED_UNKNOWN_SITE,
                   absl::StrCat("the collector has no site \"", key,
                                "\"; data-site names a site of its settings: add it there with "
                                "--site KEY, or under sites: in paceline.yaml"));
  }
  const std::vector<std::string>& allowed = site->second;
  const std::string& origin = beacon->submission.source.origin;
  if (origin.empty() || allowed.empty()) return std::nullopt;
  if (std::find(allowed.begin(), allowed.end(), NormalizeOrigin(origin)) != allowed.end()) {
    return std::nullopt;
  }
  return EndWith(v1::OUTCOME_REFUSED_ORIGIN,
                 absl::StrCat("pages of ", origin, " may not send for site \"", key,
                              "\"; its settings allow ", absl::StrJoin(allowed, ", ")));
}

Ended Pipeline::Scrub(InFlight* beacon) {
  beacon->user_agent = ScrubPayload(pseudonyms_, &beacon->record);
  if (beacon->user_agent.empty()) {
    beacon->user_agent = std::move(beacon->submission.source.user_agent);
  }
  return std::nullopt;
}

Ended Pipeline::EnrichRecord(InFlight* beacon) {
  const std::string& body = beacon->submission.body;
  v1::JournalRecord& record = beacon->record;
  record.set_received_unix_ms(beacon->submission.source.received_unix_ms);
  record.set_content_hash(XXH3_64bits(body.data(), body.size()));
  Enrich(enrich_options_, beacon->user_agent, beacon->submission.source.age_ms, &memory_, &record);
  return std::nullopt;
}

Ended Pipeline::Decide(InFlight* beacon) {
  return WithPayload(beacon->record, [beacon](const auto& message) -> Ended {
    if (core::IsSampled(message.session_id(), message.sample_rate_ppm())) {
      beacon->record.set_weight_micro(core::SampleWeightMicro(message.sample_rate_ppm()));
      return std::nullopt;
    }
    // Weight 0: kept to look at, counted nowhere.
    if (message.kept_unsampled() || HasConversion(message)) return std::nullopt;
    return EndWith(v1::OUTCOME_SAMPLED_OUT);
  });
}

void Pipeline::Append(InFlight beacon, ItemKind kind, SubmitCallback done) {
  append_(store::ToNewRecord(beacon.record),
          [this, kind, done = std::move(done)](const store::AppendResult& appended) mutable {
            SubmitResult result = ResultOf(appended);
            outcomes_.Add(result.outcome, kind);
            done(std::move(result));
          });
}

}  // namespace paceline::ingest
