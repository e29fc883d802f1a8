// Apart from live_hub_test: refusals are built from protobuf's own messages, whose layout in the
// distribution's library differs from what ThreadSanitizer's build expects.
#include <gtest/gtest.h>

#include "collector/api/live_hub.h"

namespace paceline::api {
namespace {

TEST(LiveRoute, TakesKnownSitesOnly) {
  LiveHub hub([] { return uint64_t{5000}; });
  const receive::WebSocketRoute route = hub.MakeRoute({"academy"});
  receive::HttpRequest request;
  request.query = "site=academy";
  EXPECT_FALSE(route.check(request).has_value());
  request.query = "site=nowhere";
  EXPECT_EQ(route.check(request)->status, 404);
  request.query = "page=1";
  EXPECT_EQ(route.check(request)->status, 400);
}

}  // namespace
}  // namespace paceline::api
