#include "collector/store/pending_rollups.h"

#include <algorithm>

#include "collector/store/keys.h"

namespace paceline::store {
namespace {

bool IsSame(const PageVital& a, const PageVital& b) {
  return a.metric == b.metric && a.value == b.value && a.rating == b.rating;
}

// Both are in the order of their metrics. What has not changed is not touched.
void MoveVitals(const std::vector<PageVital>& from, const std::vector<PageVital>& to,
                uint64_t weight_micro, CellDelta* delta) {
  auto old = from.begin();
  for (const PageVital& vital : to) {
    for (; old != from.end() && old->metric < vital.metric; ++old) {
      delta->AddVital(*old, weight_micro, -1);
    }
    const bool had_one = old != from.end() && old->metric == vital.metric;
    if (had_one && IsSame(*old, vital)) {
      ++old;
      continue;
    }
    if (had_one) delta->AddVital(*old++, weight_micro, -1);
    delta->AddVital(vital, weight_micro, 1);
  }
  for (; old != from.end(); ++old) delta->AddVital(*old, weight_micro, -1);
}

}  // namespace

CellDelta* PendingRollups::Find(const PageFact& fact, int32_t navigation_type) {
  const Kind kind{CellStart(Resolution::kMinute, fact.began_unix_ms), fact.facet.get(),
                  navigation_type};
  std::unique_ptr<Change>& change = kinds_[kind];
  if (change == nullptr) change = std::make_unique<Change>(Change{fact.facet, {}});
  return &change->delta;
}

void PendingRollups::TakeBack(HeldFact* held) {
  Counted& settled = held->settled;
  if (!settled.in_rollups) return;
  const uint64_t weight = held->fact.weight_micro;
  CellDelta* delta = Find(held->fact, settled.navigation_type);
  delta->AddPageView(weight, -1);
  delta->AddRageClicks(settled.rage_clicks, weight, -1);
  MoveVitals(settled.vitals, {}, weight, delta);
  settled = Counted();
}

void PendingRollups::Settle(HeldFact* held) {
  const PageFact& fact = held->fact;
  if (!CountsInRollups(fact)) return;
  Counted& settled = held->settled;
  if (settled.in_rollups && settled.navigation_type != fact.navigation_type) TakeBack(held);
  const uint64_t weight = fact.weight_micro;
  CellDelta* delta = Find(fact, fact.navigation_type);
  if (!settled.in_rollups) delta->AddPageView(weight, 1);
  const uint32_t rage_clicks = fact[Counter::kRageClicks];
  delta->AddRageClicks(rage_clicks, weight, 1);
  delta->AddRageClicks(settled.rage_clicks, weight, -1);
  MoveVitals(settled.vitals, fact.vitals, weight, delta);
  settled.in_rollups = true;
  settled.rage_clicks = rage_clicks;
  settled.navigation_type = fact.navigation_type;
  settled.vitals = fact.vitals;
}

std::map<std::string, CellDelta> PendingRollups::Spread() const {
  std::map<std::string, CellDelta> cells;
  for (const auto& [kind, change] : kinds_) {
    if (change->delta.IsZero()) continue;
    const auto type = static_cast<v1::NavigationType>(kind.navigation_type);
    ForEachSlice(
        kind.facet->dimensions, type,
        [&, &kind = kind, &change = change](SliceId slice, const std::string& value) {
          for (const Resolution resolution :
               {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
            const uint64_t start = CellStart(resolution, kind.minute_unix_ms);
            cells[EncodeRollupKey({kind.facet->site, resolution, slice, start, value})].Add(
                change->delta);
          }
        });
  }
  return cells;
}

void PendingRollups::Collect(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
                             uint64_t to_unix_ms, SliceId slice,
                             const std::optional<std::string>& value, PendingCells* cells) const {
  for (const auto& [kind, change] : kinds_) {
    if (kind.facet->site != site) continue;
    const uint64_t start = CellStart(resolution, kind.minute_unix_ms);
    if (start < from_unix_ms || start >= to_unix_ms) continue;
    std::optional<std::string> has = SliceValue(
        kind.facet->dimensions, static_cast<v1::NavigationType>(kind.navigation_type), slice);
    if (!has || (value && *has != *value)) continue;
    (*cells)[{start, *std::move(has)}].Add(change->delta);
  }
}

}  // namespace paceline::store
