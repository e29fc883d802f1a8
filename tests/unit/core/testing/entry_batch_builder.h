// Builds EntryBatches with the real protobuf library, one line an entry. Times are in milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "paceline/v1/entry.pb.h"

namespace paceline::core::testing {

inline constexpr uint64_t kOriginUnixMs = 1'790'000'000'000;

class EntryBatchBuilder {
 public:
  EntryBatchBuilder();

  EntryBatchBuilder& PageViewStart(double at_ms = 0,
                                   v1::NavigationType type = v1::NAVIGATION_TYPE_NAVIGATE,
                                   const std::string& url = "/courses");
  // The page view begun last was first hidden at that time, before the agent ran.
  EntryBatchBuilder& HiddenBefore(double at_ms);
  EntryBatchBuilder& ActivatedAt(double at_ms);
  EntryBatchBuilder& InteractionsBefore(uint32_t count);
  EntryBatchBuilder& Unmeasurable(uint32_t metrics);

  EntryBatchBuilder& Navigation(double response_start_ms);
  EntryBatchBuilder& FirstContentfulPaint(double at_ms);
  EntryBatchBuilder& RestoredPaint(double at_ms);
  EntryBatchBuilder& LargestContentfulPaint(double at_ms, const std::string& target = "img.hero",
                                            uint32_t size_px = 1000, const std::string& url = "");
  // `sources`: names of the moved elements; "" for one without a name.
  EntryBatchBuilder& LayoutShift(double at_ms, double value,
                                 const std::vector<std::string>& sources = {},
                                 bool had_recent_input = false);
  EntryBatchBuilder& EventTiming(double at_ms, double duration_ms, uint32_t interaction_id,
                                 const std::string& name = "click",
                                 const std::string& target = "button#go");
  EntryBatchBuilder& FirstInput(double at_ms, double delay_ms, double duration_ms,
                                uint32_t interaction_id);
  EntryBatchBuilder& Visibility(double at_ms, bool hidden);
  EntryBatchBuilder& UserInput(double at_ms);
  EntryBatchBuilder& Click(double at_ms, int x = 100, int y = 100,
                           const std::string& target = "button#go");

  EntryBatchBuilder& InteractionCount(uint32_t count);
  EntryBatchBuilder& SampleRatePpm(uint32_t ppm);
  EntryBatchBuilder& KeptUnsampled();

  v1::EntryBatch& message() { return batch_; }
  uint32_t Ref(const std::string& text);
  std::string Serialize() const { return batch_.SerializeAsString(); }

 private:
  v1::Entry* Add() { return batch_.add_entries(); }
  v1::Entry::PageViewStart* LastPageViewStart();

  v1::EntryBatch batch_;
};

// Milliseconds to the wire's units of 0.1 ms.
uint32_t Units(double ms);

}  // namespace paceline::core::testing
