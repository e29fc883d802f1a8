#include "collector/query/session_conversions.h"

#include <algorithm>
#include <map>
#include <utility>

namespace paceline::query {
namespace {

bool IsRefund(const v1::ExternalConversion& conversion) {
  return conversion.value_minor() < 0 || !conversion.refunds().empty();
}

SessionConversion FromPage(const v1::FactConversion& fact, const v1::PageViewFact& page_view) {
  return {fact.at_unix_ms(),      fact.type(),     fact.id(),
          fact.value_minor(),     fact.currency(), "page",
          fact.value_minor() < 0, &page_view,      &fact};
}

SessionConversion FromOutside(const v1::ExternalConversion& told) {
  return {told.occurred_unix_ms(), told.type(),     told.id(),
          told.value_minor(),      told.currency(), told.source(),
          IsRefund(told),          nullptr,         nullptr};
}

// The page view that began last before `unix_ms`; the first when none had.
uint32_t PageViewAt(const v1::GetJourneyResponse& journey, double unix_ms) {
  uint32_t index = 0;
  for (int i = 0; i < journey.page_views_size(); ++i) {
    if (journey.page_views(i).began_unix_ms() <= unix_ms) index = static_cast<uint32_t>(i);
  }
  return index;
}

}  // namespace

std::vector<SessionConversion> ConversionsOf(const v1::SessionRecord& session,
                                             const std::vector<v1::PageViewFact>& facts) {
  std::vector<SessionConversion> conversions;
  std::map<std::pair<std::string, std::string>, size_t> known;
  const auto add = [&](SessionConversion conversion) {
    if (!conversion.id.empty()) {
      const auto [at, is_new] =
          known.try_emplace({conversion.type, conversion.id}, conversions.size());
      if (!is_new) {
        SessionConversion& first = conversions[at->second];
        if (first.fact != nullptr) return;
        first.page_view = conversion.page_view;
        first.fact = conversion.fact;
        return;
      }
    }
    conversions.push_back(std::move(conversion));
  };
  for (const v1::ExternalConversion& told : session.external_conversions()) add(FromOutside(told));
  for (const v1::PageViewFact& page_view : facts) {
    for (const v1::FactConversion& fact : page_view.conversions()) add(FromPage(fact, page_view));
  }
  std::stable_sort(conversions.begin(), conversions.end(),
                   [](const SessionConversion& a, const SessionConversion& b) {
                     return a.at_unix_ms < b.at_unix_ms;
                   });
  return conversions;
}

void AddExternalConversions(const std::vector<v1::JournalRecord>& records,
                            v1::GetJourneyResponse* journey) {
  for (const v1::JournalRecord& record : records) {
    if (!record.has_external_conversion()) continue;
    const v1::ExternalConversion& told = record.external_conversion();
    v1::JourneyEvent* event = journey->add_events();
    event->set_at_unix_ms(static_cast<double>(told.occurred_unix_ms()));
    event->set_page_view_index(PageViewAt(*journey, event->at_unix_ms()));
    auto* conversion = event->mutable_external_conversion();
    conversion->set_type(told.type());
    conversion->set_value_minor(static_cast<double>(told.value_minor()));
    conversion->set_currency(told.currency());
    conversion->set_id(told.id());
    conversion->set_origin(told.source());
    conversion->set_refunds(told.refunds());
    for (const auto& attribute : told.attributes()) {
      v1::Tag* tag = conversion->add_attributes();
      tag->set_key(attribute.key());
      tag->set_value(attribute.value());
    }
  }
}

}  // namespace paceline::query
