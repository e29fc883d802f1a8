#include "collector/store/rollup_cell.h"

#include <algorithm>

namespace paceline::store {
namespace {

using core::DdSketch;

absl::Status Negative() {
  return absl::DataLossError("a rollup cell holds less than what is to be taken from it");
}

// `*value` += `delta`; false when that is negative.
[[nodiscard]] bool AddSigned(int64_t delta, uint64_t* value) {
  const Int128 sum = static_cast<Int128>(*value) + delta;
  if (sum < 0) return false;
  *value = static_cast<uint64_t>(sum);
  return true;
}

absl::Status ApplyToSketch(int64_t zeros, const absl::btree_map<int32_t, int64_t>& delta,
                           v1::SketchRecord* record) {
  uint64_t zero_weight = record->zero_weight_micro();
  if (!AddSigned(zeros, &zero_weight)) return Negative();
  absl::btree_map<int32_t, uint64_t> buckets;
  int32_t index = 0;
  const int count = std::min(record->bucket_index_deltas_size(), record->bucket_weights_micro_size());
  for (int i = 0; i < count; ++i) {
    index += record->bucket_index_deltas(i);
    buckets[index] = record->bucket_weights_micro(i);
  }
  for (const auto& [at, weight] : delta) {
    if (!AddSigned(weight, &buckets[at])) return Negative();
  }
  record->Clear();
  record->set_zero_weight_micro(zero_weight);
  int32_t previous = 0;
  for (const auto& [at, weight] : buckets) {
    if (weight == 0) continue;
    record->add_bucket_index_deltas(at - previous);
    record->add_bucket_weights_micro(weight);
    previous = at;
  }
  return absl::OkStatus();
}

}  // namespace

bool CountsInRollups(const v1::PageViewFact& fact) {
  return fact.weight_micro() > 0 && !fact.dimensions().bot();
}

void CellDelta::AddFact(const v1::PageViewFact& fact, int sign) {
  const int64_t weight = static_cast<int64_t>(fact.weight_micro()) * sign;
  page_view_weight_micro_ += weight;
  page_views_ += sign;
  rage_click_weight_micro_ += weight * static_cast<int64_t>(fact.rage_clicks());
  for (const v1::FactVital& vital : fact.vitals()) {
    const auto metric = static_cast<size_t>(vital.metric());
    if (metric == 0 || metric >= metrics_.size()) continue;
    MetricDelta& delta = metrics_[metric];
    const uint64_t value = std::min<uint64_t>(vital.value(), DdSketch::kMaxValue);
    delta.weight_micro += weight;
    delta.weighted_sum += static_cast<Int128>(value) * weight;
    const auto rating = static_cast<size_t>(vital.rating());
    if (rating < delta.rating_weight_micro.size()) delta.rating_weight_micro[rating] += weight;
    int64_t& bucket =
        value == 0 ? delta.zero_weight_micro : delta.buckets[DdSketch::BucketIndex(value)];
    bucket += weight;
  }
}

void CellDelta::Add(const CellDelta& other) {
  page_view_weight_micro_ += other.page_view_weight_micro_;
  page_views_ += other.page_views_;
  rage_click_weight_micro_ += other.rage_click_weight_micro_;
  for (size_t i = 0; i < metrics_.size(); ++i) {
    MetricDelta& mine = metrics_[i];
    const MetricDelta& theirs = other.metrics_[i];
    mine.weight_micro += theirs.weight_micro;
    mine.weighted_sum += theirs.weighted_sum;
    mine.zero_weight_micro += theirs.zero_weight_micro;
    for (size_t k = 0; k < mine.rating_weight_micro.size(); ++k) {
      mine.rating_weight_micro[k] += theirs.rating_weight_micro[k];
    }
    for (const auto& [index, weight] : theirs.buckets) mine.buckets[index] += weight;
  }
}

bool CellDelta::MetricDelta::IsZero() const {
  return weight_micro == 0 && weighted_sum == 0 && zero_weight_micro == 0 &&
         std::all_of(rating_weight_micro.begin(), rating_weight_micro.end(),
                     [](int64_t weight) { return weight == 0; }) &&
         std::all_of(buckets.begin(), buckets.end(),
                     [](const auto& bucket) { return bucket.second == 0; });
}

bool CellDelta::IsZero() const {
  return page_view_weight_micro_ == 0 && page_views_ == 0 && rage_click_weight_micro_ == 0 &&
         std::all_of(metrics_.begin(), metrics_.end(),
                     [](const MetricDelta& metric) { return metric.IsZero(); });
}

absl::Status CellDelta::MetricDelta::ApplyTo(v1::MetricCell* cell) const {
  const Int128 sum = WeightedSum(*cell) + weighted_sum;
  if (sum < 0) return Negative();
  cell->set_weighted_sum_low(static_cast<uint64_t>(sum));
  cell->set_weighted_sum_high(static_cast<uint64_t>(sum >> 64));
  uint64_t total = cell->weight_micro();
  uint64_t good = cell->good_weight_micro();
  uint64_t needs_improvement = cell->needs_improvement_weight_micro();
  uint64_t poor = cell->poor_weight_micro();
  if (!AddSigned(weight_micro, &total) || !AddSigned(rating_weight_micro[v1::RATING_GOOD], &good) ||
      !AddSigned(rating_weight_micro[v1::RATING_NEEDS_IMPROVEMENT], &needs_improvement) ||
      !AddSigned(rating_weight_micro[v1::RATING_POOR], &poor)) {
    return Negative();
  }
  cell->set_weight_micro(total);
  cell->set_good_weight_micro(good);
  cell->set_needs_improvement_weight_micro(needs_improvement);
  cell->set_poor_weight_micro(poor);
  return ApplyToSketch(zero_weight_micro, buckets, cell->mutable_sketch());
}

absl::Status CellDelta::ApplyTo(v1::RollupCell* cell) const {
  uint64_t page_view_weight = cell->page_view_weight_micro();
  uint64_t page_views = cell->page_views();
  uint64_t rage_click_weight = cell->rage_click_weight_micro();
  if (!AddSigned(page_view_weight_micro_, &page_view_weight) ||
      !AddSigned(page_views_, &page_views) ||
      !AddSigned(rage_click_weight_micro_, &rage_click_weight)) {
    return Negative();
  }
  cell->set_page_view_weight_micro(page_view_weight);
  cell->set_page_views(page_views);
  cell->set_rage_click_weight_micro(rage_click_weight);

  // Kept in the order of metrics, without empty ones: equal contents, equal bytes.
  std::array<v1::MetricCell, v1::Metric_ARRAYSIZE> by_metric;
  for (v1::MetricCell& metric : *cell->mutable_metrics()) {
    const auto index = static_cast<size_t>(metric.metric());
    if (index < by_metric.size()) by_metric[index] = std::move(metric);
  }
  cell->clear_metrics();
  for (size_t i = 1; i < by_metric.size(); ++i) {
    if (!metrics_[i].IsZero()) {
      const absl::Status applied = metrics_[i].ApplyTo(&by_metric[i]);
      if (!applied.ok()) return applied;
    }
    if (by_metric[i].weight_micro() == 0) continue;
    by_metric[i].set_metric(static_cast<v1::Metric>(i));
    *cell->add_metrics() = std::move(by_metric[i]);
  }
  return absl::OkStatus();
}

bool IsEmpty(const v1::RollupCell& cell) { return cell.page_views() == 0; }

core::DdSketch ToSketch(const v1::SketchRecord& record) {
  core::DdSketch sketch;
  sketch.AddZeros(record.zero_weight_micro());
  int32_t index = 0;
  const int count = std::min(record.bucket_index_deltas_size(), record.bucket_weights_micro_size());
  for (int i = 0; i < count; ++i) {
    index += record.bucket_index_deltas(i);
    static_cast<void>(sketch.AddToBucket(index, record.bucket_weights_micro(i)));
  }
  return sketch;
}

Int128 WeightedSum(const v1::MetricCell& cell) {
  __extension__ typedef unsigned __int128 Uint128;
  const Uint128 high = static_cast<Uint128>(cell.weighted_sum_high()) << 64;
  return static_cast<Int128>(high | cell.weighted_sum_low());
}

}  // namespace paceline::store
