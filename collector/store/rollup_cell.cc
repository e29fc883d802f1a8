#include "collector/store/rollup_cell.h"

#include <algorithm>

#include "google/protobuf/repeated_field.h"

namespace paceline::store {
namespace {

using core::DdSketch;

// Calls `visit` for each bucket of a stored sketch.
template <typename Visit>
void ForEachBucket(const v1::SketchRecord& record, Visit visit) {
  int32_t index = 0;
  const int count = std::min(record.bucket_index_deltas_size(), record.bucket_weights_micro_size());
  for (int i = 0; i < count; ++i) {
    index += record.bucket_index_deltas(i);
    visit(index, record.bucket_weights_micro(i));
  }
}

void ApplyToSketch(uint64_t zeros, const BucketWeights& delta, v1::SketchRecord* record) {
  record->set_zero_weight_micro(record->zero_weight_micro() + zeros);
  if (delta.entries().empty()) return;
  google::protobuf::RepeatedField<int32_t> indexes;
  google::protobuf::RepeatedField<uint64_t> weights;
  const int most = record->bucket_index_deltas_size() + static_cast<int>(delta.entries().size());
  indexes.Reserve(most);
  weights.Reserve(most);
  int32_t previous = 0;
  const auto put = [&](int32_t at, uint64_t weight) {
    if (weight == 0) return;
    indexes.AddAlreadyReserved(at - previous);
    weights.AddAlreadyReserved(weight);
    previous = at;
  };
  auto next = delta.entries().begin();
  const auto end = delta.entries().end();
  ForEachBucket(*record, [&](int32_t at, uint64_t weight) {
    for (; next != end && next->first < at; ++next) put(next->first, next->second);
    if (next != end && next->first == at) weight += (next++)->second;
    put(at, weight);
  });
  for (; next != end; ++next) put(next->first, next->second);
  record->mutable_bucket_index_deltas()->Swap(&indexes);
  record->mutable_bucket_weights_micro()->Swap(&weights);
}

}  // namespace

void BucketWeights::Add(int32_t bucket, uint64_t weight) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), bucket,
                                   [](const Entry& entry, int32_t b) { return entry.first < b; });
  if (at != entries_.end() && at->first == bucket) {
    at->second += weight;
  } else {
    entries_.insert(at, {bucket, weight});
  }
}

void BucketWeights::Add(const BucketWeights& other) {
  std::vector<Entry> sum;
  sum.reserve(entries_.size() + other.entries_.size());
  auto mine = entries_.begin();
  for (const auto& [bucket, weight] : other.entries_) {
    for (; mine != entries_.end() && mine->first < bucket; ++mine) sum.push_back(*mine);
    const bool has_one = mine != entries_.end() && mine->first == bucket;
    sum.emplace_back(bucket, has_one ? (mine++)->second + weight : weight);
  }
  sum.insert(sum.end(), mine, entries_.end());
  entries_.swap(sum);
}

void BucketWeights::Negate() {
  for (Entry& entry : entries_) entry.second = -entry.second;
}

bool BucketWeights::IsZero() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.second == 0; });
}

// Taking back is adding the complement: the sums wrap around.
void CellDelta::AddPageView(uint64_t weight_micro, int sign) {
  page_view_weight_micro_ += sign > 0 ? weight_micro : -weight_micro;
  page_views_ += sign > 0 ? 1 : ~uint64_t{0};
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
  if (value == 0) {
    delta.zero_weight_micro += weight;
  } else {
    delta.buckets.Add(DdSketch::BucketIndex(value), weight);
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
    if (!theirs.buckets.entries().empty()) mine.buckets.Add(theirs.buckets);
  }
}

void CellDelta::Negate() {
  page_view_weight_micro_ = -page_view_weight_micro_;
  page_views_ = -page_views_;
  rage_click_weight_micro_ = -rage_click_weight_micro_;
  for (MetricDelta& metric : metrics_) {
    metric.weight_micro = -metric.weight_micro;
    metric.weighted_sum = -metric.weighted_sum;
    metric.zero_weight_micro = -metric.zero_weight_micro;
    for (uint64_t& weight : metric.rating_weight_micro) weight = -weight;
    metric.buckets.Negate();
  }
}

bool CellDelta::MetricDelta::IsZero() const {
  return weight_micro == 0 && weighted_sum == 0 && zero_weight_micro == 0 &&
         std::all_of(rating_weight_micro.begin(), rating_weight_micro.end(),
                     [](uint64_t weight) { return weight == 0; }) &&
         buckets.IsZero();
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
  const uint64_t page_views = cell->page_views() + page_views_;
  if (static_cast<int64_t>(page_views) < 0) {
    return absl::DataLossError("a rollup cell has fewer page views than are to be taken from it");
  }
  cell->set_page_views(page_views);
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

v1::RollupCell CellDelta::ToMessage() const {
  v1::RollupCell message;
  message.set_page_views(page_views_);
  message.set_page_view_weight_micro(page_view_weight_micro_);
  message.set_rage_click_weight_micro(rage_click_weight_micro_);
  for (size_t i = 1; i < metrics_.size(); ++i) {
    if (metrics_[i].IsZero()) continue;
    v1::MetricCell* metric = message.add_metrics();
    metric->set_metric(static_cast<v1::Metric>(i));
    metrics_[i].ApplyTo(metric);
  }
  return message;
}

void CellDelta::Add(const v1::RollupCell& message) {
  page_views_ += message.page_views();
  page_view_weight_micro_ += message.page_view_weight_micro();
  rage_click_weight_micro_ += message.rage_click_weight_micro();
  for (const v1::MetricCell& metric : message.metrics()) {
    const auto index = static_cast<size_t>(metric.metric());
    if (index == 0 || index >= metrics_.size()) continue;
    MetricDelta& delta = metrics_[index];
    delta.weight_micro += metric.weight_micro();
    delta.weighted_sum += WeightedSum(metric);
    delta.rating_weight_micro[v1::RATING_GOOD] += metric.good_weight_micro();
    delta.rating_weight_micro[v1::RATING_NEEDS_IMPROVEMENT] +=
        metric.needs_improvement_weight_micro();
    delta.rating_weight_micro[v1::RATING_POOR] += metric.poor_weight_micro();
    delta.zero_weight_micro += metric.sketch().zero_weight_micro();
    ForEachBucket(metric.sketch(),
                  [&](int32_t at, uint64_t weight) { delta.buckets.Add(at, weight); });
  }
}

bool IsEmpty(const v1::RollupCell& cell) { return cell.page_views() == 0; }

core::DdSketch ToSketch(const v1::SketchRecord& record) {
  core::DdSketch sketch;
  sketch.AddZeros(record.zero_weight_micro());
  ForEachBucket(record, [&](int32_t at, uint64_t weight) {
    static_cast<void>(sketch.AddToBucket(at, weight));
  });
  return sketch;
}

Uint128 WeightedSum(const v1::MetricCell& cell) {
  return static_cast<Uint128>(cell.weighted_sum_high()) << 64 | cell.weighted_sum_low();
}

}  // namespace paceline::store
