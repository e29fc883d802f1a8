#include "collector/ingest/external_conversion.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "collector/ingest/limits.h"
#include "collector/ingest/money.h"
#include "collector/ingest/outcome_counter.h"
#include "collector/ingest/refusal.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/scrub_text.h"
#include "core/base/utf8.h"

namespace paceline::ingest {
namespace {

constexpr size_t kMaxIdBytes = 255;
constexpr size_t kMaxTypeBytes = 64;
constexpr size_t kMaxAttributes = 16;
constexpr size_t kMaxKeyBytes = 64;
constexpr size_t kMaxValueBytes = 256;
constexpr size_t kReferenceDigits = 32;
// Other clocks are wrong, too; what is further ahead is taken as of now.
constexpr uint64_t kMaxLeadMs = 5 * 60 * 1000;

constexpr std::string_view kResults[] = {"joined",
                                         "unjoined",
                                         "duplicate",
                                         "conflict",
                                         "ignored",
                                         "refused_signature",
                                         "refused_malformed",
                                         "refused_invalid",
                                         "refused_unknown_site",
                                         "refused_too_large",
                                         "overloaded",
                                         "unavailable",
                                         "refused_session_limit",
                                         "rate_limited"};

std::string ExternalId(std::string_view source, std::string_view id) {
  const std::string text =
      absl::StrCat(absl::string_view(source.data(), source.size()), absl::string_view("\0", 1),
                   absl::string_view(id.data(), id.size()));
  XXH64_canonical_t bytes;
  XXH64_canonicalFromHash(&bytes, XXH3_64bits(text.data(), text.size()));
  return {reinterpret_cast<const char*>(bytes.digest), sizeof bytes.digest};
}

// What two reports under one id have to have in common.
uint64_t ContentHash(const ConversionReport& report) {
  std::string text = absl::StrCat(report.source, "\n", report.id);
  if (report.must_repeat_exactly) {
    absl::StrAppend(&text, "\n", report.type, "\n", report.value_minor.value_or(0), "\n",
                    report.currency, "\n", report.refunds, "\n", report.reference);
  }
  return XXH3_64bits(text.data(), text.size());
}

std::string SessionIdOf(const std::string& reference) {
  const bool is_id = reference.size() == kReferenceDigits &&
                     reference.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos &&
                     reference.find_first_not_of('0') != std::string::npos;
  return is_id ? absl::HexStringToBytes(reference) : std::string();
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxTypeBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                  c == '.';
         });
}

// The name of a field that no record can hold; empty: there is none.
std::string_view FieldOfNoText(const ConversionReport& report) {
  if (!core::IsValidUtf8(report.id)) return "id";
  if (!core::IsValidUtf8(report.refunds)) return "refunds";
  if (!core::IsValidUtf8(report.type)) return "type";
  if (!core::IsValidUtf8(report.reference)) return "reference";
  const bool texts =
      std::all_of(report.attributes.begin(), report.attributes.end(), [](const auto& attribute) {
        return core::IsValidUtf8(attribute.first) && core::IsValidUtf8(attribute.second);
      });
  return texts ? "" : "attributes";
}

// At most `max_bytes` of what was sent, for an answer that is to be a text.
absl::string_view Shown(std::string_view text, size_t max_bytes) {
  const std::string_view cut = core::CutUtf8(text, max_bytes);
  return {cut.data(), cut.size()};
}

