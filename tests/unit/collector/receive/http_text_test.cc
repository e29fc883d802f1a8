#include "collector/receive/http_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HttpTextTest, DecodesTargets) {
  std::string path;
  std::string query;
  ASSERT_TRUE(ReadTarget("/a%20b/c?x=%201&y=+", &path, &query));
  EXPECT_EQ(path, "/a b/c");
  EXPECT_EQ(query, "x=%201&y=+");
  ASSERT_TRUE(ReadTarget("/plain", &path, &query));
  EXPECT_EQ(path, "/plain");
  EXPECT_EQ(query, "") << "nothing of the request before is left";
  EXPECT_EQ(PercentDecode("a+b%2B", true), "a b+");
  EXPECT_EQ(PercentDecode("a+b", false), "a+b");
}

TEST(HttpTextTest, RefusesBrokenTargets) {
  for (const char* target : {"", "http://host/", "*", "/%", "/%4", "/%zz", "/%00", "relative"}) {
    std::string path;
    std::string query;
    EXPECT_FALSE(ReadTarget(target, &path, &query)) << target;
  }
}

TEST(HttpTextTest, WritesDates) {
  EXPECT_EQ(HttpDate(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpTextTest, SerializesAHead) {
  HttpResponse response = TextResponse(503, "Later.");
  response.headers.emplace_back("Retry-After", "2");
  const std::string head = SerializeHead(response, "now", "X-More: 1\r\n", /*keep_alive=*/false);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 503 Service Unavailable\r\nDate: now\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 7\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nRetry-After: 2\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-More: 1\r\nConnection: close\r\n\r\n"));
}

TEST(HttpTextTest, LeavesOutHeadersThatWouldBecomeTwo) {
  HttpResponse response;
  response.headers.emplace_back("X-Echo", "a\r\nSet-Cookie: b");
  EXPECT_THAT(SerializeHead(response, "now", "", true), Not(HasSubstr("Set-Cookie")));
}

TEST(HttpTextTest, A204SaysNothingOfALength) {
  HttpResponse response;
  response.status = 204;
  EXPECT_THAT(SerializeHead(response, "now", "", true), Not(HasSubstr("Content-Length")));
}

TEST(HttpTextTest, OnlyPublicPathsAreForOtherOrigins) {
  EXPECT_THAT(std::string(CrossOriginHeaders("/v1/beacon")),
              AllOf(HasSubstr("Access-Control-Allow-Origin: *\r\n"),
                    HasSubstr("Access-Control-Expose-Headers: Retry-After\r\n")));
  EXPECT_EQ(CrossOriginHeaders("/api/v1/vitals"), "");
}

}  // namespace
}  // namespace paceline::receive
