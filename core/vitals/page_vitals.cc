#include "core/vitals/page_vitals.h"

#include <algorithm>

#include "core/vitals/rating.h"

namespace paceline::core {
namespace {

// The order in which changed vitals stand in a Beacon.
constexpr Metric kMetrics[] = {Metric::kTtfb, Metric::kFcp, Metric::kLcp,
                               Metric::kFid,  Metric::kInp, Metric::kCls};

}  // namespace

PageVitals::PageVitals(const PageViewState& state, uint32_t first_interaction, bool had_navigation)
    : state_(state), first_interaction_(first_interaction), interaction_count_(first_interaction) {
  if (state.restored && had_navigation) ttfb_.ObserveRestored(state);
}

void PageVitals::Observe(const Paint& entry) {
  fcp_.Observe(entry, state_);
  if (state_.restored && entry.kind == Paint::Kind::kRestored) {
    lcp_.ObserveRestored(entry.start_100us, state_);
  }
}

void PageVitals::Observe(const EventTiming& entry, PoolRef name, PoolRef target) {
  fid_.Observe(entry, name, target, state_);
  inp_.Observe(entry, name, target);
}

void PageVitals::ObserveHidden(uint32_t at_100us) {
  state_.first_hidden_100us = std::min(state_.first_hidden_100us, at_100us);
}

void PageVitals::ObserveInput(uint32_t at_100us) {
  state_.first_input_100us = std::min(state_.first_input_100us, at_100us);
}

std::optional<VitalReading> PageVitals::Read(Metric metric) const {
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
    case Metric::kTti:
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
    const std::optional<uint64_t>& said = said_[static_cast<int>(metric)];
    return reading && Rate(metric, reading->value) == Rating::kPoor &&
           !(said && Rate(metric, *said) == Rating::kPoor);
  });
}

bool PageVitals::HasPoorCoreWebVital() const {
  return std::any_of(std::begin(kMetrics), std::end(kMetrics), [this](Metric metric) {
    const std::optional<VitalReading> reading = Read(metric);
    return reading && IsCoreWebVital(metric) && Rate(metric, reading->value) == Rating::kPoor;
  });
}

void PageVitals::TakeChanges(uint32_t page_view, std::vector<Event>* events) {
  for (const Metric metric : kMetrics) {
    const std::optional<VitalReading> reading = Read(metric);
    if (!Changed(metric, reading)) continue;
    std::optional<uint64_t>& said = said_[static_cast<int>(metric)];
    const int64_t delta = said ? static_cast<int64_t>(reading->value - *said) : 0;
    events->push_back({page_view, reading->at_100us,
                       VitalEvent{metric, reading->value, delta, Rate(metric, reading->value),
                                  reading->entry_count, reading->attribution}});
    said = reading->value;
  }
}

bool PageVitals::Changed(Metric metric, const std::optional<VitalReading>& reading) const {
  return reading && reading->value != said_[static_cast<int>(metric)];
}

}  // namespace paceline::core
