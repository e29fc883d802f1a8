#include "collector/query/journey.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "collector/analysis/distribution.h"
#include "collector/query/error_fingerprint.h"
#include "collector/query/readable.h"
#include "collector/query/request.h"
#include "collector/query/resource_facts.h"
#include "collector/query/session_conversions.h"
#include "collector/query/session_summary.h"
#include "collector/query/slow_events.h"
#include "collector/store/fold.h"
#include "collector/store/session_tags.h"

namespace paceline::query {
namespace {

// Bounds of one answer. A record names a string once and may refer to it thousands of times; an
// answer repeats it.
constexpr int kMaxJourneyEvents = 10'000;
constexpr size_t kMaxJourneyBytes = 4u << 20;

void SetValue(v1::Metric metric, uint64_t value, v1::Rating rating, v1::VitalValue* out) {
  out->set_metric(metric);
  out->set_rating(rating);
  out->set_value(
      analysis::ToDisplayUnit(static_cast<core::Metric>(metric), static_cast<double>(value)));
}

void SetVital(const v1::Beacon& beacon, const v1::Vital& vital, v1::VitalValue* out) {
  MakeReadable(vital, beacon.strings(), out);
  SetValue(vital.metric(), vital.value(), vital.rating(), out);
  out->set_delta(analysis::ToDisplayUnit(static_cast<core::Metric>(vital.metric()),
                                         static_cast<double>(vital.delta())));
  // What most readers ask for, whatever the vital.
  if (out->has_lcp()) {
    out->set_target(out->lcp().target());
    out->set_url(out->lcp().url());
  } else if (out->has_cls()) {
    out->set_target(out->cls().largest_shift_target());
  } else if (out->has_interaction()) {
    out->set_target(out->interaction().target());
    out->set_interaction_name(out->interaction().name());
    out->set_input_delay_ms(out->interaction().input_delay_ms());
    out->set_processing_ms(out->interaction().processing_ms());
    out->set_presentation_ms(out->interaction().presentation_ms());
  }
}

// False when this version does not know what happened.
bool SetEvent(const v1::Beacon& beacon, const v1::Event& event, v1::JourneyEvent* out) {
  if (event.has_vital()) {
    SetVital(beacon, event.vital(), out->mutable_vital());
    return true;
  }
  // Both know the kinds by the same names.
  static const auto* const kinds = v1::Event::descriptor()->FindOneofByName("event");
  const auto* const kind = event.GetReflection()->GetOneofFieldDescriptor(event, kinds);
  if (kind == nullptr) return false;
  const auto* const shown = v1::JourneyEvent::descriptor()->FindFieldByName(kind->name());
  if (shown == nullptr) return false;
  MakeReadable(event.GetReflection()->GetMessage(event, kind), beacon.strings(),
               out->GetReflection()->MutableMessage(out, shown));
  MarkSlow(out);
  return true;
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
      SetValue(vital.metric(), vital.value(), vital.rating(), view->add_vitals());
    }
  }

  void AddBeacon(const store::EffectiveBeacon& effective) {
    const v1::Beacon& beacon = effective.beacon;
    for (const v1::PageView& header : beacon.page_views()) SetContext(effective, header);
    for (const v1::Event& event : beacon.events()) {
      const auto index = index_of_.find({beacon.document_id(), event.page_view()});
      if (index == index_of_.end()) continue;
      if (event.has_vital()) SetFinalAttribution(index->second, beacon, event.vital());
      v1::JourneyEvent out;
      if (!SetEvent(beacon, event, &out)) continue;
      SetFingerprint(beacon, event, &out);
      out.set_page_view_index(index->second);
      out.set_at_unix_ms(static_cast<double>(store::UnixMsOf(effective, event.at_100us())));
      if (event.has_resource()) TakeResource(beacon, event.resource(), &out);
      if (!AddEvent(std::move(out))) return;
    }
  }

  // What the resources of each page view weigh.
  void AddBundles(const BundleBudget& budget) {
    for (auto& [page_view, bundle] : bundles_) {
      Judge(budget, &bundle.sums);
      v1::JourneyEvent out;
      out.set_page_view_index(page_view);
      out.set_at_unix_ms(bundle.ended_unix_ms);
      *out.mutable_bundle() = std::move(bundle.sums);
      if (!AddEvent(std::move(out))) return;
    }
  }

  void SortEvents() {
    std::stable_sort(journey_->mutable_events()->begin(), journey_->mutable_events()->end(),
                     [](const v1::JourneyEvent& a, const v1::JourneyEvent& b) {
                       return a.at_unix_ms() < b.at_unix_ms();
                     });
  }

 private:
  // The error that answered a click stands before it.
  void SetFingerprint(const v1::Beacon& beacon, const v1::Event& event, v1::JourneyEvent* out) {
    if (event.has_error()) {
      last_fingerprint_ = FingerprintOf(event.error(), beacon.strings());
      out->mutable_error()->set_fingerprint(last_fingerprint_);
    } else if (event.has_error_click() && event.error_click().fingerprint() == 0) {
      out->mutable_error_click()->set_fingerprint(last_fingerprint_);
    }
  }

