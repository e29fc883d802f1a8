// How many interactions a document has seen: performance.interactionCount, or an estimate of it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace paceline::core {

class InteractionCounter {
 public:
  // From a batch or a page view's start; 0 where the browser does not count.
  void ObserveNative(uint32_t interaction_count) {
    native_count_ = std::max(native_count_, interaction_count);
  }

  // PerformanceEventTiming.interactionId; 0 is passed over.
  void ObserveId(uint32_t interaction_id) {
    if (interaction_id == 0) return;
    min_id_ = std::min(min_id_, interaction_id);
    max_id_ = std::max(max_id_, interaction_id);
  }

  uint32_t Count() const {
    if (native_count_ > 0) return native_count_;
    // Chromium and those that followed it add 7 from one interaction to the next. Source:
    // web-vitals, interactionCountPolyfill.
    constexpr uint32_t kIdStep = 7;
    return max_id_ == 0 ? 0 : (max_id_ - min_id_) / kIdStep + 1;
  }

 private:
  uint32_t native_count_ = 0;
  uint32_t min_id_ = UINT32_MAX;
  uint32_t max_id_ = 0;
};

}  // namespace paceline::core
