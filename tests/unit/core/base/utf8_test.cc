#include "core/base/utf8.h"

#include <gtest/gtest.h>

#include <string_view>

namespace paceline::core {
namespace {

TEST(Utf8Test, AcceptsWellFormedText) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("plain"));
  // The first and last code point of each length, and around the surrogates.
  EXPECT_TRUE(IsValidUtf8("\xc2\x80\xdf\xbf"));
  EXPECT_TRUE(IsValidUtf8("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"));
  EXPECT_TRUE(IsValidUtf8("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
}

TEST(Utf8Test, RefusesEverythingElse) {
  // A lone continuation byte, a cut character, overlong forms, a surrogate, beyond the last code
  // point, no lead byte.
  for (const std::string_view text :
       {"\x80", "a\xbf", "\xc3", "\xe2\x82", "\xf0\x9f\x92", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
        "\xe2\x28\xa1", "\xe2\x82\x28"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << ::testing::PrintToString(text);
  }
}

TEST(Utf8Test, CutsNeverInsideACharacter) {
  EXPECT_EQ(CutUtf8("abc", 3), "abc");
  EXPECT_EQ(CutUtf8("abc", 2), "ab");
  EXPECT_EQ(CutUtf8("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
  EXPECT_EQ(CutUtf8("a\xe2\x82\xac", 3), "a");
  EXPECT_EQ(CutUtf8("\xf0\x9f\x92\xa9", 3), "");
}

}  // namespace
}  // namespace paceline::core
