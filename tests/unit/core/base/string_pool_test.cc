#include "core/base/string_pool.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/limits.h"

namespace paceline::core {
namespace {

TEST(StringPoolTest, GivesEqualStringsOneNumberAcrossGrowth) {
  StringPool pool;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < 1000; ++i) {
      ASSERT_EQ(pool.Add("div#item-" + std::to_string(i)), i + 1);
    }
  }
  EXPECT_EQ(pool.size(), 1000u);
  EXPECT_EQ(pool.Get(1), "div#item-0");
  EXPECT_EQ(pool.Get(1000), "div#item-999");
}

TEST(StringPoolTest, HasNothingForTheEmptyStringAndForNone) {
  StringPool pool;
  EXPECT_EQ(pool.Add(""), 0u);
  EXPECT_EQ(pool.Get(0), "");
  EXPECT_EQ(pool.Get(7), "");
}

TEST(StringPoolTest, KnowsOldStringsButTakesNoNewOnesWhenFull) {
  StringPool pool;
  for (uint32_t i = 0; i < kMaxStringsPerDocument; ++i) pool.Add(std::to_string(i));
  EXPECT_EQ(pool.Add("one more"), 0u);
  EXPECT_EQ(pool.Add("0"), 1u);
  EXPECT_EQ(pool.size(), kMaxStringsPerDocument);
}

TEST(StringPoolTest, CutsLongStringsAtACharacter) {
  StringPool pool;
  const std::string text = std::string(kMaxStringBytes - 1, 'x') + "é and more";
  EXPECT_EQ(pool.Get(pool.Add(text)), std::string(kMaxStringBytes - 1, 'x'));
}

}  // namespace
}  // namespace paceline::core
