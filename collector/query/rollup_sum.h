// Sums of rollup cells: what charts and cards are made of.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "collector/analysis/distribution.h"
#include "collector/query/time_range.h"
#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"
#include "paceline/v1/record.pb.h"

namespace paceline::query {

// The metrics that answers list, in their order.
inline constexpr std::array<v1::Metric, 8> kMetrics = {
    v1::METRIC_LCP,  v1::METRIC_INP, v1::METRIC_CLS, v1::METRIC_FCP,
    v1::METRIC_TTFB, v1::METRIC_FID, v1::METRIC_TBT, v1::METRIC_TTI};

class RollupSum {
 public:
  RollupSum();

  void Add(const v1::RollupCell& cell);
  // Only `metric`'s part of it: a time series needs no more.
  void Add(const v1::RollupCell& cell, v1::Metric metric);

  // Weighted.
  double page_views() const;
  double rage_clicks() const;
  // `metric` is one of kMetrics.
  const analysis::Distribution& Of(v1::Metric metric) const;

 private:
  void AddMetric(const v1::MetricCell& cell);

  uint64_t page_view_weight_micro_ = 0;
  uint64_t rage_click_weight_micro_ = 0;
  std::array<analysis::Distribution, v1::Metric_ARRAYSIZE> metrics_;
};

// Reads the cells that cover `range` (of whole minutes) exactly, none coarser than `coarsest`. See
// Store::ReadRollups.
absl::Status ReadRange(const store::Store& store, std::string_view site, const TimeRange& range,
                       store::Resolution coarsest, std::string_view dimension,
                       const std::optional<std::string>& value,
                       const std::function<void(const store::RollupRow&)>& visit);

// Weighted shares of the ratings; all 0 without values.
v1::RatingShares SharesOf(const analysis::Distribution& distribution);

// The p75, in milliseconds (CLS: no unit).
double DisplayedPercentile(const analysis::Distribution& distribution, double quantile);

v1::Rating RatingOfP75(const analysis::Distribution& distribution);

}  // namespace paceline::query
