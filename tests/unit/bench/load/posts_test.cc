#include "bench/load/posts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/wire/pack.h"
#include "paceline/v1/beacon.pb.h"

namespace paceline::bench {
namespace {

constexpr uint64_t kPosts = 500;
constexpr size_t kConnections = 8;

BeaconPostsOptions Options(bool packed) {
  return {PACELINE_RECORDINGS, "host:1", "/v1/beacon", kConnections, kPosts, packed};
}

std::string IdentityOf(const v1::Beacon& beacon) {
  return beacon.session_id() + beacon.document_id() + std::to_string(beacon.sequence());
}

TEST(PostsTest, EveryBeaconIsAnotherUntilAllHaveBeenGiven) {
  const auto posts = MakeBeaconPosts(Options(false));
  std::set<std::string> seen;
  for (uint64_t i = 0;; ++i) {
    const Post post = posts->Next(i % kConnections);
    if (posts->repeated() > 0) break;
    v1::Beacon beacon;
    ASSERT_TRUE(beacon.ParseFromArray(post.body.data(), static_cast<int>(post.body.size())));
    EXPECT_TRUE(seen.insert(IdentityOf(beacon)).second);
  }
  EXPECT_GT(seen.size(), kPosts / 2);
}

TEST(PostsTest, AConnectionIsOneVisitorAfterTheOther) {
  const auto posts = MakeBeaconPosts(Options(false));
  std::set<std::string> over;
  std::string session;
  while (true) {
    const Post post = posts->Next(3);
    if (posts->repeated() > 0) break;
    v1::Beacon beacon;
    ASSERT_TRUE(beacon.ParseFromArray(post.body.data(), static_cast<int>(post.body.size())));
    if (beacon.session_id() == session) continue;
    over.insert(session);
    session = beacon.session_id();
    EXPECT_EQ(over.count(session), 0);
  }
  EXPECT_GT(over.size(), 10);
}

TEST(PostsTest, PackedBodiesAreBeaconsWhenUnpacked) {
  const auto posts = MakeBeaconPosts(Options(true));
  for (size_t i = 0; i < kConnections; ++i) {
    const Post post = posts->Next(i);
    std::string plain;
    ASSERT_EQ(core::Unpack(post.body, 1 << 20, &plain), core::UnpackStatus::kOk);
    v1::Beacon beacon;
    EXPECT_TRUE(beacon.ParseFromString(plain));
    const std::string length = "content-length: " + std::to_string(post.body.size()) + "\r\n";
    EXPECT_NE(post.head.find(length), std::string_view::npos);
  }
}

}  // namespace
}  // namespace paceline::bench
