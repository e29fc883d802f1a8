// Names by page, and room for the names that sites give.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "collector/ingest/known_values.h"
#include "collector/ingest/page_rules.h"

namespace paceline::ingest {
namespace {

TEST(MatchesPathTest, TakesAPathFromEndToEnd) {
  EXPECT_TRUE(MatchesPath("/pricing", "/pricing"));
  EXPECT_TRUE(MatchesPath("/pricing/", "/pricing"));
  EXPECT_TRUE(MatchesPath("/", "/"));
  EXPECT_FALSE(MatchesPath("/pricing", "/pricing/teams"));
  EXPECT_FALSE(MatchesPath("/", "/pricing"));
}

TEST(MatchesPathTest, HasOneStarForASegmentAndTwoForAnything) {
  EXPECT_TRUE(MatchesPath("/courses/*", "/courses/42"));
  EXPECT_FALSE(MatchesPath("/courses/*", "/courses/42/lessons"));
  EXPECT_TRUE(MatchesPath("/courses/**", "/courses/42/lessons"));
  EXPECT_TRUE(MatchesPath("/courses/*/lessons/*", "/courses/42/lessons/1"));
  EXPECT_TRUE(MatchesPath("/**/thanks", "/a/b/thanks"));
  EXPECT_TRUE(MatchesPath("/blog**", "/blog"));
  EXPECT_TRUE(MatchesPath("/**/*.html", "/a/b/c.html"));
  EXPECT_FALSE(MatchesPath("/**/*.html", "/a/b/c.htm"));
  EXPECT_TRUE(MatchesPath("/*-course", "/first-second-course"));
}

TEST(MatchesPathTest, TakesAHostilePatternInItsStride) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(
      MatchesPath(absl::StrCat("/", pattern, "b"), absl::StrCat("/", std::string(2'000, 'a'))));
}

TEST(NameByRulesTest, GivesTheFirstNameThatFits) {
  const std::vector<PageRule> rules = {{"awareness", {"/", "/blog/**"}},
                                       {"decision", {"/pricing**"}},
                                       {"conversion", {"/pricing/pay"}}};
  EXPECT_EQ(NameByRules(rules, "/"), "awareness");
  EXPECT_EQ(NameByRules(rules, "https://a.example/blog/x?y=1"), "awareness");
  EXPECT_EQ(NameByRules(rules, "/pricing/pay"), "decision");
  EXPECT_EQ(NameByRules(rules, "/about"), "");
  EXPECT_EQ(NameByRules(rules, ""), "");
}

TEST(KnownValuesTest, HasRoomForSoManyValuesOfADimension) {
  KnownValues values;
  for (size_t i = 0; i < kMaxDimensionValues; ++i) {
    const std::string release = absl::StrCat("v", i);
    EXPECT_EQ(values.Admit("academy", "release", release), release);
  }
  EXPECT_EQ(values.Admit("academy", "release", "one more"), "other");
  EXPECT_EQ(values.Admit("academy", "release", "v7"), "v7");
  EXPECT_EQ(values.Admit("academy", "variant", "one more"), "one more");
  EXPECT_EQ(values.Admit("shop", "release", "one more"), "one more");
  EXPECT_EQ(values.Admit("academy", "release", ""), "");
}

TEST(KnownValuesTest, CutsLongValuesAtACharacter) {
  KnownValues values;
  const std::string long_value = std::string(63, 'a') + "ä";
  EXPECT_EQ(values.Admit("academy", "release", long_value), std::string(63, 'a'));
}

TEST(KnownValuesTest, RemembersAnEarlierRun) {
  KnownValues values;
  values.Remember("academy", "release", "other");
  for (size_t i = 0; i < kMaxDimensionValues; ++i) {
    values.Remember("academy", "release", absl::StrCat("old", i));
  }
  EXPECT_EQ(values.Admit("academy", "release", "new"), "other");
  EXPECT_EQ(values.Admit("academy", "release", "old3"), "old3");
}

}  // namespace
}  // namespace paceline::ingest
