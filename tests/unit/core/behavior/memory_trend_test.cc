#include "core/behavior/memory_trend.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace paceline::core {
namespace {

constexpr uint32_t kMib = 1024;

// Six samples, the least of them `floor_mib`, as garbage collection makes them.
void Samples(MemoryTrend* trend, uint32_t floor_mib) {
  for (const uint32_t above : {9u, 3u, 0u, 12u, 5u, 8u}) {
    trend->Observe({0, (floor_mib + above) * kMib, 0});
  }
}

TEST(MemoryTrendTest, SuspectsAFloorThatRisesFourTimes) {
  MemoryTrend trend;
  for (const uint32_t floor : {40u, 44u, 47u}) {
    Samples(&trend, floor);
    EXPECT_FALSE(trend.likely_leak());
  }
  Samples(&trend, 50);
  EXPECT_TRUE(trend.likely_leak());
  Samples(&trend, 50);
  EXPECT_FALSE(trend.likely_leak());
}

TEST(MemoryTrendTest, SuspectsNothingOfASawtooth) {
  MemoryTrend trend;
  for (int i = 0; i < 60; ++i) {
    trend.Observe({0, (40 + 10 * static_cast<uint32_t>(i % 7)) * kMib, 0});
    EXPECT_FALSE(trend.likely_leak());
  }
}

TEST(MemoryTrendTest, SuspectsNothingOfALittleMore) {
  MemoryTrend trend;
  for (const uint32_t floor : {400u, 401u, 402u, 403u, 404u}) Samples(&trend, floor);
  EXPECT_FALSE(trend.likely_leak());
}

TEST(MemoryTrendTest, KnowsTheLimit) {
  EXPECT_FALSE(IsOverMemoryLimit({0, 90, 100}));
  EXPECT_TRUE(IsOverMemoryLimit({0, 91, 100}));
  EXPECT_FALSE(IsOverMemoryLimit({0, 91, 0}));
  EXPECT_TRUE(IsOverMemoryLimit({0, UINT32_MAX, UINT32_MAX}));
}

}  // namespace
}  // namespace paceline::core