// What is wrong, and what would be right; empty: nothing.
std::string Check(const ConversionReport& report) {
  if (const std::string_view field = FieldOfNoText(report); !field.empty()) {
    return absl::StrCat(absl::string_view(field.data(), field.size()),
                        " is no text; UTF-8 is expected");
  }
  if (report.id.empty() || report.id.size() > kMaxIdBytes) {
    return "id is missing or longer than 255 bytes; give each conversion an id of your own, in "
           "the body or as the Idempotency-Key header, and the same one when you send it again";
  }
  if (!report.is_refund && !IsPlainName(report.type)) {
    return absl::StrCat("type is \"", Shown(report.type, kMaxTypeBytes),
                        "\"; a name as purchase_completed is expected: small letters, digits, "
                        "'_', '-', '.', at most 64");
  }
  if (report.value_minor && !IsCurrency(report.currency)) {
    return absl::StrCat("currency is \"", Shown(report.currency, 8),
                        "\"; with a value, three capital letters of ISO 4217 are expected, as EUR");
  }
  if (report.value_minor &&
      (*report.value_minor > kMaxValueMinor || *report.value_minor < -kMaxValueMinor)) {
    return absl::StrCat("value is ", *report.value_minor, "; at most ", kMaxValueMinor,
                        " is possible, in minor units of the currency");
  }
  if (report.refunds.size() > kMaxIdBytes) return "refunds is longer than 255 bytes";
  if (report.attributes.size() > kMaxAttributes) return "there are more than 16 attributes";
  if (report.occurred_unix_ms != 0 &&
      (report.occurred_unix_ms < kEarliestUnixMs || report.occurred_unix_ms >= kLatestUnixMs)) {
    return absl::StrCat("occurred_unix_ms is ", report.occurred_unix_ms,
                        "; milliseconds since 1970-01-01 UTC are expected");
  }
  return {};
}

std::string Cut(std::string text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

bool HasName(const v1::ExternalConversion& conversion, const std::set<std::string>& names) {
  return names.contains(conversion.document_id()) ||
         std::any_of(conversion.alias_ids().begin(), conversion.alias_ids().end(),
                     [&](const std::string& alias) { return names.contains(alias); });
}

// The ids under which any source may have told of `id`.
std::set<std::string> IdsOfAnySource(const std::string& id) {
  std::set<std::string> ids;
  for (const std::string_view source : kConversionSources) ids.insert(ExternalId(source, id));
  return ids;
}

void SetValue(const ConversionReport& report, const std::optional<v1::ExternalConversion>& original,
              v1::ExternalConversion* conversion) {
  if (!report.is_refund) {
    conversion->set_value_minor(report.value_minor.value_or(0));
    conversion->set_currency(report.value_minor ? report.currency : std::string());
    return;
  }
  conversion->set_refunds(report.refunds);
  if (report.value_minor) {
    conversion->set_value_minor(-std::abs(*report.value_minor));
    conversion->set_currency(report.currency);
  } else if (original) {
    conversion->set_value_minor(-std::abs(original->value_minor()));
    conversion->set_currency(original->currency());
  }
  if (original) conversion->set_type(original->type());
}

v1::JournalRecord MakeRecord(const std::string& site, const ConversionReport& report,
                             const std::string& document_id, const std::string& session_id,
                             const std::optional<v1::ExternalConversion>& original,
                             uint64_t now_unix_ms) {
  v1::JournalRecord record;
  record.set_received_unix_ms(now_unix_ms);
  record.set_content_hash(ContentHash(report));
  v1::ExternalConversion* conversion = record.mutable_external_conversion();
  conversion->set_site(site);
  conversion->set_session_id(session_id);
  conversion->set_document_id(document_id);
  conversion->set_source(report.source);
  conversion->set_id(report.id);
  conversion->set_type(report.type);
  SetValue(report, original, conversion);
  const bool has_time =
      report.occurred_unix_ms != 0 && report.occurred_unix_ms <= now_unix_ms + kMaxLeadMs;
  conversion->set_occurred_unix_ms(has_time ? std::min(report.occurred_unix_ms, now_unix_ms)
                                            : now_unix_ms);
  for (const auto& [key, value] : report.attributes) {
    auto* attribute = conversion->add_attributes();
    attribute->set_key(Cut(ScrubText(key), kMaxKeyBytes));
    attribute->set_value(Cut(ScrubText(value), kMaxValueBytes));
  }
  for (const std::string& alias : report.aliases) {
    if (!alias.empty()) conversion->add_alias_ids(ExternalId(report.source, alias));
  }
  return record;
}

SubmitResult ResultOf(const store::AppendResult& appended) {
  switch (appended.outcome) {
    case store::AppendOutcome::kStored:
      return EndWith(v1::OUTCOME_ACCEPTED);
    case store::AppendOutcome::kDuplicate:
      return EndWith(v1::OUTCOME_DUPLICATE);
    case store::AppendOutcome::kConflict:
      return EndWith(v1::OUTCOME_CONFLICT,
                     "this id was used before, for another conversion; a new one needs an id of "
                     "its own");
    case store::AppendOutcome::kErased:
      return EndWith(v1::OUTCOME_REFUSED_ERASED, "the session was erased");
    case store::AppendOutcome::kSessionLimit:
      return EndWith(v1::OUTCOME_REFUSED_SESSION_LIMIT,
                     "the session has as many conversions as one session may have");
    case store::AppendOutcome::kOverloaded:
      return EndWith(v1::OUTCOME_OVERLOADED, "too much at once; send it again a little later");
    case store::AppendOutcome::kUnavailable:
      break;
  }
  return EndWith(v1::OUTCOME_UNAVAILABLE, "it could not be stored; send it again later");
}

}  // namespace

