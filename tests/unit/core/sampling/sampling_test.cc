#include "core/sampling/sampling.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/core/testing/vectors.h"

namespace paceline::core {
namespace {

using testing::FromHex;
using testing::ReadVectors;

TEST(SamplingTest, DecidesAsTheSharedVectorsSay) {
  const auto vectors = ReadVectors("sampling_vectors.json");
  const auto& decisions = vectors.fields().at("decisions").list_value().values();
  ASSERT_GT(decisions.size(), 50);
  for (const auto& value : decisions) {
    const auto& fields = value.struct_value().fields();
    const std::string id = FromHex(fields.at("session_id_hex").string_value());
    const auto ppm = static_cast<uint32_t>(fields.at("sample_rate_ppm").number_value());
    EXPECT_EQ(SessionHash(id), fields.at("hash").number_value()) << value.ShortDebugString();
    EXPECT_EQ(IsSampled(id, ppm), fields.at("sampled").bool_value()) << value.ShortDebugString();
  }
}

TEST(SamplingTest, WeighsAsTheSharedVectorsSay) {
  const auto vectors = ReadVectors("sampling_vectors.json");
  const auto& weights = vectors.fields().at("weights").list_value().values();
  ASSERT_GT(weights.size(), 10);
  for (const auto& value : weights) {
    const auto& fields = value.struct_value().fields();
    const auto ppm = static_cast<uint32_t>(fields.at("sample_rate_ppm").number_value());
    EXPECT_EQ(static_cast<double>(SampleWeightMicro(ppm)),
              fields.at("weight_micro").number_value());
  }
}

TEST(SamplingTest, ReadsZeroAndTooLargeRatesAsAllSessions) {
  const std::string id(16, '\xff');
  EXPECT_TRUE(IsSampled(id, 0));
  EXPECT_TRUE(IsSampled(id, UINT32_MAX));
  EXPECT_EQ(SampleWeightMicro(0), kUnitWeightMicro);
  EXPECT_EQ(SampleWeightMicro(2'000'000), kUnitWeightMicro);
}

TEST(SamplingTest, SamplesAboutTheShareAskedFor) {
  constexpr int kSessions = 100'000;
  int sampled = 0;
  for (int i = 0; i < kSessions; ++i) {
    // Ids that differ in few bits, as random ones never would.
    const char bytes[] = {0, static_cast<char>(i >> 16), static_cast<char>(i >> 8),
                          static_cast<char>(i)};
    sampled += IsSampled(std::string_view(bytes, sizeof(bytes)), 100'000) ? 1 : 0;
  }
  // Five standard deviations of a binomial distribution: 5 * sqrt(100,000 * 0.1 * 0.9).
  EXPECT_NEAR(sampled, kSessions / 10, 475);
}

}  // namespace
}  // namespace paceline::core
