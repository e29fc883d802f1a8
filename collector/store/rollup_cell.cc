#include "collector/store/rollup_cell.h"

#include <algorithm>

namespace paceline::store {
namespace {

using core::DdSketch;

void ApplyToSketch(uint64_t zeros, const absl::btree_map<int32_t, uint64_t>& delta,
                   v1::SketchRecord* record) {
  const uint64_t zero_weight = record->zero_weight_micro() + zeros;
  absl::btree_map<int32_t, uint64_t> buckets;
  int32_t index = 0;
  const int count =
      std::min(record->bucket_index_deltas_size(), record->bucket_weights_micro_size());
  for (int i = 0; i < count; ++i) {
    index += record->bucket_index_deltas(i);
    buckets[index] = record->bucket_weights_micro(i);
  }
  for (const auto& [at, weight] : delta) buckets[at] += weight;
  record->Clear();
  record->set_zero_weight_micro(zero_weight);
  int32_t previous = 0;
  for (const auto& [at, weight] : buckets) {
    if (weight == 0) continue;
    record->add_bucket_index_deltas(at - previous);
    record->add_bucket_weights_micro(weight);
    previous = at;
  }
}

}  // namespace

// Taking back is adding the complement: the sums wrap around.
void CellDelta::AddPageView(uint64_t weight_micro, int sign) {
  page_view_weight_micro_ += sign > 0 ? weight_micro : -weight_micro;
  page_views_ += sign;
}

void CellDelta::AddRageClicks(uint32_t count, uint64_t weight_micro, int sign) {
  rage_click_weight_micro_ += (sign > 0 ? weight_micro : -weight_micro) * count;
}

void CellDelta::AddVital(const PageVital& vital, uint64_t weight_micro, int sign) {
  const auto metric = static_cast<size_t>(vital.metric);
  if (metric == 0 || metric >= metrics_.size()) return;
  MetricDelta& delta = metrics_[metric];
  const uint64_t weight = sign > 0 ? weight_micro : -weight_micro;
  const uint64_t value = std::min<uint64_t>(vital.value, DdSketch::kMaxValue);
  delta.weight_micro += weight;
  const Uint128 product = static_cast<Uint128>(value) * weight_micro;
  delta.weighted_sum += sign > 0 ? product : -product;
  const auto rating = static_cast<size_t>(vital.rating);
  if (rating < delta.rating_weight_micro.size()) delta.rating_weight_micro[rating] += weight;
  uint64_t& bucket =
      value == 0 ? delta.zero_weight_micro : delta.buckets[DdSketch::BucketIndex(value)];
  bucket += weight;
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
                     [](uint64_t weight) { return weight == 0; }) &&
         std::all_of(buckets.begin(), buckets.end(),
                     [](const auto& bucket) { return bucket.second == 0; });
}

bool CellDelta::IsZero() const {
  return page_view_weight_micro_ == 0 && page_views_ == 0 && rage_click_weight_micro_ == 0 &&
         std::all_of(metrics_.begin(), metrics_.end(),
                     [](const MetricDelta& metric) { return metric.IsZero(); });
}

void CellDelta::MetricDelta::ApplyTo(v1::MetricCell* cell) const {
  const Uint128 sum = WeightedSum(*cell) + weighted_sum;
  cell->set_weighted_sum_low(static_cast<uint64_t>(sum));
  cell->set_weighted_sum_high(static_cast<uint64_t>(sum >> 64));
  cell->set_weight_micro(cell->weight_micro() + weight_micro);
  cell->set_good_weight_micro(cell->good_weight_micro() + rating_weight_micro[v1::RATING_GOOD]);
  cell->set_needs_improvement_weight_micro(cell->needs_improvement_weight_micro() +
                                           rating_weight_micro[v1::RATING_NEEDS_IMPROVEMENT]);
  cell->set_poor_weight_micro(cell->poor_weight_micro() + rating_weight_micro[v1::RATING_POOR]);
  ApplyToSketch(zero_weight_micro, buckets, cell->mutable_sketch());
}

absl::Status CellDelta::ApplyTo(v1::RollupCell* cell) const {
  const int64_t page_views = static_cast<int64_t>(cell->page_views()) + page_views_;
  if (page_views < 0) {
    return absl::DataLossError("a rollup cell has fewer page views than are to be taken from it");
  }
  cell->set_page_views(static_cast<uint64_t>(page_views));
  cell->set_page_view_weight_micro(cell->page_view_weight_micro() + page_view_weight_micro_);
  cell->set_rage_click_weight_micro(cell->rage_click_weight_micro() + rage_click_weight_micro_);

  // Kept in the order of metrics, without empty ones: equal contents, equal bytes.
  std::array<v1::MetricCell, v1::Metric_ARRAYSIZE> by_metric;
  for (v1::MetricCell& metric : *cell->mutable_metrics()) {
    const auto index = static_cast<size_t>(metric.metric());
    if (index < by_metric.size()) by_metric[index] = std::move(metric);
  }
  cell->clear_metrics();
  for (size_t i = 1; i < by_metric.size(); ++i) {
    if (!metrics_[i].IsZero()) metrics_[i].ApplyTo(&by_metric[i]);
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

Uint128 WeightedSum(const v1::MetricCell& cell) {
  return static_cast<Uint128>(cell.weighted_sum_high()) << 64 | cell.weighted_sum_low();
}

}  // namespace paceline::store
