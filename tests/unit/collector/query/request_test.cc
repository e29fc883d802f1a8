#include "collector/query/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "collector/store/rollup_slices.h"

namespace paceline::query {
namespace {

using ::testing::HasSubstr;

TEST(CheckSiteTest, NamesTheSitesThereAre) {
  EXPECT_TRUE(CheckSite("academy", {"academy", "shop"}).ok());
  const absl::Status missing = CheckSite("", {"academy", "shop"});
  EXPECT_TRUE(absl::IsInvalidArgument(missing));
  EXPECT_THAT(std::string(missing.message()),
              HasSubstr("site is required; known sites: academy, shop"));
  const absl::Status unknown = CheckSite("acadmy", {"academy"});
  EXPECT_TRUE(absl::IsNotFound(unknown));
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("known sites: academy"));
}

TEST(ParseLimitTest, IsA100ByDefaultAnd1000AtMost) {
  EXPECT_EQ(*ParseLimit(0), 100u);
  EXPECT_EQ(*ParseLimit(1'000), 1'000u);
  EXPECT_TRUE(absl::IsInvalidArgument(ParseLimit(1'001).status()));
}

TEST(ParseSliceTest, NamesSlicesThatTheStoreKeeps) {
  EXPECT_EQ(ParseSlice("", v1::DIMENSION_UNSPECIFIED, "")->dimension, "");
  EXPECT_EQ(ParseSlice("/courses", v1::DIMENSION_UNSPECIFIED, "")->dimension, "page");
  for (int i = 1; i < v1::Dimension_ARRAYSIZE; ++i) {
    const auto dimension = static_cast<v1::Dimension>(i);
    const auto alone = ParseSlice("", dimension, "phone");
    ASSERT_TRUE(alone.ok());
    EXPECT_TRUE(store::FindSlice(alone->dimension).has_value()) << alone->dimension;
    const auto with_page = ParseSlice("/courses", dimension, "phone");
    ASSERT_TRUE(with_page.ok());
    EXPECT_TRUE(store::FindSlice(with_page->dimension).has_value()) << with_page->dimension;
    EXPECT_EQ(with_page->value, "/courses\nphone");
  }
}

TEST(ParseSliceTest, RefusesHalfADimension) {
  EXPECT_THAT(std::string(ParseSlice("", v1::DIMENSION_UNSPECIFIED, "phone").status().message()),
              HasSubstr("needs a dimension"));
  EXPECT_THAT(std::string(ParseSlice("", v1::DIMENSION_BROWSER, "").status().message()),
              HasSubstr("needs a dimension_value"));
  EXPECT_FALSE(ParseSlice("", static_cast<v1::Dimension>(99), "x").ok());
}

TEST(ParseSessionIdTest, ReadsWhatToHexWrites) {
  const std::string id = std::string("\0\x01\xfe\xff", 4) + "session-id-1";
  const auto parsed = ParseSessionId(ToHex(id));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, id);
  EXPECT_EQ(ToHex(id).substr(0, 8), "0001feff");
}

TEST(ParseSessionIdTest, RefusesAnythingElse) {
  for (const char* text :
       {"", "abc", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef00"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseSessionId(text).status())) << text;
  }
}

}  // namespace
}  // namespace paceline::query
