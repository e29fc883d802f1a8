#include "core/vitals/exact/reported_metric.h"

#include "core/vitals/rating.h"

namespace paceline::core {

bool ReportedMetric::Report(bool is_time) {
  if (!(value_ >= 0) || !(is_time || report_all_changes_)) return false;
  const double delta = value_ - said_.value_or(0);
  if (said_ && delta == 0) return false;
  said_ = value_;
  delta_ = delta;
  return true;
}

Rating ReportedMetric::rating() const { return RateExact(metric_, value_); }

}  // namespace paceline::core
