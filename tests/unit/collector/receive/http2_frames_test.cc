#include "collector/receive/http2_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace paceline::receive {
namespace {

using testing::ElementsAre;

std::string Frame(uint8_t type, uint8_t flags, size_t length) {
  std::string frame(9, '\0');
  frame[0] = static_cast<char>(length >> 16);
  frame[1] = static_cast<char>(length >> 8);
  frame[2] = static_cast<char>(length);
  frame[3] = static_cast<char>(type);
  frame[4] = static_cast<char>(flags);
  return frame + std::string(length, '\x03');
}

std::vector<uint32_t> LengthsOf(const std::string& bytes, size_t piece) {
  std::vector<uint32_t> lengths;
  Http2Follower follower(kHttp2PrefaceBytes);
  for (size_t i = 0; i < bytes.size(); i += piece) {
    EXPECT_TRUE(
        follower.Follow(std::string_view(bytes).substr(i, piece), [&](const Http2Frame& frame) {
          lengths.push_back(frame.length);
          return true;
        }));
  }
  EXPECT_TRUE(follower.IsBetweenFrames());
  return lengths;
}

TEST(Http2FollowerTest, FindsFramesInWhateverPiecesTheyCome) {
  const std::string bytes = std::string(kHttp2PrefaceBytes, 'P') +
                            Frame(Http2Frame::kSettings, 0, 0) +
                            Frame(Http2Frame::kHeaders, 4, 70) +
                            Frame(Http2Frame::kData, 1, 70'000) + Frame(Http2Frame::kPing, 0, 8);
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{9}, size_t{4096}, bytes.size()}) {
    EXPECT_THAT(LengthsOf(bytes, piece), ElementsAre(0, 70, 70'000, 8)) << piece;
  }
}

TEST(Http2FollowerTest, StopsAtTheFrameThatIsNotWanted) {
  const std::string bytes = Frame(Http2Frame::kHeaders, 4, 3) +
                            Frame(Http2Frame::kRstStream, 0, 4) + Frame(Http2Frame::kHeaders, 4, 3);
  Http2Follower follower(0);
  int seen = 0;
  EXPECT_FALSE(follower.Follow(bytes, [&](const Http2Frame& frame) {
    ++seen;
    return frame.type != Http2Frame::kRstStream;
  }));
  EXPECT_EQ(seen, 2);
}

TEST(Http2FollowerTest, KnowsWhereAnotherFrameCouldBegin) {
  const std::string frame = Frame(Http2Frame::kData, 0, 5);
  Http2Follower follower(0);
  const auto any = [](const Http2Frame&) { return true; };
  for (size_t i = 0; i < frame.size(); ++i) {
    follower.Follow(frame.substr(i, 1), any);
    EXPECT_EQ(follower.IsBetweenFrames(), i + 1 == frame.size()) << i;
  }
}

TEST(Http2FramesTest, CalmIsAFrameOfItsOwn) {
  Http2Follower follower(0);
  EXPECT_TRUE(follower.Follow(
      kHttp2Calm, [](const Http2Frame& frame) { return frame.type == 7 && frame.length == 8; }));
  EXPECT_TRUE(follower.IsBetweenFrames());
}

TEST(Http2FramesTest, ChatterIsWhatMakesWorkAndCarriesNothing) {
  EXPECT_TRUE(IsChatter({0, Http2Frame::kData, 0}));
  EXPECT_FALSE(IsChatter({0, Http2Frame::kData, Http2Frame::kEndStreamOrAck}));
  EXPECT_FALSE(IsChatter({5, Http2Frame::kData, 0}));
  EXPECT_TRUE(IsChatter({8, Http2Frame::kPing, 0}));
  EXPECT_FALSE(IsChatter({8, Http2Frame::kPing, Http2Frame::kEndStreamOrAck}));
  EXPECT_TRUE(IsChatter({0, Http2Frame::kSettings, 0}));
  EXPECT_FALSE(IsChatter({0, Http2Frame::kSettings, Http2Frame::kEndStreamOrAck}));
  EXPECT_TRUE(IsChatter({5, Http2Frame::kPriority, 0}));
  EXPECT_TRUE(IsChatter({9, Http2Frame::kContinuation, 0}));
  EXPECT_TRUE(IsChatter({9, 0xee, 0}));
  EXPECT_FALSE(IsChatter({9, Http2Frame::kHeaders, 0}));
  EXPECT_FALSE(IsChatter({4, Http2Frame::kWindowUpdate, 0}));
}

TEST(AllowanceTest, GivesABurstAndThenSoManyASecond) {
  Allowance allowance(3, 2);
  const uint64_t start = 1'000'000;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.Take(start));
  EXPECT_FALSE(allowance.Take(start));
  EXPECT_FALSE(allowance.Take(start + 499));
  EXPECT_TRUE(allowance.Take(start + 500));
  EXPECT_FALSE(allowance.Take(start + 500));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.Take(start + 1'000'000));
  EXPECT_FALSE(allowance.Take(start + 1'000'000)) << "never more than the burst";
}

TEST(AllowanceTest, AClockThatGoesBackGivesNothing) {
  Allowance allowance(1, 1);
  EXPECT_TRUE(allowance.Take(5'000));
  EXPECT_FALSE(allowance.Take(3'000));
  EXPECT_FALSE(allowance.Take(3'999));
  EXPECT_TRUE(allowance.Take(4'999 + 1));
}

}  // namespace
}  // namespace paceline::receive
