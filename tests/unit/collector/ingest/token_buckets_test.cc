#include "collector/ingest/token_buckets.h"

#include <gtest/gtest.h>

#include <string>

namespace paceline::ingest {
namespace {

int Taken(TokenBuckets* buckets, std::string_view key, uint64_t now_ms, int tries) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += buckets->Take(key, now_ms) ? 1 : 0;
  return taken;
}

TEST(TokenBucketsTest, ABurstThenASteadyRate) {
  TokenBuckets buckets(5);
  EXPECT_EQ(Taken(&buckets, "a", 1000, 100), 50);
  EXPECT_EQ(Taken(&buckets, "a", 1100, 100), 0) << "half a token";
  EXPECT_EQ(Taken(&buckets, "a", 1200, 100), 1);
  EXPECT_EQ(Taken(&buckets, "a", 3200, 100), 10);
}

TEST(TokenBucketsTest, NeverHoldsMoreThanABurst) {
  TokenBuckets buckets(5);
  EXPECT_EQ(Taken(&buckets, "a", 1000, 100), 50);
  EXPECT_EQ(Taken(&buckets, "a", UINT64_MAX, 100), 50);
}

TEST(TokenBucketsTest, KeysDoNotShare) {
  TokenBuckets buckets(1);
  EXPECT_EQ(Taken(&buckets, "a", 1000, 100), 10);
  EXPECT_EQ(Taken(&buckets, "b", 1000, 100), 10);
}

TEST(TokenBucketsTest, AClockThatGoesBackGivesNothingAndGoesOn) {
  TokenBuckets buckets(1);
  EXPECT_EQ(Taken(&buckets, "a", 100'000, 100), 10);
  EXPECT_EQ(Taken(&buckets, "a", 1000, 100), 0);
  EXPECT_EQ(Taken(&buckets, "a", 2000, 100), 1);
}

TEST(TokenBucketsTest, NoLimitIsNone) {
  TokenBuckets buckets(0);
  EXPECT_EQ(Taken(&buckets, "a", 0, 100'000), 100'000);
}

TEST(TokenBucketsTest, FarMoreKeysThanRoomLeaveABusyOneItsLimit) {
  TokenBuckets buckets(1);
  uint64_t now_ms = 1000;
  EXPECT_EQ(Taken(&buckets, "busy", now_ms, 100), 10);
  int taken = 0;
  for (size_t i = 0; i < 4 * TokenBuckets::kMaxKeys; ++i) {
    buckets.Take(std::to_string(i), now_ms);
    // Seen again and again, it is never the one that is forgotten.
    if (i % 16 == 0) taken += buckets.Take("busy", ++now_ms) ? 1 : 0;
  }
  const auto seconds = static_cast<int>((now_ms - 1000) / 1000);
  EXPECT_LE(taken, seconds + 1);
}

}  // namespace
}  // namespace paceline::ingest