  struct PageBundle {
    v1::JourneyEvent::Bundle sums;
    // Of the last resource.
    double ended_unix_ms = 0;
  };

  // False: there is no room for more.
  bool AddEvent(v1::JourneyEvent event) {
    bytes_ += event.ByteSizeLong();
    if (journey_->events_size() >= kMaxJourneyEvents || bytes_ > kMaxJourneyBytes) {
      journey_->set_truncated(true);
      return false;
    }
    *journey_->add_events() = std::move(event);
    return true;
  }

  void TakeResource(const v1::Beacon& beacon, const v1::Resource& said, v1::JourneyEvent* out) {
    const v1::Resource resource = Completed(said, beacon.strings());
    out->mutable_resource()->set_type(resource.type());
    out->mutable_resource()->set_third_party(resource.third_party());
    out->mutable_resource()->set_cached(resource.cached());
    PageBundle& bundle = bundles_[out->page_view_index()];
    AddTo(resource, &bundle.sums);
    bundle.ended_unix_ms =
        std::max(bundle.ended_unix_ms, out->at_unix_ms() + out->resource().duration_ms());
  }

  struct FinalVital {
    // In the page view's vitals.
    int position = 0;
    // Of the beacon that gave the value.
    uint32_t sequence = 0;
  };

  void SetContext(const store::EffectiveBeacon& effective, const v1::PageView& header) {
    const v1::Beacon& beacon = effective.beacon;
    const auto found = index_of_.find({beacon.document_id(), header.index()});
    if (found == index_of_.end()) return;
    auto* view = journey_->mutable_page_views(static_cast<int>(found->second));
    view->set_clock_offset_ms(static_cast<double>(effective.clock_offset_ms));
    if (!beacon.has_context()) return;
    const v1::Context& context = beacon.context();
    view->clear_context();
    MakeReadable(context, beacon.strings(), view->mutable_context());
    for (int i = 0; i + 1 < context.tag_refs_size(); i += 2) {
      SetTag(TextAt(beacon.strings(), context.tag_refs(i)),
             TextAt(beacon.strings(), context.tag_refs(i + 1)), view);
    }
    if (context.viewport_width() == 0) return;
    view->set_viewport_width(context.viewport_width());
    view->set_viewport_height(context.viewport_height());
  }

  void SetTag(const std::string& key, const std::string& value, v1::JourneyPageView* view) {
    auto* tags = view->mutable_tags();
    const auto known = std::find_if(tags->begin(), tags->end(),
                                    [&key](const v1::Tag& tag) { return tag.key() == key; });
    if (known == tags->end() && tags->size() >= store::kMaxTagsPerSession) return;
    const size_t before = known == tags->end() ? 0 : known->ByteSizeLong();
    v1::Tag tag;
    tag.set_key(key);
    tag.set_value(value);
    const size_t bytes = bytes_ - before + tag.ByteSizeLong();
    if (bytes > kMaxJourneyBytes) return journey_->set_truncated(true);
    bytes_ = bytes;
    (known == tags->end() ? *tags->Add() : *known) = std::move(tag);
  }

  void SetFinalAttribution(uint32_t page_view, const v1::Beacon& beacon, const v1::Vital& vital) {
    const auto found = final_.find({page_view, vital.metric()});
    if (found == final_.end() || found->second.sequence != beacon.sequence()) return;
    SetVital(beacon, vital,
             journey_->mutable_page_views(static_cast<int>(page_view))
                 ->mutable_vitals(found->second.position));
  }

  v1::GetJourneyResponse* const journey_;
  // (document, page view) → index in the answer.
  std::map<std::pair<std::string, uint32_t>, uint32_t> index_of_;
  std::map<std::pair<uint32_t, int>, FinalVital> final_;
  // By index of the page view.
  std::map<uint32_t, PageBundle> bundles_;
  // Of the events and of the tags.
  size_t bytes_ = 0;
  uint32_t last_fingerprint_ = 0;
};

}  // namespace

v1::GetJourneyResponse TellJourney(const v1::SessionRecord& session,
                                   const std::vector<v1::PageViewFact>& facts,
                                   const std::vector<v1::JournalRecord>& records,
                                   const BundleBudget& budget) {
  v1::GetJourneyResponse journey;
  *journey.mutable_session() = Summarize(session, facts);
  Teller teller(&journey);
  for (const v1::PageViewFact& fact : facts) teller.AddPageView(fact);
  for (const store::EffectiveBeacon& beacon : store::EffectiveBeacons(records)) {
    teller.AddBeacon(beacon);
  }
  teller.AddBundles(budget);
  AddExternalConversions(records, &journey);
  teller.SortEvents();
  return journey;
}

}  // namespace paceline::query
