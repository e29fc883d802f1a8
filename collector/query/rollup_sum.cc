#include "collector/query/rollup_sum.h"

#include "collector/store/rollup_cell.h"

namespace paceline::query {
namespace {

constexpr double kMicro = 1e6;

}  // namespace

RollupSum::RollupSum() {
  for (const v1::Metric metric : kMetrics) {
    metrics_[metric].metric = static_cast<core::Metric>(metric);
  }
}

void RollupSum::Add(const v1::RollupCell& cell) {
  page_view_weight_micro_ += cell.page_view_weight_micro();
  rage_click_weight_micro_ += cell.rage_click_weight_micro();
  for (const v1::MetricCell& metric : cell.metrics()) AddMetric(metric);
}

void RollupSum::Add(const v1::RollupCell& cell, v1::Metric wanted) {
  for (const v1::MetricCell& metric : cell.metrics()) {
    if (metric.metric() == wanted) AddMetric(metric);
  }
}

void RollupSum::AddMetric(const v1::MetricCell& cell) {
  // A metric that a newer version has stored.
  if (!v1::Metric_IsValid(cell.metric())) return;
  analysis::Distribution addend;
  addend.sketch = store::ToSketch(cell.sketch());
  addend.good_weight_micro = cell.good_weight_micro();
  addend.needs_improvement_weight_micro = cell.needs_improvement_weight_micro();
  addend.poor_weight_micro = cell.poor_weight_micro();
  addend.weighted_sum = store::WeightedSum(cell);
  metrics_[cell.metric()].Merge(addend);
}

double RollupSum::page_views() const {
  return static_cast<double>(page_view_weight_micro_) / kMicro;
}

double RollupSum::rage_clicks() const {
  return static_cast<double>(rage_click_weight_micro_) / kMicro;
}

const analysis::Distribution& RollupSum::Of(v1::Metric metric) const { return metrics_[metric]; }

absl::Status ReadRange(const store::Store& store, std::string_view site, const TimeRange& range,
                       store::Resolution coarsest, std::string_view dimension,
                       const std::optional<std::string>& value,
                       const std::function<void(const store::RollupRow&)>& visit) {
  for (const Span& span : Cover(range, coarsest)) {
    absl::Status status = store.ReadRollups(site, span.resolution, span.range.from_unix_ms,
                                            span.range.to_unix_ms, dimension, value, visit);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

v1::RatingShares SharesOf(const analysis::Distribution& distribution) {
  v1::RatingShares shares;
  const auto total = static_cast<double>(distribution.weight_micro());
  if (total == 0) return shares;
  shares.set_good(static_cast<double>(distribution.good_weight_micro) / total);
  shares.set_needs_improvement(static_cast<double>(distribution.needs_improvement_weight_micro) /
                               total);
  shares.set_poor(static_cast<double>(distribution.poor_weight_micro) / total);
  return shares;
}

double DisplayedPercentile(const analysis::Distribution& distribution, double quantile) {
  return analysis::ToDisplayUnit(distribution.metric,
                                 analysis::PercentileOf(distribution, quantile).value);
}

v1::Rating RatingOfP75(const analysis::Distribution& distribution) {
  return static_cast<v1::Rating>(analysis::PercentileOf(distribution, 0.75).rating);
}

}  // namespace paceline::query
