#include "collector/receive/guard.h"

#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

TEST(GuardTest, TakesTheRightBearerTokenOnly) {
  EXPECT_TRUE(HasToken("Bearer secret-secret", "secret-secret"));
  EXPECT_TRUE(HasToken("bearer secret-secret", "secret-secret"));
  for (const char* given : {"", "Bearer", "Bearer ", "Bearer secret-secre", "Bearer secret-secret ",
                            "Basic secret-secret", "secret-secret"}) {
    EXPECT_FALSE(HasToken(given, "secret-secret")) << given;
  }
  EXPECT_TRUE(HasToken("", "")) << "none is asked for";
}

TEST(GuardTest, LoopbackTakesLoopbackNamesAndConfiguredOnes) {
  EXPECT_TRUE(IsAllowedHost("127.0.0.1:8080", true, {}));
  EXPECT_TRUE(IsAllowedHost("[::1]:8080", true, {}));
  EXPECT_TRUE(IsAllowedHost("LocalHost", true, {}));
  EXPECT_FALSE(IsAllowedHost("evil.example:8080", true, {}));
  EXPECT_FALSE(IsAllowedHost("", true, {}));
  EXPECT_FALSE(IsAllowedHost("[::1", true, {}));
  EXPECT_TRUE(IsAllowedHost("Rum.Example:443", true, {"rum.example"}));
}

TEST(GuardTest, OtherAddressesTakeAnyNameUntilSomeAreConfigured) {
  EXPECT_TRUE(IsAllowedHost("anything.example", false, {}));
  EXPECT_FALSE(IsAllowedHost("anything.example", false, {"rum.example"}));
}

TEST(GuardTest, WebSocketsComeFromTheSameHost) {
  EXPECT_TRUE(IsSameOrigin("http://127.0.0.1:8080", "127.0.0.1:8080"));
  EXPECT_TRUE(IsSameOrigin("https://rum.example", "RUM.example"));
  EXPECT_TRUE(IsSameOrigin("", "127.0.0.1:8080")) << "no browser";
  EXPECT_FALSE(IsSameOrigin("http://127.0.0.1:8081", "127.0.0.1:8080"));
  EXPECT_FALSE(IsSameOrigin("null", "127.0.0.1:8080"));
  EXPECT_FALSE(IsSameOrigin("http://evil.example", "127.0.0.1:8080"));
}

TEST(GuardTest, ReadsProtocolAndTokenFromSubprotocols) {
  const SubprotocolOffer both =
      ParseSubprotocols("paceline.live.v1, bearer.abc", "paceline.live.v1");
  EXPECT_TRUE(both.has_protocol);
  EXPECT_EQ(both.token, "abc");
  const SubprotocolOffer none = ParseSubprotocols("graphql-ws", "paceline.live.v1");
  EXPECT_FALSE(none.has_protocol);
  EXPECT_EQ(none.token, "");
}

}  // namespace
}  // namespace paceline::receive
