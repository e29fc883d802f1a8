#include "collector/receive/http_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HttpTextTest, DecodesTargets) {
  const auto target = ParseTarget("/a%20b/c?x=%201&y=+");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/a b/c");
  EXPECT_EQ(target->query, "x=%201&y=+");
  EXPECT_EQ(PercentDecode("a+b%2B", true), "a b+");
  EXPECT_EQ(PercentDecode("a+b", false), "a+b");
}

TEST(HttpTextTest, RefusesBrokenTargets) {
  for (const char* target : {"", "http://host/", "*", "/%", "/%4", "/%zz", "/%00", "relative"}) {
    EXPECT_FALSE(ParseTarget(target).has_value()) << target;
  }
}

TEST(HttpTextTest, WritesDates) {
  EXPECT_EQ(HttpDate(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpTextTest, SerializesAHead) {
  HttpResponse response = TextResponse(503, "Later.");
  response.headers.emplace_back("Retry-After", "2");
  const std::string head = SerializeHead(response, "now", /*keep_alive=*/false);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 503 Service Unavailable\r\nDate: now\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 7\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nRetry-After: 2\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n\r\n"));
}

TEST(HttpTextTest, LeavesOutHeadersThatWouldBecomeTwo) {
  HttpResponse response;
  response.headers.emplace_back("X-Echo", "a\r\nSet-Cookie: b");
  EXPECT_THAT(SerializeHead(response, "now", true), Not(HasSubstr("Set-Cookie")));
}

TEST(HttpTextTest, A204SaysNothingOfALength) {
  HttpResponse response;
  response.status = 204;
  EXPECT_THAT(SerializeHead(response, "now", true), Not(HasSubstr("Content-Length")));
}

TEST(HttpTextTest, OnlyPublicPathsAreForOtherOrigins) {
  HttpResponse ingest;
  AddCrossOriginHeaders("/v1/beacon", ingest);
  EXPECT_EQ(ingest.headers.size(), 2u);
  HttpResponse query;
  AddCrossOriginHeaders("/api/v1/vitals", query);
  EXPECT_TRUE(query.headers.empty());
}

}  // namespace
}  // namespace paceline::receive
