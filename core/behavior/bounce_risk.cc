#include "core/behavior/bounce_risk.h"

#include "core/base/units.h"
#include "core/sampling/device_tier.h"
#include "core/vitals/rating.h"

namespace paceline::core {
namespace {

constexpr uint32_t kEverybody = 50;
constexpr uint32_t kSlowLoad100us = 3 * k100usPerSecond;
constexpr uint32_t kVerySlowLoad100us = 6 * k100usPerSecond;
constexpr uint32_t kVerySlowLoad = 130;
// By DeviceTier.
constexpr uint8_t kTiers[] = {60, 35, 10, 0};
// By EffectiveConnectionType of entry.proto; 4g and unknown are 0.
constexpr uint8_t kConnections[] = {0, 150, 120, 60};
constexpr uint32_t kFirstPage = 150;

// All of it when poor, half when in between.
uint32_t PointsOf(Metric metric, uint64_t value, uint32_t poor) {
  if (value == kNotMeasured) return 0;
  const Rating rating = Rate(metric, value);
  if (rating == Rating::kPoor) return poor;
  return rating == Rating::kNeedsImprovement ? poor / 2 : 0;
}

uint32_t PointsOfLoad(uint64_t load_100us) {
  if (load_100us == kNotMeasured) return 0;
  if (load_100us > kVerySlowLoad100us) return kVerySlowLoad;
  return load_100us > kSlowLoad100us ? kVerySlowLoad / 2 : 0;
}

}  // namespace

uint32_t BounceRiskPermille(const BounceRiskFacts& facts) {
  const Device& device = facts.device;
  uint32_t risk = kEverybody;
  risk += PointsOf(Metric::kLcp, facts.lcp_100us, 220);
  risk += PointsOf(Metric::kInp, facts.inp_100us, 140);
  risk += PointsOf(Metric::kCls, facts.cls_nano, 100);
  risk += PointsOfLoad(facts.load_100us);
  risk += kTiers[static_cast<int>(ClassifyDevice(device.memory_mib, device.hardware_concurrency))];
  if (device.effective_connection_type < sizeof(kConnections)) {
    risk += kConnections[device.effective_connection_type];
  }
  if (facts.pages_visited <= 1) return risk + kFirstPage;
  return risk + (facts.pages_visited == 2 ? kFirstPage / 2 : 0);
}

}  // namespace paceline::core
