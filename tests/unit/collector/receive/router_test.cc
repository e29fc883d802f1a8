#include "collector/receive/router.h"

#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

Route MakeRoute(std::string method, std::string path, Door door) {
  Route route;
  route.method = std::move(method);
  route.path = std::move(path);
  route.door = door;
  return route;
}

std::vector<Route> Routes() {
  return {MakeRoute("POST", "/v1/beacon", Door::kPublic),
          MakeRoute("GET", "/agent/*", Door::kPublic),
          MakeRoute("GET", "/api/v1/sessions", Door::kPrivate),
          MakeRoute("GET", "/api/v1/sessions/*", Door::kPrivate),
          MakeRoute("GET", "/*", Door::kPrivate)};
}

std::string PathOf(const Router::Match& match) { return match.route ? match.route->path : ""; }

TEST(RouterTest, PrefersExactThenTheLongestPrefix) {
  const Router router(Routes(), {Door::kPublic, Door::kPrivate});
  EXPECT_EQ(PathOf(router.Find("GET", "/api/v1/sessions")), "/api/v1/sessions");
  EXPECT_EQ(PathOf(router.Find("GET", "/api/v1/sessions/ab")), "/api/v1/sessions/*");
  EXPECT_EQ(PathOf(router.Find("GET", "/agent/paceline.js")), "/agent/*");
  EXPECT_EQ(PathOf(router.Find("GET", "/")), "/*");
  EXPECT_EQ(PathOf(router.Find("HEAD", "/agent/paceline.js")), "/agent/*");
}

TEST(RouterTest, ClosedDoorsHaveNoRoutes) {
  const Router router(Routes(), {Door::kPublic});
  EXPECT_EQ(router.Find("GET", "/api/v1/sessions").status, 404);
  EXPECT_EQ(router.Find("GET", "/").status, 404);
  EXPECT_EQ(PathOf(router.Find("POST", "/v1/beacon")), "/v1/beacon");
}

TEST(RouterTest, NamesTheMethodsOfAPath) {
  const Router router(Routes(), {Door::kPublic, Door::kPrivate});
  EXPECT_EQ(router.Find("GET", "/v1/beacon").status, 405);
  EXPECT_EQ(router.Find("GET", "/v1/beacon").allow, "POST, OPTIONS");
  EXPECT_EQ(router.Find("DELETE", "/api/v1/sessions").allow, "GET, HEAD");
}

TEST(RouterTest, PreflightsPassOnPublicPathsOnly) {
  const Router router(Routes(), {Door::kPublic, Door::kPrivate});
  EXPECT_EQ(router.Find("OPTIONS", "/v1/beacon").status, 204);
  EXPECT_EQ(router.Find("OPTIONS", "/api/v1/sessions").status, 405);
}

TEST(RouterTest, PostsToNowhereAreNotTheCatchAlls) {
  const Router router(Routes(), {Door::kPublic, Door::kPrivate});
  EXPECT_EQ(router.Find("POST", "/v1/nothing").status, 404);
}

}  // namespace
}  // namespace paceline::receive
