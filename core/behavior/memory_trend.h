// Judges samples of the used heap.
//
// A heap's size goes up and down with every garbage collection; what counts is its floor. The floor
// of six samples in a row (three minutes at the agent's pace) is the least of them. A leak is
// likely while the floors of the last four such runs rise from each to the next, and the last one
// is at least an eighth and 4 MiB above the first.
//
// Not thread-safe.
#pragma once

#include <cstdint>

#include "core/wire/entry.h"

namespace paceline::core {

class MemoryTrend {
 public:
  void Observe(const MemorySample& sample);

  bool likely_leak() const { return likely_leak_; }

 private:
  static constexpr int kFloors = 4;

  void EndRun();

  uint32_t samples_ = 0;
  uint32_t floor_kib_ = UINT32_MAX;
  // The latest last; 0: there was none yet.
  uint32_t floors_kib_[kFloors] = {};
  bool likely_leak_ = false;
};

// Over 90 % of the limit; false where the limit is not known.
bool IsOverMemoryLimit(const MemorySample& sample);

}  // namespace paceline::core
