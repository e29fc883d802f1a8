// Conversions that other systems tell of: a checkout, a booking service, the site's own server.
//
// Each is stored as a record of the session it belongs to, once, however often it is told; so a
// late one amends its session, and deleting the session takes it along. The session is the one
// whose reference the other system was given; for a refund that names none, the one that has what
// it takes back; and for what names nobody, a session of its own without page views.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/ingest/pseudonyms.h"
#include "collector/ingest/submit.h"
#include "collector/store/store.h"

namespace paceline::ingest {

// Who tells: part of a conversion's identity.
inline constexpr std::string_view kConversionSources[] = {"api", "stripe", "calendly",
                                                          "woocommerce"};

// What was told, not yet bound to a session.
struct ConversionReport {
  // One of kConversionSources.
  std::string source;
  // The source's id of it. The same one counts once.
  std::string id;
  // Other ids that later reports may call it by.
  std::vector<std::string> aliases;
  // purchase_completed, consultation_booked, …
  std::string type;
  // The session's id, 32 hexadecimal digits; empty or anything else: none.
  std::string reference;
  std::optional<int64_t> value_minor;
  // ISO 4217, upper case. With a value.
  std::string currency;
  // 0: when it was received.
  uint64_t occurred_unix_ms = 0;
  bool is_refund = false;
  // Id or alias of what the refund takes back. A refund without a value takes back all of it.
  std::string refunds;
  std::vector<std::pair<std::string, std::string>> attributes;
  // Whether a second report under the same id has to say the same. Webhooks tell what has changed
  // meanwhile again under the same id, and that is no mistake.
  bool must_repeat_exactly = false;
};

// How many were told, by source and by what became of them. Thread-safe.
class ConversionCounter {
 public:
  ConversionCounter();
  // `result`: joined, unjoined, or an OutcomeName, or one of the names in the .cc file.
  void Add(std::string_view source, std::string_view result);

  struct Count {
    std::string source;
    std::string result;
    uint64_t count;
  };
  std::vector<Count> Snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, uint64_t> counts_;
};

// Thread-safe.
class ExternalConversions {
 public:
  // The store outlives it.
  ExternalConversions(std::vector<std::string> sites, store::Store* store);

  bool HasSite(std::string_view site) const;

  // Stores `report` for `site`. OUTCOME_ACCEPTED and OUTCOME_DUPLICATE mean stored and synced.
  void Submit(const std::string& site, ConversionReport report, uint64_t now_unix_ms,
              SubmitCallback done);

  // The same for what one webhook tells; answers once, with the first result that is no success.
  void SubmitAll(const std::string& site, std::vector<ConversionReport> reports,
                 uint64_t now_unix_ms, SubmitCallback done);

  ConversionCounter& counter() { return counter_; }
  const ConversionCounter& counter() const { return counter_; }

 private:
  struct Place {
    std::string session_id;
    // The session has page views of its own: it is joined.
    bool joined = false;
    // What is refunded; nothing when it is not known.
    std::optional<v1::ExternalConversion> original;
  };
  absl::StatusOr<Place> FindPlace(const std::string& site, const ConversionReport& report,
                                  const std::string& document_id) const;
  absl::StatusOr<std::optional<v1::SessionRecord>> FindRefunded(
      const std::string& site, const ConversionReport& report) const;

  const std::set<std::string, std::less<>> sites_;
  store::Store* const store_;
  const Pseudonyms pseudonyms_;
  ConversionCounter counter_;
};

}  // namespace paceline::ingest
