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

template <typename Message>
Message Parse(std::string_view body) {
  Message message;
  // What cannot be read counts as empty: whoever writes records has parsed them.
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) message.Clear();
  return message;
}

bool IsKept(const v1::FactConversion& fact) {
  return fact.type().size() <= kMaxTypeBytes && fact.id().size() <= kMaxIdBytes &&
         (fact.currency().empty() || !core::CurrencyCode(fact.currency()).empty());
}

v1::FactConversion FactOf(const RecordView& beacon, const v1::Event::Conversion& conversion,
                          uint64_t at_unix_ms) {
  v1::FactConversion fact;
  fact.set_at_unix_ms(at_unix_ms);
  fact.set_type(std::string(beacon.Text(conversion.type_ref())));
  fact.set_id(std::string(beacon.Text(conversion.id_ref())));
  fact.set_value_minor(conversion.value_minor());
  fact.set_currency(std::string(beacon.Text(conversion.currency_ref())));
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
void AddConversion(v1::FactConversion conversion, std::vector<v1::FactConversion>* kept) {
  if (!IsKept(conversion)) return;
  const bool full = kept->size() >= kMaxConversionsPerPageView;
  // One of the same type and id is no later than the last.
  if (full && !IsBefore(conversion, kept->back())) return;
  if (!conversion.id().empty()) {
    const auto same = std::find_if(kept->begin(), kept->end(), [&](const auto& one) {
      return one.id() == conversion.id() && one.type() == conversion.type();
    });
    if (same != kept->end()) {
      if (!IsBefore(conversion, *same)) return;
      kept->erase(same);
    }
  }
  if (kept->size() >= kMaxConversionsPerPageView) kept->pop_back();
  kept->insert(std::upper_bound(kept->begin(), kept->end(), conversion, IsBefore),
               std::move(conversion));
}

}  // namespace

bool IsFailure(const v1::ApiCall& call) {
  return call.failure() == v1::ApiCall::FAILURE_NETWORK ||
         call.failure() == v1::ApiCall::FAILURE_TIMEOUT || call.status() >= kFirstFailureStatus;
}

void CountEvent(const RecordView& beacon, const EventView& event, uint64_t at_unix_ms,
                PageFact* fact) {
  switch (event.kind) {
    case v1::Event::kClick:
      ++(*fact)[Counter::kClicks];
      return;
    case v1::Event::kRageClick:
      ++(*fact)[Counter::kRageClicks];
      return;
    case v1::Event::kDeadClick:
      ++(*fact)[Counter::kDeadClicks];
      return;
    case v1::Event::kErrorClick:
      ++(*fact)[Counter::kErrorClicks];
      return;
    case v1::Event::kError:
      ++(*fact)[Counter::kErrors];
      return;
    case v1::Event::kLongTask:
      ++(*fact)[Counter::kLongTasks];
      return;
    case v1::Event::kResource:
      ++(*fact)[Counter::kResources];
      return;
    case v1::Event::kJourneyStep:
      ++(*fact)[Counter::kJourneySteps];
      return;
    case v1::Event::kApiCall:
      ++(*fact)[Counter::kApiCalls];
      if (IsFailure(Parse<v1::ApiCall>(event.body))) ++(*fact)[Counter::kFailedApiCalls];
      return;
    case v1::Event::kConversion:
      return AddConversion(FactOf(beacon, Parse<v1::Event::Conversion>(event.body), at_unix_ms),
                           &fact->conversions);
    case v1::Event::kLayoutShift:
      // Shifts after recent input are expected by the visitor, and are no part of CLS.
      if (!Parse<v1::Event::LayoutShift>(event.body).had_recent_input()) {
        ++(*fact)[Counter::kLayoutShifts];
      }
      return;
    case v1::Event::kInteraction:
      if (Parse<v1::Event::Interaction>(event.body).duration_100us() > kSlowInteraction100us) {
        ++(*fact)[Counter::kSlowInteractions];
      }
      return;
    default:
      return;
  }
}

}  // namespace paceline::store
