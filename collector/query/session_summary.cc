#include "collector/query/session_summary.h"

#include <algorithm>
#include <map>
#include <string>

#include "collector/query/request.h"
#include "collector/query/session_conversions.h"
#include "core/vitals/rating.h"

namespace paceline::query {
namespace {

bool IsCoreWebVital(v1::Metric metric) {
  return core::IsCoreWebVital(static_cast<core::Metric>(metric));
}

bool HasCoreWebVitalRated(const v1::PageViewFact& fact, v1::Rating rating) {
  return std::any_of(fact.vitals().begin(), fact.vitals().end(), [&](const v1::FactVital& vital) {
    return vital.rating() == rating && IsCoreWebVital(vital.metric());
  });
}

// What a list shows of a page view: its path, or what is known instead.
const std::string& PageOf(const v1::PageViewFact& fact) {
  return fact.url().empty() ? fact.dimensions().page_group() : fact.url();
}

void SetConversions(const std::vector<SessionConversion>& conversions,
                    v1::SessionSummary* summary) {
  // As a double, which many of them cannot overflow.
  std::map<std::string, double> revenue;
  for (const SessionConversion& conversion : conversions) {
    if (!conversion.refund) summary->set_conversions(summary->conversions() + 1);
    if (!conversion.currency.empty()) {
      revenue[conversion.currency] += static_cast<double>(conversion.value_minor);
    }
  }
  for (const auto& [currency, value_minor] : revenue) {
    v1::Revenue* one = summary->add_revenue();
    one->set_currency(currency);
    one->set_value_minor(value_minor);
  }
}

void AddCounters(const v1::PageViewFact& fact, v1::SessionSummary* summary) {
  summary->set_errors(summary->errors() + fact.errors());
  summary->set_error_clicks(summary->error_clicks() + fact.error_clicks());
  summary->set_dead_clicks(summary->dead_clicks() + fact.dead_clicks());
  summary->set_api_calls(summary->api_calls() + fact.api_calls());
  summary->set_failed_api_calls(summary->failed_api_calls() + fact.failed_api_calls());
  summary->set_long_tasks(summary->long_tasks() + fact.long_tasks());
}

}  // namespace

v1::SessionSummary Summarize(const v1::SessionRecord& session,
                             const std::vector<v1::PageViewFact>& facts) {
  v1::SessionSummary summary;
  summary.set_session_id(ToHex(session.session_id()));
  summary.set_began_unix_ms(static_cast<double>(session.began_unix_ms()));
  summary.set_last_seen_unix_ms(static_cast<double>(session.last_seen_unix_ms()));
  summary.set_weight(static_cast<double>(session.weight_micro()) / 1e6);

  const v1::Dimensions& dimensions = session.dimensions();
  summary.set_device_type(dimensions.device_type());
  summary.set_device_tier(dimensions.device_tier());
  summary.set_connection(dimensions.connection());
  summary.set_browser(dimensions.browser());
  summary.set_browser_version(dimensions.browser_version());
  summary.set_os(dimensions.os());
  summary.set_bot(dimensions.bot());
  summary.set_in_app_browser(dimensions.in_app_browser());
  summary.set_country(dimensions.country());
  summary.set_region(dimensions.region());

  summary.set_page_views(static_cast<uint32_t>(facts.size()));
  if (!facts.empty()) {
    summary.set_entry_page(PageOf(facts.front()));
    summary.set_exit_page(PageOf(facts.back()));
    summary.set_referrer(facts.front().referrer());
  }
  int worst = v1::RATING_UNSPECIFIED;
  for (const v1::PageViewFact& fact : facts) {
    summary.set_clicks(summary.clicks() + fact.clicks());
    summary.set_rage_clicks(summary.rage_clicks() + fact.rage_clicks());
    AddCounters(fact, &summary);
    for (const v1::FactVital& vital : fact.vitals()) {
      if (IsCoreWebVital(vital.metric())) worst = std::max<int>(worst, vital.rating());
    }
  }
  summary.set_worst_rating(static_cast<v1::Rating>(worst));
  for (const v1::SessionTag& tag : session.tags()) {
    v1::Tag* shown = summary.add_tags();
    shown->set_key(tag.key());
    shown->set_value(tag.value());
  }
  SetConversions(ConversionsOf(session, facts), &summary);
  return summary;
}

bool Matches(const v1::ListSessionsRequest& request, const v1::SessionRecord& session,
             const std::vector<v1::PageViewFact>& facts) {
  using Fact = v1::PageViewFact;
  const auto none = [&](auto condition) {
    return std::none_of(facts.begin(), facts.end(), condition);
  };
  if (!request.page_group().empty() && none([&](const Fact& fact) {
        return fact.dimensions().page_group() == request.page_group();
      })) {
    return false;
  }
  if (request.rating() != v1::RATING_UNSPECIFIED &&
      none([&](const Fact& fact) { return HasCoreWebVitalRated(fact, request.rating()); })) {
    return false;
  }
  if (request.rage_clicks() && none([](const Fact& fact) { return fact.rage_clicks() > 0; })) {
    return false;
  }
  if (request.errors() && none([](const Fact& fact) { return fact.errors() > 0; })) return false;
  if (request.dead_clicks() && none([](const Fact& fact) { return fact.dead_clicks() > 0; })) {
    return false;
  }
  return !request.conversions() || !session.external_conversions().empty() ||
         !none([](const Fact& fact) { return fact.conversions_size() > 0; });
}

}  // namespace paceline::query
