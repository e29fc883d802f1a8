#include "collector/ingest/page_grouper.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace paceline::ingest {
namespace {

TEST(NormalizePathTest, KeepsPlainPaths) {
  EXPECT_EQ(NormalizePath("/"), "/");
  EXPECT_EQ(NormalizePath("/courses/watercolour"), "/courses/watercolour");
}

TEST(NormalizePathTest, MakesOnePageOfTheWaysToWriteIt) {
  EXPECT_EQ(NormalizePath("/Courses/"), "/courses");
  EXPECT_EQ(NormalizePath("/courses/index.html"), "/courses");
  EXPECT_EQ(NormalizePath("/index.html"), "/");
  EXPECT_EQ(NormalizePath("//courses///list"), "/courses/list");
  EXPECT_EQ(NormalizePath("/courses?page=2#top"), "/courses");
  EXPECT_EQ(NormalizePath("https://academy.example/Courses/"), "/courses");
  EXPECT_EQ(NormalizePath("https://academy.example"), "/");
}

TEST(NormalizePathTest, PutsIdForWhatNamesOneThing) {
  EXPECT_EQ(NormalizePath("/courses/42"), "/courses/:id");
  EXPECT_EQ(NormalizePath("/courses/42/lessons/7/"), "/courses/:id/lessons/:id");
  EXPECT_EQ(NormalizePath("/reset/:token"), "/reset/:id");
  EXPECT_EQ(NormalizePath("/reset/user-:token"), "/reset/:id");
  EXPECT_EQ(NormalizePath("/users/:email/edit"), "/users/:id/edit");
  EXPECT_EQ(NormalizePath("/orders/3F2504E0"), "/orders/:id");
}

TEST(NormalizePathTest, LeavesWordsThatLookLikeNumbers) {
  EXPECT_EQ(NormalizePath("/defaced/facade"), "/defaced/facade");
  EXPECT_EQ(NormalizePath("/feedface"), "/feedface");
  EXPECT_EQ(NormalizePath("/a1b2c3"), "/a1b2c3");
  EXPECT_EQ(NormalizePath("/top-10"), "/top-10");
}

TEST(NormalizePathTest, NamesWhatHasNoPath) {
  EXPECT_EQ(NormalizePath(""), kUnknownPageGroup);
  EXPECT_EQ(NormalizePath("courses"), kUnknownPageGroup);
  EXPECT_EQ(NormalizePath("/" + std::string(kMaxPageGroupBytes, 'a')), kOtherPageGroup);
  EXPECT_EQ(NormalizePath("/" + std::string(kMaxPageGroupBytes - 1, 'a')).size(),
            kMaxPageGroupBytes);
}

TEST(PageGrouperTest, PutsWhatComesAfterTheLimitTogether) {
  PageGrouper grouper;
  for (size_t i = 0; i < kMaxPageGroups; ++i) {
    EXPECT_NE(grouper.Group("academy", "/page-" + std::to_string(i)), kOtherPageGroup);
  }
  EXPECT_EQ(grouper.Group("academy", "/one-more"), kOtherPageGroup);
  EXPECT_EQ(grouper.Group("academy", "/page-0"), "/page-0");
  EXPECT_EQ(grouper.Group("another", "/one-more"), "/one-more") << "the limit is each site's own";
}

TEST(PageGrouperTest, RemembersEarlierGroupsFirst) {
  PageGrouper grouper;
  grouper.Remember("academy", "/courses");
  grouper.Remember("academy", kOtherPageGroup);
  for (size_t i = 0; i < kMaxPageGroups - 1; ++i) {
    EXPECT_NE(grouper.Group("academy", "/page-" + std::to_string(i)), kOtherPageGroup);
  }
  EXPECT_EQ(grouper.Group("academy", "/one-more"), kOtherPageGroup);
  EXPECT_EQ(grouper.Group("academy", "/courses"), "/courses");
}

TEST(PageGrouperTest, KeepsItsLimitWhenThreadsRace) {
  PageGrouper grouper;
  std::vector<std::set<std::string>> seen(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < seen.size(); ++t) {
    threads.emplace_back([&grouper, &mine = seen[t], t] {
      for (size_t i = 0; i < 400; ++i) {
        mine.insert(grouper.Group("academy", "/p-" + std::to_string(t) + "-" + std::to_string(i)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : seen) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), kMaxPageGroups + 1) << "all the room, and \"other\"";
}

}  // namespace
}  // namespace paceline::ingest
