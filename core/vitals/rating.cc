#include "core/vitals/rating.h"

#include "core/base/units.h"

namespace paceline::core {
namespace {

constexpr uint32_t Ms(uint32_t milliseconds) { return milliseconds * k100usPerMillisecond; }

// Sources: https://web.dev/articles/ + lcp, inp, cls, fcp, ttfb, fid ("What is a good … score");
// the same numbers as web-vitals' *Thresholds constants.
// Indexed by Metric.
constexpr VitalThresholds kThresholds[kMetricSlots] = {
    {UINT32_MAX, UINT32_MAX},
    {Ms(2500), Ms(4000)},
    {Ms(200), Ms(500)},
    {100'000'000, 250'000'000},
    {Ms(1800), Ms(3000)},
    {Ms(800), Ms(1800)},
    {Ms(100), Ms(300)},
    // Lighthouse's, on mobile devices.
    {Ms(200), Ms(600)},
    {Ms(3800), Ms(7300)},
};

}  // namespace

const VitalThresholds& ThresholdsOf(Metric metric) {
  const auto index = static_cast<unsigned>(metric);
  return kThresholds[index < kMetricSlots ? index : 0];
}

Rating Rate(Metric metric, uint64_t value) {
  const VitalThresholds& thresholds = ThresholdsOf(metric);
  if (value > thresholds.poor_beyond) return Rating::kPoor;
  if (value > thresholds.good_until) return Rating::kNeedsImprovement;
  return Rating::kGood;
}

Rating RateExact(Metric metric, double value) {
  const VitalThresholds& thresholds = ThresholdsOf(metric);
  const double unit = metric == Metric::kCls ? kNanoPerUnit : k100usPerMillisecond;
  if (value > thresholds.poor_beyond / unit) return Rating::kPoor;
  if (value > thresholds.good_until / unit) return Rating::kNeedsImprovement;
  return Rating::kGood;
}

bool IsCoreWebVital(Metric metric) {
  return metric == Metric::kLcp || metric == Metric::kInp || metric == Metric::kCls;
}

}  // namespace paceline::core
