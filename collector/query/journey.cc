#include "collector/query/journey.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "collector/analysis/distribution.h"
#include "collector/query/request.h"
#include "collector/query/session_summary.h"
#include "collector/store/fold.h"
#include "core/base/units.h"

namespace paceline::query {
namespace {

// Bounds of one answer. A record names a string once and may refer to it thousands of times; an
// answer repeats it.
constexpr int kMaxJourneyEvents = 10'000;
constexpr size_t kMaxJourneyBytes = 4u << 20;

double Ms(uint32_t in_100us) { return static_cast<double>(in_100us) / core::k100usPerMillisecond; }

const std::string& StringAt(const v1::Beacon& beacon, uint32_t ref) {
  static const auto& none = *new std::string;
  // What is stored is valid; a corrupt reference is shown as none rather than followed.
  return ref == 0 || ref > static_cast<uint32_t>(beacon.strings_size())
             ? none
             : beacon.strings(static_cast<int>(ref) - 1);
}

v1::VitalValue ValueOf(v1::Metric metric, uint64_t value, v1::Rating rating) {
  v1::VitalValue out;
  out.set_metric(metric);
  out.set_rating(rating);
  out.set_value(
      analysis::ToDisplayUnit(static_cast<core::Metric>(metric), static_cast<double>(value)));
  return out;
}

void SetAttribution(const v1::Beacon& beacon, const v1::Vital& vital, v1::VitalValue* out) {
  if (vital.has_lcp()) {
    out->set_target(StringAt(beacon, vital.lcp().target_ref()));
    out->set_url(StringAt(beacon, vital.lcp().url_ref()));
  } else if (vital.has_cls()) {
    out->set_target(StringAt(beacon, vital.cls().largest_shift_target_ref()));
  } else if (vital.has_interaction()) {
    out->set_target(StringAt(beacon, vital.interaction().target_ref()));
    out->set_interaction_name(StringAt(beacon, vital.interaction().name_ref()));
    out->set_input_delay_ms(Ms(vital.interaction().input_delay_100us()));
    out->set_processing_ms(Ms(vital.interaction().processing_100us()));
    out->set_presentation_ms(Ms(vital.interaction().presentation_100us()));
  }
}

v1::JourneyEvent::LayoutShift ShiftOf(const v1::Beacon& beacon,
                                      const v1::Event::LayoutShift& shift) {
  v1::JourneyEvent::LayoutShift out;
  out.set_value(static_cast<double>(shift.value_nano()) / core::kNanoPerUnit);
  out.set_had_recent_input(shift.had_recent_input());
  for (const auto& source : shift.sources()) {
    auto* to = out.add_sources();
    to->set_target(StringAt(beacon, source.target_ref()));
    *to->mutable_previous() = source.previous();
    *to->mutable_current() = source.current();
  }
  return out;
}

// False when this version does not know what happened.
bool SetEvent(const v1::Beacon& beacon, const v1::Event& event, v1::JourneyEvent* out) {
  switch (event.event_case()) {
    case v1::Event::kVital: {
      const v1::Vital& vital = event.vital();
      v1::VitalValue* value = out->mutable_vital();
      *value = ValueOf(vital.metric(), vital.value(), vital.rating());
      SetAttribution(beacon, vital, value);
      return true;
    }
    case v1::Event::kLayoutShift:
      *out->mutable_layout_shift() = ShiftOf(beacon, event.layout_shift());
      return true;
    case v1::Event::kInteraction: {
      auto* to = out->mutable_interaction();
      to->set_name(StringAt(beacon, event.interaction().name_ref()));
      to->set_target(StringAt(beacon, event.interaction().target_ref()));
      to->set_duration_ms(Ms(event.interaction().duration_100us()));
      to->set_input_delay_ms(Ms(event.interaction().input_delay_100us()));
      to->set_processing_ms(Ms(event.interaction().processing_100us()));
      return true;
    }
    case v1::Event::kClick: {
      auto* to = out->mutable_click();
      to->set_target(StringAt(beacon, event.click().target_ref()));
      to->set_x(event.click().x());
      to->set_y(event.click().y());
      return true;
    }
    case v1::Event::kRageClick: {
      auto* to = out->mutable_rage_click();
      to->set_target(StringAt(beacon, event.rage_click().target_ref()));
      to->set_count(event.rage_click().count());
      to->set_x(event.rage_click().x());
      to->set_y(event.rage_click().y());
      to->set_duration_ms(Ms(event.rage_click().duration_100us()));
      return true;
    }
    case v1::Event::kVisibilityChange:
      out->mutable_visibility_change()->set_hidden(event.visibility_change().hidden());
      return true;
    default:
      return false;
  }
}

class Teller {
 public:
  explicit Teller(v1::GetJourneyResponse* journey) : journey_(journey) {}

