#include "collector/ingest/page_grouper.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/ingest/page_path.h"

namespace paceline::ingest {
namespace {

std::string ByLooks(std::string_view url) {
  std::vector<std::string> segments;
  return SplitPath(url, &segments) ? JoinPath(segments) : "no path";
}

TEST(PagePathTest, KeepsPlainPaths) {
  EXPECT_EQ(ByLooks("/"), "/");
  EXPECT_EQ(ByLooks("/courses/watercolour"), "/courses/watercolour");
}

TEST(PagePathTest, MakesOnePageOfTheWaysToWriteIt) {
  EXPECT_EQ(ByLooks("/Courses/"), "/courses");
  EXPECT_EQ(ByLooks("/courses/index.html"), "/courses");
  EXPECT_EQ(ByLooks("/index.html"), "/");
  EXPECT_EQ(ByLooks("//courses///list"), "/courses/list");
  EXPECT_EQ(ByLooks("/courses?page=2#top"), "/courses");
  EXPECT_EQ(ByLooks("https://academy.example/Courses/"), "/courses");
  EXPECT_EQ(ByLooks("https://academy.example"), "/");
}

TEST(PagePathTest, PutsIdForWhatNamesOneThing) {
  EXPECT_EQ(ByLooks("/courses/42"), "/courses/:id");
  EXPECT_EQ(ByLooks("/courses/42/lessons/7/"), "/courses/:id/lessons/:id");
  EXPECT_EQ(ByLooks("/reset/:token"), "/reset/:id");
  EXPECT_EQ(ByLooks("/reset/user-:token"), "/reset/:id");
  EXPECT_EQ(ByLooks("/users/:email/edit"), "/users/:id/edit");
  EXPECT_EQ(ByLooks("/orders/3F2504E0"), "/orders/:id");
  EXPECT_EQ(ByLooks("/calendar/2026-11-21"), "/calendar/:id");
  EXPECT_EQ(ByLooks("/news/2026/11/21"), "/news/:id/:id/:id");
  EXPECT_EQ(ByLooks("/orders/order-20417"), "/orders/:id");
}

TEST(PagePathTest, LeavesWordsThatLookLikeNumbers) {
  EXPECT_EQ(ByLooks("/defaced/facade"), "/defaced/facade");
  EXPECT_EQ(ByLooks("/feedface"), "/feedface");
  EXPECT_EQ(ByLooks("/a1b2c3"), "/a1b2c3");
  EXPECT_EQ(ByLooks("/top-10"), "/top-10");
  EXPECT_EQ(ByLooks("/review-2026"), "/review-2026");
}

TEST(PageGrouperTest, NamesWhatHasNoPath) {
  PageGrouper grouper;
  EXPECT_EQ(grouper.Group("academy", ""), kUnknownPageGroup);
  EXPECT_EQ(grouper.Group("academy", "courses"), kUnknownPageGroup);
  EXPECT_EQ(grouper.Group("academy", "/" + std::string(kMaxPageGroupBytes, 'a')), kOtherPageGroup);
  EXPECT_EQ(grouper.Group("academy", "/" + std::string(kMaxPageGroupBytes - 1, 'a')).size(),
            kMaxPageGroupBytes);
}

TEST(PageGrouperTest, LearnsThatAPlaceNamesThings) {
  PageGrouper grouper;
  for (uint32_t i = 0; i < kMaxPlaceValues; ++i) {
    const std::string page = absl::StrCat("/students/s", i, "/profile");
    EXPECT_EQ(grouper.Group("academy", page), page);
  }
  const uint64_t before = grouper.generation();
  EXPECT_EQ(grouper.Group("academy", "/students/ann/profile"), "/students/*/profile");
  EXPECT_NE(grouper.generation(), before);
  EXPECT_EQ(grouper.Group("academy", "/students/s0/profile"), "/students/*/profile");
  EXPECT_EQ(grouper.Group("academy", "/students/s0/marks"), "/students/*/marks");
  EXPECT_EQ(grouper.Group("academy", "/students"), "/students");
  EXPECT_EQ(grouper.Group("academy", "/courses/s0"), "/courses/s0") << "another place";
  EXPECT_EQ(grouper.Group("shop", "/students/s0/profile"), "/students/s0/profile");
}

TEST(PageGrouperTest, LearnsTitlesSooner) {
  PageGrouper grouper;
  for (uint32_t i = 0; i < kMaxPlaceValues / kSlugCounts; ++i) {
    const std::string page = absl::StrCat("/blog/how-to-run-mile-", i);
    EXPECT_EQ(grouper.Group("academy", page), page);
  }
  EXPECT_EQ(grouper.Group("academy", "/blog/what-to-eat-before-running"), "/blog/*");
}

TEST(PageGrouperTest, LetsMainPagesKeepTheirNames) {
  PageGrouper grouper;
  for (uint32_t i = 0; i < kMaxFirstValues; ++i) {
    grouper.Group("academy", absl::StrCat("/page", i));
  }
  EXPECT_EQ(grouper.Group("academy", "/page0"), "/page0");
  EXPECT_EQ(grouper.Group("academy", "/late"), "/*");
}

TEST(PageGrouperTest, MakesRoomByLearning) {
  PageGrouper grouper;
  const auto page = [](uint32_t student, uint32_t tab) {
    return absl::StrCat("/students/s", student, "/tab", tab);
  };
  constexpr uint32_t kTabs = 20;
  for (uint32_t i = 0; i <= kMaxPlaceValues; ++i) {
    for (uint32_t tab = 0; tab < kTabs; ++tab) grouper.Group("academy", page(i, tab));
  }
  EXPECT_EQ(grouper.Group("academy", page(1, 1)), "/students/*/tab1");
  EXPECT_EQ(grouper.Group("academy", "/pricing"), "/pricing") << "more than 500 names were seen";
}

TEST(PageGrouperTest, PutsWhatComesAfterTheLimitTogether) {
  PageGrouper grouper;
  const auto page = [](size_t i) { return absl::StrCat("/area", i / 50, "/page", i % 50); };
  for (size_t i = 0; i < kMaxPageGroups; ++i) {
    EXPECT_NE(grouper.Group("academy", page(i)), kOtherPageGroup);
  }
  EXPECT_EQ(grouper.Group("academy", "/one-more"), kOtherPageGroup);
  EXPECT_EQ(grouper.Group("academy", page(0)), page(0));
  EXPECT_EQ(grouper.Group("another", "/one-more"), "/one-more") << "the limit is each site's own";
  EXPECT_EQ(grouper.GroupNamed("academy", "One more"), kOtherPageGroup);
}

TEST(PageGrouperTest, RemembersEarlierRuns) {
  PageGrouper grouper;
  grouper.Remember("academy", "/courses");
  grouper.Remember("academy", "/blog/*");
  grouper.Remember("academy", "/blog/before-it-was-learned");
  grouper.Remember("academy", "Lesson player");
  grouper.Remember("academy", kOtherPageGroup);
  EXPECT_EQ(grouper.Group("academy", "/blog/anything"), "/blog/*");
  const auto page = [](size_t i) { return absl::StrCat("/area", i / 50, "/page", i % 50); };
  for (size_t i = 0; i < kMaxPageGroups - 3; ++i) {
    EXPECT_NE(grouper.Group("academy", page(i)), kOtherPageGroup) << i;
  }
  EXPECT_EQ(grouper.Group("academy", "/one-more"), kOtherPageGroup);
  EXPECT_EQ(grouper.Group("academy", "/courses"), "/courses");
  EXPECT_EQ(grouper.GroupNamed("academy", "Lesson player"), "Lesson player");
}

TEST(PageGrouperTest, TakesAMillionAddressesInBoundedMemory) {
  const size_t before = mallinfo2().uordblks;
  PageGrouper grouper;
  std::set<std::string> groups;
  for (uint32_t i = 0; i < 1'000'000; ++i) {
    // Letters only, at one to three places of the path: nothing that looks like an id.
    std::string name;
    for (uint32_t rest = i * 2'654'435'761u, k = 0; k < 6; ++k, rest /= 26) {
      name += static_cast<char>('a' + rest % 26);
    }
    const uint32_t kind = i % 4;
    groups.insert(grouper.Group(
        "academy", kind == 0   ? "/" + name
                   : kind == 1 ? absl::StrCat("/", name.substr(0, 2), "/", name)
                   : kind == 2 ? absl::StrCat("/a/", name, "/", name.substr(2), "/view")
                               : absl::StrCat("/", name, "/", name, std::string(200, 'x'))));
  }
  EXPECT_LE(groups.size(), kMaxPageGroupsEver + 1);
  EXPECT_LT(mallinfo2().uordblks - before, size_t{2} << 20) << "bytes";
}

TEST(PageGrouperTest, KeepsItsLimitWhenThreadsRace) {
  PageGrouper grouper;
  std::vector<std::set<std::string>> seen(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < seen.size(); ++t) {
    threads.emplace_back([&grouper, &mine = seen[t], t] {
      for (size_t i = 0; i < 400; ++i) {
        mine.insert(grouper.Group("academy", absl::StrCat("/t", t, "-", i / 40, "/p", i % 40)));
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