ConversionCounter::ConversionCounter() {
  for (const std::string_view source : kConversionSources) {
    for (const std::string_view result : kResults) {
      counts_[{std::string(source), std::string(result)}] = 0;
    }
  }
}

void ConversionCounter::Add(std::string_view source, std::string_view result) {
  const std::lock_guard lock(mutex_);
  ++counts_[{std::string(source), std::string(result)}];
}

std::vector<ConversionCounter::Count> ConversionCounter::Snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<Count> counts;
  for (const auto& [key, count] : counts_) counts.push_back({key.first, key.second, count});
  return counts;
}

ExternalConversions::ExternalConversions(std::vector<std::string> sites, store::Store* store)
    : sites_(sites.begin(), sites.end()), store_(store), pseudonyms_(store->Secret()) {}

bool ExternalConversions::HasSite(std::string_view site) const { return sites_.contains(site); }

absl::StatusOr<std::optional<v1::SessionRecord>> ExternalConversions::FindRefunded(
    const std::string& site, const ConversionReport& report) const {
  if (report.refunds.empty()) return std::optional<v1::SessionRecord>();
  // Its own source first: ids of two sources may be alike.
  std::vector<std::string> ids = {ExternalId(report.source, report.refunds)};
  for (const std::string& id : IdsOfAnySource(report.refunds)) ids.push_back(id);
  for (const std::string& id : ids) {
    auto session = store_->FindExternal(site, id);
    if (session.ok()) return std::optional<v1::SessionRecord>(*std::move(session));
    if (!absl::IsNotFound(session.status())) return session.status();
  }
  return std::optional<v1::SessionRecord>();
}

absl::StatusOr<ExternalConversions::Place> ExternalConversions::FindPlace(
    const std::string& site, const ConversionReport& report, const std::string& document_id) const {
  Place place;
  const auto refunded = FindRefunded(site, report);
  if (!refunded.ok()) return refunded.status();
  if (refunded->has_value()) {
    const std::set<std::string> names = IdsOfAnySource(report.refunds);
    for (const auto& one : (*refunded)->external_conversions()) {
      if (!HasName(one, names)) continue;
      place.original = one;
      break;
    }
  }
  // What was told before stays where it is.
  auto session = store_->FindExternal(site, document_id);
  if (absl::IsNotFound(session.status())) {
    const std::string named = SessionIdOf(report.reference);
    if (!named.empty()) {
      place.session_id = named;
      session = store_->ReadSession(site, named);
    } else if (refunded->has_value()) {
      session = **refunded;
    } else {
      place.session_id = std::string(8, '\0') + document_id;
    }
  }
  if (session.ok()) {
    place.session_id = session->session_id();
    place.joined = session->page_views_size() > 0;
  } else if (!absl::IsNotFound(session.status())) {
    return session.status();
  }
  return place;
}