  void AddPageView(const v1::PageViewFact& fact) {
    const auto index = static_cast<uint32_t>(journey_->page_views_size());
    index_of_[{fact.document_id(), fact.page_view()}] = index;
    v1::JourneyPageView* view = journey_->add_page_views();
    view->set_document_id(ToHex(fact.document_id()));
    view->set_page_view(fact.page_view());
    view->set_began_unix_ms(static_cast<double>(fact.began_unix_ms()));
    view->set_last_seen_unix_ms(static_cast<double>(fact.last_seen_unix_ms()));
    view->set_url(fact.url());
    view->set_page_group(fact.dimensions().page_group());
    view->set_referrer(fact.referrer());
    view->set_navigation_type(fact.navigation_type());
    for (const v1::FactVital& vital : fact.vitals()) {
      final_[{index, vital.metric()}] = {view->vitals_size(), vital.sequence()};
      *view->add_vitals() = ValueOf(vital.metric(), vital.value(), vital.rating());
    }
  }

  void AddBeacon(const store::EffectiveBeacon& effective) {
    const v1::Beacon& beacon = effective.beacon;
    for (const v1::PageView& header : beacon.page_views()) SetViewport(beacon, header);
    for (const v1::Event& event : beacon.events()) {
      const auto index = index_of_.find({beacon.document_id(), event.page_view()});
      if (index == index_of_.end()) continue;
      if (event.has_vital()) SetFinalAttribution(index->second, beacon, event.vital());
      v1::JourneyEvent out;
      if (!SetEvent(beacon, event, &out)) continue;
      out.set_page_view_index(index->second);
      out.set_at_unix_ms(static_cast<double>(store::UnixMsOf(effective, event.at_100us())));
      bytes_ += out.ByteSizeLong();
      if (journey_->events_size() >= kMaxJourneyEvents || bytes_ > kMaxJourneyBytes) {
        journey_->set_truncated(true);
        return;
      }
      *journey_->add_events() = std::move(out);
    }
  }

  void SortEvents() {
    std::stable_sort(journey_->mutable_events()->begin(), journey_->mutable_events()->end(),
                     [](const v1::JourneyEvent& a, const v1::JourneyEvent& b) {
                       return a.at_unix_ms() < b.at_unix_ms();
                     });
  }

 private:
  struct FinalVital {
    // In the page view's vitals.
    int position = 0;
    // Of the beacon that gave the value.
    uint32_t sequence = 0;
  };

  void SetViewport(const v1::Beacon& beacon, const v1::PageView& header) {
    const auto found = index_of_.find({beacon.document_id(), header.index()});
    const v1::Context& context = beacon.context();
    if (found == index_of_.end() || context.viewport_width() == 0) return;
    auto* view = journey_->mutable_page_views(static_cast<int>(found->second));
    view->set_viewport_width(context.viewport_width());
    view->set_viewport_height(context.viewport_height());
  }

  void SetFinalAttribution(uint32_t page_view, const v1::Beacon& beacon, const v1::Vital& vital) {
    const auto found = final_.find({page_view, vital.metric()});
    if (found == final_.end() || found->second.sequence != beacon.sequence()) return;
    SetAttribution(beacon, vital,
                   journey_->mutable_page_views(static_cast<int>(page_view))
                       ->mutable_vitals(found->second.position));
  }

  v1::GetJourneyResponse* const journey_;
  // (document, page view) → index in the answer.
  std::map<std::pair<std::string, uint32_t>, uint32_t> index_of_;
  std::map<std::pair<uint32_t, int>, FinalVital> final_;
  size_t bytes_ = 0;
};

}  // namespace

v1::GetJourneyResponse TellJourney(const v1::SessionRecord& session,
                                   const std::vector<v1::PageViewFact>& facts,
                                   const std::vector<v1::JournalRecord>& records) {
  v1::GetJourneyResponse journey;
  *journey.mutable_session() = Summarize(session, facts);
  Teller teller(&journey);
  for (const v1::PageViewFact& fact : facts) teller.AddPageView(fact);
  for (const store::EffectiveBeacon& beacon : store::EffectiveBeacons(records)) {
    teller.AddBeacon(beacon);
  }
  teller.SortEvents();
  return journey;
}

}  // namespace paceline::query
