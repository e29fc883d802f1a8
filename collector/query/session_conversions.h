// What a session brought: the conversions that its pages sent and those that other systems told of,
// each once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "paceline/v1/query.pb.h"
#include "paceline/v1/record.pb.h"

namespace paceline::query {

struct SessionConversion {
  uint64_t at_unix_ms = 0;
  std::string type;
  std::string id;
  // Of a refund: below zero.
  int64_t value_minor = 0;
  std::string currency;
  // page, or who told: api, stripe, calendly, woocommerce.
  std::string origin;
  // Takes value back, and is no conversion of its own.
  bool refund = false;
  // The page that sent it; null when only another system told of it. Points into `facts`.
  const v1::PageViewFact* page_view = nullptr;
  const v1::FactConversion* fact = nullptr;
};

// In the order of time. Of several with the same type and id, the first told by another system
// counts, then the first page's: a confirmation page and a webhook may both speak of one order, and
// anybody can write what a page says. The page is remembered for the speed that was felt. `facts`
// outlives the answer.
std::vector<SessionConversion> ConversionsOf(const v1::SessionRecord& session,
                                             const std::vector<v1::PageViewFact>& facts);

// Adds each external conversion among `records` to the journey's events, on the page view that was
// open then.
void AddExternalConversions(const std::vector<v1::JournalRecord>& records,
                            v1::GetJourneyResponse* journey);

}  // namespace paceline::query
