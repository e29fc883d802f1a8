#include "core/vitals/rating.h"

#include "core/base/units.h"

namespace paceline::core {
namespace {

constexpr uint64_t Ms(uint64_t milliseconds) { return milliseconds * k100usPerMillisecond; }

// Sources: https://web.dev/articles/ + lcp, inp, cls, fcp, ttfb, fid ("What is a good … score");
// the same numbers as web-vitals' *Thresholds constants.
// Indexed by Metric.
constexpr VitalThresholds kThresholds[kMetricSlots] = {
    {Metric::kUnspecified, UINT64_MAX, UINT64_MAX, false},
    {Metric::kLcp, Ms(2500), Ms(4000), true},
    {Metric::kInp, Ms(200), Ms(500), true},
    {Metric::kCls, 100'000'000, 250'000'000, true},
    {Metric::kFcp, Ms(1800), Ms(3000), false},
    {Metric::kTtfb, Ms(800), Ms(1800), false},
    {Metric::kFid, Ms(100), Ms(300), false},
    // Lighthouse's, on mobile devices.
    {Metric::kTbt, Ms(200), Ms(600), false},
    {Metric::kTti, Ms(3800), Ms(7300), false},
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
  if (value > static_cast<double>(thresholds.poor_beyond) / unit) return Rating::kPoor;
  if (value > static_cast<double>(thresholds.good_until) / unit) return Rating::kNeedsImprovement;
  return Rating::kGood;
}

bool IsCoreWebVital(Metric metric) { return ThresholdsOf(metric).core_web_vital; }

}  // namespace paceline::core
