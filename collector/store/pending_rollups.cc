#include "collector/store/pending_rollups.h"

#include <algorithm>
#include <tuple>

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

CellDelta* PendingRollups::Find(const Kind& kind, const SharedFacet& facet) {
  std::unique_ptr<Change>& change = kinds_[kind];
  if (change == nullptr) change = std::make_unique<Change>(Change{facet, {}});
  return &change->delta;
}

CellDelta* PendingRollups::Find(const PageFact& fact, int32_t navigation_type) {
  return Find(
      {CellStart(Resolution::kMinute, fact.began_unix_ms), fact.facet.get(), navigation_type},
      fact.facet);
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

void PendingRollups::Add(const PendingRollups& other) {
  for (const auto& [kind, change] : other.kinds_) Find(kind, change->facet)->Add(change->delta);
}

v1::RollupChanges PendingRollups::ToMessage() const {
  v1::RollupChanges message;
  for (const auto& [kind, change] : kinds_) {
    if (change->delta.IsZero()) continue;
    v1::RollupChange* one = message.add_changes();
    one->set_site(kind.facet->site);
    one->set_minute_unix_ms(kind.minute_unix_ms);
    *one->mutable_dimensions() = kind.facet->dimensions;
    one->set_navigation_type(static_cast<v1::NavigationType>(kind.navigation_type));
    *one->mutable_change() = change->delta.ToMessage();
  }
  return message;
}

void PendingRollups::Add(const v1::RollupChanges& message, Facets* facets) {
  for (const v1::RollupChange& one : message.changes()) {
    const v1::Dimensions& dimensions = one.dimensions();
    const SharedFacet facet = facets->Get(one.site(), dimensions.SerializeAsString(),
                                          dimensions.page_group(), dimensions.stage());
    Find({one.minute_unix_ms(), facet.get(), one.navigation_type()}, facet)->Add(one.change());
  }
}

// Minutes first: what one has is added to its hour and its day at once.
void PendingRollups::SpreadOver(Cells* cells) const {
  using Minute = std::tuple<std::string, uint64_t, SliceId, std::string>;
  absl::flat_hash_map<Minute, CellDelta> minutes;
  for (const auto& [kind, change] : kinds_) {
    if (change->delta.IsZero()) continue;
    const auto type = static_cast<v1::NavigationType>(kind.navigation_type);
    ForEachSlice(
        kind.facet->dimensions, type,
        [&, &kind = kind, &change = change](SliceId slice, const std::string& value) {
          minutes[{kind.facet->site, kind.minute_unix_ms, slice, value}].Add(change->delta);
        });
  }
  for (const auto& [minute, delta] : minutes) {
    const auto& [site, minute_unix_ms, slice, value] = minute;
    for (const Resolution resolution : {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
      const uint64_t start = CellStart(resolution, minute_unix_ms);
      (*cells)[EncodeRollupKey({site, resolution, slice, start, value})].Add(delta);
    }
  }
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