void ExternalConversions::Submit(const std::string& site, ConversionReport report,
                                 uint64_t now_unix_ms, SubmitCallback done) {
  const auto end = [&](SubmitResult result) {
    counter_.Add(report.source, OutcomeName(result.outcome));
    done(std::move(result));
  };
  if (!HasSite(site)) {
    return end(EndWith(
        v1::OUTCOME_REFUSED_UNKNOWN_SITE,
        absl::StrCat("the collector has no site \"", site, "\"; site names one of its settings")));
  }
  if (std::string wrong = Check(report); !wrong.empty()) {
    return end(EndWith(v1::OUTCOME_REFUSED_INVALID, std::move(wrong)));
  }
  const std::string document_id = ExternalId(report.source, report.id);
  const absl::StatusOr<Place> place = FindPlace(site, report, document_id);
  if (!place.ok()) {
    return end(EndWith(v1::OUTCOME_UNAVAILABLE, "it could not be looked up; send it again later"));
  }
  // Webhooks cannot say more than they do: without a value they take back the count alone.
  const bool can_say_more = report.must_repeat_exactly;
  if (report.is_refund && !report.value_minor && !place->original && can_say_more) {
    return end(EndWith(v1::OUTCOME_REFUSED_INVALID,
                       "the conversion that this refunds is not known here, so value and currency "
                       "have to say how much it is"));
  }
  if (report.type.empty()) report.type = "refund";
  v1::JournalRecord record =
      MakeRecord(site, report, document_id, place->session_id, place->original, now_unix_ms);
  // As a page that tells of the same has it: it counts once.
  v1::ExternalConversion* told = record.mutable_external_conversion();
  told->set_id(NameOfConversion(pseudonyms_, site, told->id()));
  told->set_refunds(NameOfConversion(pseudonyms_, site, told->refunds()));
  store_->Append(store::ToNewRecord(record), [this, source = report.source, joined = place->joined,
                                              done = std::move(done)](
                                                 const store::AppendResult& appended) mutable {
    SubmitResult result = ResultOf(appended);
    const bool stored = result.outcome == v1::OUTCOME_ACCEPTED;
    counter_.Add(source, stored ? (joined ? "joined" : "unjoined") : OutcomeName(result.outcome));
    done(std::move(result));
  });
}

void ExternalConversions::SubmitAll(const std::string& site, std::vector<ConversionReport> reports,
                                    uint64_t now_unix_ms, SubmitCallback done) {
  // One after the other: a refund has to find the purchase that came with it.
  struct Progress {
    std::vector<ConversionReport> reports;
    size_t next = 0;
    SubmitCallback done;
  };
  auto progress = std::make_shared<Progress>(Progress{std::move(reports), 0, std::move(done)});
  auto step = std::make_shared<std::function<void(SubmitResult)>>();
  // Holds itself only as long as something is on its way.
  std::weak_ptr<std::function<void(SubmitResult)>> self = step;
  *step = [this, site, now_unix_ms, progress, self](SubmitResult last) {
    const bool failed =
        last.outcome != v1::OUTCOME_ACCEPTED && last.outcome != v1::OUTCOME_DUPLICATE;
    if (failed || progress->next == progress->reports.size())
      return progress->done(std::move(last));
    ConversionReport& report = progress->reports[progress->next++];
    Submit(site, std::move(report), now_unix_ms,
           [step = self.lock()](SubmitResult result) { (*step)(std::move(result)); });
  };
  (*step)(EndWith(v1::OUTCOME_ACCEPTED));
}

}  // namespace paceline::ingest
