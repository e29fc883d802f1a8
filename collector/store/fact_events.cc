#include "collector/store/fact_events.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "core/base/currency.h"

namespace paceline::store {
namespace {

constexpr uint32_t kFirstFailureStatus = 400;
// Beacons are refused beyond these (ingest/validate_beacon.cc); raw batches say what a conversion
// is only when they are interpreted.
constexpr size_t kMaxTypeBytes = 64;
constexpr size_t kMaxIdBytes = 255;

std::string StringAt(const v1::Beacon& beacon, uint32_t ref) {
  const bool there = ref > 0 && ref <= static_cast<uint32_t>(beacon.strings_size());
  return there ? beacon.strings(static_cast<int>(ref) - 1) : std::string();
}

bool IsKept(const v1::FactConversion& fact) {
  return fact.type().size() <= kMaxTypeBytes && fact.id().size() <= kMaxIdBytes &&
         (fact.currency().empty() || !core::CurrencyCode(fact.currency()).empty());
}

v1::FactConversion FactOf(const v1::Beacon& beacon, const v1::Event::Conversion& conversion,
                          uint64_t at_unix_ms) {
  v1::FactConversion fact;
  fact.set_at_unix_ms(at_unix_ms);
  fact.set_type(StringAt(beacon, conversion.type_ref()));
  fact.set_id(StringAt(beacon, conversion.id_ref()));
  fact.set_value_minor(conversion.value_minor());
  fact.set_currency(StringAt(beacon, conversion.currency_ref()));
  if (conversion.has_lcp_100us()) fact.set_lcp_100us(conversion.lcp_100us());
  if (conversion.has_inp_100us()) fact.set_inp_100us(conversion.inp_100us());
  if (conversion.has_fid_100us()) fact.set_fid_100us(conversion.fid_100us());
  if (conversion.has_cls_nano()) fact.set_cls_nano(conversion.cls_nano());
  if (conversion.has_load_100us()) fact.set_load_100us(conversion.load_100us());
  fact.set_pages_visited(conversion.pages_visited());
  fact.set_time_on_site_ms(conversion.time_on_site_ms());
  fact.set_bounce_risk_permille(conversion.bounce_risk_permille());
  return fact;
}

// By time; what else differs makes it a total order, so that equal sets have equal bytes.
bool IsBefore(const v1::FactConversion& a, const v1::FactConversion& b) {
  const auto order = [](const v1::FactConversion& one) {
    return std::tuple(one.at_unix_ms(), std::string_view(one.type()), std::string_view(one.id()),
                      one.value_minor(), std::string_view(one.currency()));
  };
  if (order(a) != order(b)) return order(a) < order(b);
  // What says more comes first.
  if (a.ByteSizeLong() != b.ByteSizeLong()) return a.ByteSizeLong() > b.ByteSizeLong();
  return a.SerializeAsString() < b.SerializeAsString();
}

// The earliest of one type and id stays; so do the kMaxConversionsPerPageView earliest of all.
void AddConversion(v1::FactConversion conversion, v1::PageViewFact* fact) {
  if (!IsKept(conversion)) return;
  auto* kept = fact->mutable_conversions();
  const bool full = kept->size() >= kMaxConversionsPerPageView;
  // One of the same type and id is no later than the last.
  if (full && !IsBefore(conversion, kept->Get(kept->size() - 1))) return;
  if (!conversion.id().empty()) {
    const auto same = std::find_if(kept->begin(), kept->end(), [&](const auto& one) {
      return one.id() == conversion.id() && one.type() == conversion.type();
    });
    if (same != kept->end()) {
      if (!IsBefore(conversion, *same)) return;
      kept->erase(same);
    }
  }
  if (kept->size() >= kMaxConversionsPerPageView) kept->RemoveLast();
  *kept->Add() = std::move(conversion);
  for (int at = kept->size() - 1; at > 0 && IsBefore(kept->Get(at), kept->Get(at - 1)); --at) {
    kept->SwapElements(at, at - 1);
  }
}

}  // namespace

bool IsFailure(const v1::ApiCall& call) {
  return call.failure() == v1::ApiCall::FAILURE_NETWORK ||
         call.failure() == v1::ApiCall::FAILURE_TIMEOUT || call.status() >= kFirstFailureStatus;
}

void CountEvent(const v1::Beacon& beacon, const v1::Event& event, uint64_t at_unix_ms,
                v1::PageViewFact* fact) {
  switch (event.event_case()) {
    case v1::Event::kClick:
      return fact->set_clicks(fact->clicks() + 1);
    case v1::Event::kRageClick:
      return fact->set_rage_clicks(fact->rage_clicks() + 1);
    case v1::Event::kDeadClick:
      return fact->set_dead_clicks(fact->dead_clicks() + 1);
    case v1::Event::kErrorClick:
      return fact->set_error_clicks(fact->error_clicks() + 1);
    case v1::Event::kError:
      return fact->set_errors(fact->errors() + 1);
    case v1::Event::kLongTask:
      return fact->set_long_tasks(fact->long_tasks() + 1);
    case v1::Event::kResource:
      return fact->set_resources(fact->resources() + 1);
    case v1::Event::kJourneyStep:
      return fact->set_journey_steps(fact->journey_steps() + 1);
    case v1::Event::kApiCall:
      fact->set_api_calls(fact->api_calls() + 1);
      if (IsFailure(event.api_call())) fact->set_failed_api_calls(fact->failed_api_calls() + 1);
      return;
    case v1::Event::kConversion:
      return AddConversion(FactOf(beacon, event.conversion(), at_unix_ms), fact);
    case v1::Event::kLayoutShift:
      // Shifts after recent input are expected by the visitor, and are no part of CLS.
      if (!event.layout_shift().had_recent_input()) {
        fact->set_layout_shifts(fact->layout_shifts() + 1);
      }
      return;
    case v1::Event::kInteraction:
      if (event.interaction().duration_100us() > kSlowInteraction100us) {
        fact->set_slow_interactions(fact->slow_interactions() + 1);
      }
      return;
    default:
      return;
  }
}

}  // namespace paceline::store
