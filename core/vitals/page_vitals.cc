#include "core/vitals/page_vitals.h"

#include <algorithm>

#include "core/vitals/rating.h"
#include "core/wire/message_codec.h"

namespace paceline::core {
namespace {

// The order in which changed vitals stand in a Beacon.
constexpr Metric kMetrics[] = {Metric::kTtfb, Metric::kFcp, Metric::kLcp, Metric::kFid,
                               Metric::kInp,  Metric::kCls, Metric::kTti, Metric::kTbt};

}  // namespace

PageVitals::PageVitals(const PageViewState& state, uint32_t first_interaction, bool had_navigation)
    : state_(state), first_interaction_(first_interaction), interaction_count_(first_interaction) {
  if ((state.restored || state.soft) && had_navigation) ttfb_.ObserveRestored(state);
}

void PageVitals::Observe(const Navigation& entry) {
  ttfb_.Observe(entry, state_);
  load_.Observe(entry);
  interactivity_.ObserveDomContentLoaded(entry.dom_content_loaded_100us);
}

void PageVitals::Observe(const Paint& entry) {
  fcp_.Observe(entry, state_);
  if (state_.restored && entry.kind == Paint::Kind::kRestored) {
    lcp_.ObserveRestored(entry.start_100us, state_);
  }
}

void PageVitals::Observe(const EventTiming& entry, PoolRef name, PoolRef target, bool is_key) {
  fid_.Observe(entry, name, target, state_, is_key, &scripts_);
  inp_.Observe(entry, name, target, is_key, &scripts_);
}

void PageVitals::Observe(const LongTask& entry) { interactivity_.Observe(entry); }

void PageVitals::Observe(const Resource& entry) {
  load_.Observe(entry);
  interactivity_.Observe(entry);
}

void PageVitals::Observe(const Script& entry) {
  scripts_.Add(entry);
  inp_.Observe(entry);
  fid_.Observe(entry);
}

void PageVitals::Advance(uint32_t now_100us) {
  // Long tasks and requests of before the lazy part are told together with the complete navigation.
  if (state_.restored || state_.soft || !fcp_.reading() || !load_.is_complete()) return;
  interactivity_.Advance(now_100us, fcp_.reading()->at_100us, state_);
}

void PageVitals::ObserveHidden(uint32_t at_100us) {
  state_.first_hidden_100us = std::min(state_.first_hidden_100us, at_100us);
}

void PageVitals::ObserveInput(uint32_t at_100us) {
  state_.first_input_100us = std::min(state_.first_input_100us, at_100us);
}

Maybe<VitalReading> PageVitals::Read(Metric metric) const {
  Maybe<VitalReading> reading = ReadBare(metric);
  if (reading) Attribute(metric, &*reading);
  return reading;
}

// What only the record of the load can add.
void PageVitals::Attribute(Metric metric, VitalReading* reading) const {
  const auto value_100us = static_cast<uint32_t>(reading->value);
  Attribution& attribution = reading->attribution;
  if (metric == Metric::kTtfb && !state_.restored && !state_.soft) {
    attribution.kind = VitalField::kTtfb;
    load_.Attribute(value_100us, state_, &attribution.ttfb);
  } else if (metric == Metric::kFcp && !state_.restored && !state_.soft) {
    attribution.kind = VitalField::kFcp;
    load_.Attribute(value_100us, reading->at_100us, state_, &attribution.fcp);
  } else if (attribution.kind == VitalField::kLcp) {
    load_.Attribute(value_100us, lcp_.resource(), state_, &attribution.lcp);
  } else if (attribution.kind == VitalField::kCls) {
    attribution.cls.load_state = load_.StateAt(reading->at_100us);
  } else if (attribution.kind == VitalField::kInteraction) {
    attribution.interaction.load_state = load_.StateAt(reading->at_100us);
  }
}

Maybe<VitalReading> PageVitals::ReadBare(Metric metric) const {
  if (!state_.CanMeasure(metric)) return std::nullopt;
  const Maybe<VitalReading>* held = nullptr;
  switch (metric) {
    case Metric::kLcp:
      held = &lcp_.reading();
      break;
    case Metric::kFcp:
      held = &fcp_.reading();
      break;
    case Metric::kTtfb:
      held = &ttfb_.reading();
      break;
    case Metric::kFid:
      held = &fid_.reading();
      break;
    case Metric::kTbt:
      held = &interactivity_.total_blocking_time();
      break;
    case Metric::kTti:
      held = &interactivity_.time_to_interactive();
      break;
    case Metric::kInp:
      return inp_.Read(SaturatingDifference(interaction_count_, first_interaction_), state_);
    case Metric::kCls:
      // A page view that never painted has no CLS either, as in the reference and in CrUX.
      if (!fcp_.reading() && !state_.route) return std::nullopt;
      return cls_.reading();
    case Metric::kUnspecified:
      return std::nullopt;
  }
  return *held;
}

uint64_t PageVitals::ValueOf(Metric metric) const {
  const Maybe<VitalReading> reading = Read(metric);
  return reading ? reading->value : kNotMeasured;
}

void PageVitals::AddNews(VitalNews* news) const {
  for (const Metric metric : kMetrics) {
    const Maybe<VitalReading> reading = Read(metric);
    if (!reading) continue;
    if (IsNews(metric, *reading)) ++news->changes;
    if (Rate(metric, reading->value) != Rating::kPoor) continue;
    const Maybe<VitalReading>& said = Said(metric);
    if (!said || Rate(metric, said->value) != Rating::kPoor) news->became_poor = true;
    if (IsCoreWebVital(metric)) news->poor_core_web_vital = true;
  }
}

bool PageVitals::HasNews() const {
  VitalNews news;
  AddNews(&news);
  return news.changes != 0;
}

bool PageVitals::TakeChanges(uint32_t page_view, PodVector<VitalEvent>* events) {
  bool changed = false;
  for (const Metric metric : kMetrics) {
    const Maybe<VitalReading> reading = Read(metric);
    if (!reading || !IsNews(metric, *reading)) continue;
    Maybe<VitalReading>& said = said_[static_cast<unsigned>(metric)];
    VitalEvent event;
    event.metric = metric;
    event.value = reading->value;
    if (said) event.zigzag_delta = EncodeZigzag(static_cast<int64_t>(reading->value - said->value));
    event.rating = Rate(metric, reading->value);
    event.entry_count = reading->entry_count;
    event.page_view = page_view;
    event.at_100us = reading->at_100us;
    event.attribution = reading->attribution;
    events->push_back(event);
    said = reading;
    changed = true;
  }
  return changed;
}

bool PageVitals::IsNews(Metric metric, const VitalReading& reading) const {
  const Maybe<VitalReading>& said = Said(metric);
  return !said || said->value != reading.value || !(said->attribution == reading.attribution);
}

}  // namespace paceline::core
