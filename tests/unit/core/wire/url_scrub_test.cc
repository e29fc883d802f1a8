#include "core/wire/url_scrub.h"

#include <gtest/gtest.h>

#include "tests/unit/core/testing/vectors.h"

namespace paceline::core {
namespace {

TEST(UrlScrubTest, ScrubsAsTheSharedVectorsSayAndTwiceAsOnce) {
  const auto vectors = testing::ReadVectors("url_scrub_vectors.json");
  const auto& list = vectors.fields().at("vectors").list_value().values();
  ASSERT_GT(list.size(), 40);
  for (const auto& value : list) {
    const std::string& input = value.struct_value().fields().at("input").string_value();
    const std::string& output = value.struct_value().fields().at("output").string_value();
    EXPECT_EQ(ScrubUrl(input), output) << input;
    EXPECT_EQ(ScrubUrl(output), output) << input;
  }
}

}  // namespace
}  // namespace paceline::core
