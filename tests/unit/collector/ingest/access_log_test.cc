#include "collector/ingest/access_log.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace paceline::ingest {
namespace {

constexpr char kFirefox[] =
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

std::string Line(const std::string& request, int status = 200, const std::string& agent = kFirefox,
                 const std::string& time = "20/Nov/2026:23:30:00 +0000") {
  return absl::StrCat("203.0.113.7 - - [", time, "] \"", request, "\" ", status,
                      " 5120 \"https://academy.example/\" \"", agent, "\"");
}

uint64_t PageViews(const std::string& line, const PageViewCounter::Options& options = {}) {
  PageViewCounter counter(options);
  counter.Add(line);
  EXPECT_EQ(counter.unreadable(), 0) << line;
  return counter.days().begin()->second;
}

TEST(AccessLog, ReadsTheCombinedFormat) {
  const std::string text = Line("GET /courses?sort=new HTTP/1.1");
  const auto line = ParseAccessLogLine(text);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->unix_ms, 1'795'217'400'000);
  EXPECT_EQ(line->method, "GET");
  EXPECT_EQ(line->target, "/courses?sort=new");
  EXPECT_EQ(line->status, 200);
  EXPECT_EQ(line->user_agent, kFirefox);
  // A zone of its own, a user's name with spaces, and more behind the user agent.
  const std::string other =
      "::1 - Ada Lovelace [21/Nov/2026:01:30:00 +0200] \"GET / HTTP/2.0\" 304 0 \"-\" \"a "
      "\\\"b\\\"\" 0.02";
  const auto second = ParseAccessLogLine(other);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->unix_ms, line->unix_ms);
  EXPECT_EQ(second->user_agent, "a \\\"b\\\"");
}

TEST(AccessLog, LeavesOutWhatIsOfAnotherFormat) {
  const std::string whole = Line("GET / HTTP/1.1");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseAccessLogLine(whole.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(ParseAccessLogLine(Line("GET / HTTP/1.1", 200, kFirefox, "yesterday")).has_value());
  EXPECT_FALSE(
      ParseAccessLogLine(Line("GET / HTTP/1.1", 200, kFirefox, "20/Nov/1960:00:00:00 +0000"))
          .has_value());
  PageViewCounter counter({});
  counter.Add("{\"path\": \"/\"}");
  counter.Add("");
  EXPECT_EQ(counter.lines(), 1);
  EXPECT_EQ(counter.unreadable(), 1);
  EXPECT_TRUE(counter.days().empty());
}

TEST(AccessLog, CountsPagesThatBrowsersWereSent) {
  for (const char* target :
       {"/", "/courses", "/courses/", "/index.html", "/a.php?b=c.css", "/v1.2/x", "/docs/3.11",
        "/INDEX.HTML", "/v1/guide", "/agent/jane-smith", "/a?x=_rsc"}) {
    EXPECT_EQ(PageViews(Line(absl::StrCat("GET ", target, " HTTP/1.1"))), 1) << target;
  }
  EXPECT_EQ(PageViews(Line("GET / HTTP/1.1", 304)), 1);
  for (const char* target : {"/style.css", "/logo.svg?v=2", "/v1/config?site=a", "/m/v1/config",
                             "/agent/paceline.js", "/a?_rsc=1x2", "/a?b&_rsc"}) {
    EXPECT_EQ(PageViews(Line(absl::StrCat("GET ", target, " HTTP/1.1"))), 0) << target;
  }
  for (const int status : {204, 301, 302, 404, 500}) {
    EXPECT_EQ(PageViews(Line("GET / HTTP/1.1", status)), 0) << status;
  }
  EXPECT_EQ(PageViews(Line("POST / HTTP/1.1")), 0);
  EXPECT_EQ(PageViews(Line("\\x16\\x03\\x01", 400)), 0);
  EXPECT_EQ(PageViews(Line("GET /api/lessons HTTP/1.1")), 1);
  const PageViewCounter::Options excluding = {{"/api/", "?partial"}, false};
  EXPECT_EQ(PageViews(Line("GET /api/lessons HTTP/1.1"), excluding), 0);
  EXPECT_EQ(PageViews(Line("GET /lessons?a=b&partial=1 HTTP/1.1"), excluding), 0);
  EXPECT_EQ(PageViews(Line("GET /lessons?partially=1 HTTP/1.1"), excluding), 1);
}

TEST(AccessLog, CountsNoBots) {
  EXPECT_EQ(PageViews(Line("GET / HTTP/1.1", 200, "curl/8.5.0")), 0);
  EXPECT_EQ(PageViews(Line("GET / HTTP/1.1", 200, "-")), 0);
  EXPECT_EQ(
      PageViews(Line("GET / HTTP/1.1", 200,
                     "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")),
      0);
  const std::string headless =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0";
  EXPECT_EQ(PageViews(Line("GET / HTTP/1.1", 200, headless)), 1);
  EXPECT_EQ(PageViews(Line("GET / HTTP/1.1", 200, headless), {{}, true}), 0);
}

TEST(AccessLog, CountsByDayInUtc) {
  PageViewCounter counter({});
  counter.Add(Line("GET / HTTP/1.1"));
  counter.Add(Line("GET / HTTP/1.1", 200, kFirefox, "21/Nov/2026:00:30:00 +0100"));
  counter.Add(Line("GET / HTTP/1.1", 200, kFirefox, "21/Nov/2026:00:30:00 +0000"));
  counter.Add(Line("GET /logo.svg HTTP/1.1", 200, kFirefox, "22/Nov/2026:00:30:00 +0000"));
  ASSERT_EQ(counter.days().size(), 3);
  const uint32_t first = counter.days().begin()->first;
  EXPECT_EQ(counter.days().at(first), 2);
  EXPECT_EQ(counter.days().at(first + 1), 1);
  EXPECT_EQ(counter.days().at(first + 2), 0);
  EXPECT_TRUE(counter.Has(first + 2));
  EXPECT_FALSE(counter.Has(first + 3));
}

}  // namespace
}  // namespace paceline::ingest
