#include "core/behavior/memory_trend.h"

#include <algorithm>

namespace paceline::core {
namespace {

constexpr uint32_t kSamplesPerRun = 6;
constexpr uint32_t kMinRiseKib = 4 * 1024;
constexpr uint32_t kMinRiseFraction = 8;

}  // namespace

void MemoryTrend::Observe(const MemorySample& sample) {
  floor_kib_ = std::min(floor_kib_, sample.used_kib);
  if (++samples_ == kSamplesPerRun) EndRun();
}

void MemoryTrend::EndRun() {
  for (int i = 1; i < kFloors; ++i) floors_kib_[i - 1] = floors_kib_[i];
  floors_kib_[kFloors - 1] = floor_kib_;
  samples_ = 0;
  floor_kib_ = UINT32_MAX;
  const uint32_t first = floors_kib_[0];
  const uint64_t least = uint64_t{first} + std::max(kMinRiseKib, first / kMinRiseFraction);
  likely_leak_ = first != 0 && floors_kib_[kFloors - 1] >= least;
  for (int i = 1; i < kFloors; ++i) {
    likely_leak_ = likely_leak_ && floors_kib_[i] > floors_kib_[i - 1];
  }
}

bool IsOverMemoryLimit(const MemorySample& sample) {
  return sample.limit_kib != 0 && uint64_t{sample.used_kib} * 10 > uint64_t{sample.limit_kib} * 9;
}

}  // namespace paceline::core
