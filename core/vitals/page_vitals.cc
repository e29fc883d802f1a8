#include "core/vitals/page_vitals.h"

#include <algorithm>

#include "core/vitals/rating.h"

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

std::optional<VitalReading> PageVitals::Read(Metric metric) const {
  std::optional<VitalReading> reading = ReadBare(metric);
  if (reading) Attribute(metric, &*reading);
  return reading;
}

// What only the record of the load can add.
void PageVitals::Attribute(Metric metric, VitalReading* reading) const {
  const auto value_100us = static_cast<uint32_t>(reading->value);
  if (metric == Metric::kTtfb && !state_.restored && !state_.soft) {
    TtfbAttribution attribution;
    load_.Attribute(value_100us, state_, &attribution);
    reading->attribution = attribution;
  } else if (metric == Metric::kFcp && !state_.restored && !state_.soft) {
    FcpAttribution attribution;
    load_.Attribute(value_100us, reading->at_100us, state_, &attribution);
    reading->attribution = attribution;
  } else if (auto* lcp = std::get_if<LcpAttribution>(&reading->attribution)) {
    load_.Attribute(value_100us, lcp_.resource(), state_, lcp);
  } else if (auto* cls = std::get_if<ClsAttribution>(&reading->attribution)) {
    cls->load_state = load_.StateAt(reading->at_100us);
  } else if (auto* input = std::get_if<InteractionAttribution>(&reading->attribution)) {
    input->load_state = load_.StateAt(reading->at_100us);
  }
}

std::optional<VitalReading> PageVitals::ReadBare(Metric metric) const {
  if (!state_.CanMeasure(metric)) return std::nullopt;
  switch (metric) {
    case Metric::kLcp:
      return lcp_.reading();
    case Metric::kFcp:
      return fcp_.reading();
    case Metric::kTtfb:
      return ttfb_.reading();
    case Metric::kFid:
      return fid_.reading();
    case Metric::kInp:
      return inp_.Read(SaturatingDifference(interaction_count_, first_interaction_), state_);
    case Metric::kCls:
      // A page view that never painted has no CLS either, as in the reference and in CrUX.
      if (!fcp_.reading()) return std::nullopt;
      return cls_.reading();
    case Metric::kTbt:
      return interactivity_.total_blocking_time();
    case Metric::kTti:
      return interactivity_.time_to_interactive();
    case Metric::kUnspecified:
      break;
  }
  return std::nullopt;
}

uint32_t PageVitals::CountChanges() const {
  uint32_t changes = 0;
  for (const Metric metric : kMetrics) changes += Changed(metric, Read(metric)) ? 1 : 0;
  return changes;
}

bool PageVitals::BecamePoor() const {
  return std::any_of(std::begin(kMetrics), std::end(kMetrics), [this](Metric metric) {
    const std::optional<VitalReading> reading = Read(metric);
    const std::optional<VitalReading>& said = said_[static_cast<int>(metric)];
    return reading && Rate(metric, reading->value) == Rating::kPoor &&
           !(said && Rate(metric, said->value) == Rating::kPoor);
  });
}

bool PageVitals::HasPoorCoreWebVital() const {
  return std::any_of(std::begin(kMetrics), std::end(kMetrics), [this](Metric metric) {
    const std::optional<VitalReading> reading = Read(metric);
    return reading && IsCoreWebVital(metric) && Rate(metric, reading->value) == Rating::kPoor;
  });
}

void PageVitals::TakeChanges(uint32_t page_view, EventList* events) {
  for (const Metric metric : kMetrics) {
    const std::optional<VitalReading> reading = Read(metric);
    if (!Changed(metric, reading)) continue;
    std::optional<VitalReading>& said = said_[static_cast<int>(metric)];
    const int64_t delta = said ? static_cast<int64_t>(reading->value - said->value) : 0;
    events->push_back({page_view, reading->at_100us,
                       VitalEvent{metric, reading->value, delta, Rate(metric, reading->value),
                                  reading->entry_count, reading->attribution}});
    said = reading;
  }
}

bool PageVitals::Changed(Metric metric, const std::optional<VitalReading>& reading) const {
  if (!reading) return false;
  const std::optional<VitalReading>& said = said_[static_cast<int>(metric)];
  return !said || said->value != reading->value || said->attribution != reading->attribution;
}

}  // namespace paceline::core
