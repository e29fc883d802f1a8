#include "core/sampling/device_tier.h"

namespace paceline::core {
namespace {

struct TierRule {
  DeviceTier tier;
  uint32_t min_memory_mib;
  uint32_t min_cores;
};

// The first rule that holds decides.
constexpr TierRule kTierRules[] = {
    {DeviceTier::kHighEnd, 8 * 1024, 8},
    {DeviceTier::kMidRange, 4 * 1024, 4},
    {DeviceTier::kLowEnd, 2 * 1024, 0},
};

constexpr uint32_t kUnknownMemoryMib = 4 * 1024;
constexpr uint32_t kUnknownCores = 4;

}  // namespace

DeviceTier ClassifyDevice(uint32_t device_memory_mib, uint32_t hardware_concurrency) {
  const uint32_t memory_mib = device_memory_mib == 0 ? kUnknownMemoryMib : device_memory_mib;
  const uint32_t cores = hardware_concurrency == 0 ? kUnknownCores : hardware_concurrency;
  for (const TierRule& rule : kTierRules) {
    if (memory_mib >= rule.min_memory_mib && cores >= rule.min_cores) return rule.tier;
  }
  return DeviceTier::kVeryLowEnd;
}

std::string_view DeviceTierName(DeviceTier tier) {
  switch (tier) {
    case DeviceTier::kHighEnd:
      return "high-end";
    case DeviceTier::kMidRange:
      return "mid-range";
    case DeviceTier::kLowEnd:
      return "low-end";
    case DeviceTier::kVeryLowEnd:
      return "very-low-end";
  }
  return "very-low-end";
}

}  // namespace paceline::core
