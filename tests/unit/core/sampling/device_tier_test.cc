#include "core/sampling/device_tier.h"

#include <gtest/gtest.h>

namespace paceline::core {
namespace {

TEST(DeviceTierTest, NeedsBothMemoryAndCoresForTheUpperTiers) {
  EXPECT_EQ(ClassifyDevice(8192, 8), DeviceTier::kHighEnd);
  EXPECT_EQ(ClassifyDevice(8191, 8), DeviceTier::kMidRange);
  EXPECT_EQ(ClassifyDevice(8192, 7), DeviceTier::kMidRange);
  EXPECT_EQ(ClassifyDevice(4096, 4), DeviceTier::kMidRange);
  EXPECT_EQ(ClassifyDevice(4096, 3), DeviceTier::kLowEnd);
  EXPECT_EQ(ClassifyDevice(4095, 16), DeviceTier::kLowEnd);
  EXPECT_EQ(ClassifyDevice(2048, 1), DeviceTier::kLowEnd);
  EXPECT_EQ(ClassifyDevice(2047, 16), DeviceTier::kVeryLowEnd);
  EXPECT_EQ(ClassifyDevice(256, 1), DeviceTier::kVeryLowEnd);
}

TEST(DeviceTierTest, CountsTheUnknownAsFour) {
  EXPECT_EQ(ClassifyDevice(0, 0), DeviceTier::kMidRange);
  EXPECT_EQ(ClassifyDevice(0, 16), DeviceTier::kMidRange);
  EXPECT_EQ(ClassifyDevice(8192, 0), DeviceTier::kMidRange);
  EXPECT_EQ(ClassifyDevice(0, 2), DeviceTier::kLowEnd);
  EXPECT_EQ(ClassifyDevice(1024, 0), DeviceTier::kVeryLowEnd);
}

TEST(DeviceTierTest, HasTheNamesOfTheSpecification) {
  EXPECT_EQ(DeviceTierName(DeviceTier::kHighEnd), "high-end");
  EXPECT_EQ(DeviceTierName(DeviceTier::kMidRange), "mid-range");
  EXPECT_EQ(DeviceTierName(DeviceTier::kLowEnd), "low-end");
  EXPECT_EQ(DeviceTierName(DeviceTier::kVeryLowEnd), "very-low-end");
}

}  // namespace
}  // namespace paceline::core
