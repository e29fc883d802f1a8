#include "collector/receive/decompress.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "core/wire/pack.h"

namespace paceline::receive {
namespace {

constexpr uint64_t kLimit = 256 * 1024;

std::string Gzip(const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string gzip(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(gzip.data());
  stream.avail_out = static_cast<uInt>(gzip.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  gzip.resize(stream.total_out);
  deflateEnd(&stream);
  return gzip;
}

std::string Text(size_t length) {
  std::string text;
  while (text.size() < length)
    text += "main#home>section:nth-of-type(" + std::to_string(text.size());
  text.resize(length);
  return text;
}

class DecompressTest : public testing::Test {
 protected:
  DecompressStatus Take(const std::string& gzip, uint64_t limit = kLimit) {
    plain_ = "what was there before";
    return Decompress(gzip, limit, &plain_);
  }
  std::string plain_;
};

TEST_F(DecompressTest, KnowsGzipByItsFirstTwoBytes) {
  EXPECT_TRUE(IsCompressed(Gzip("x")));
  EXPECT_FALSE(IsCompressed(""));
  EXPECT_FALSE(IsCompressed("\x1f"));
  EXPECT_FALSE(
      IsCompressed("\x0a\x07"
                   "academy"));
}

TEST_F(DecompressTest, KnowsAndGivesBackWhatTheAgentHasPacked) {
  const std::string text = Text(5000);
  core::Bytes bytes;
  core::Pack(text, &bytes);
  const std::string packed(bytes);
  EXPECT_TRUE(IsCompressed(packed));
  ASSERT_EQ(Take(packed, 5000), DecompressStatus::kOk);
  EXPECT_EQ(plain_, text);
  EXPECT_EQ(Take(packed, 4999), DecompressStatus::kTooLarge);
  EXPECT_EQ(Take(packed.substr(0, packed.size() - 1)), DecompressStatus::kMalformed);
  EXPECT_EQ(plain_, "");
}

TEST_F(DecompressTest, GivesBackWhatWasCompressed) {
  for (const size_t length : {0u, 1u, 1000u, 16u * 1024, 16u * 1024 + 1, 100'000u, 256u * 1024}) {
    const std::string text = Text(length);
    ASSERT_EQ(Take(Gzip(text)), DecompressStatus::kOk) << length;
    EXPECT_EQ(plain_, text);
  }
}

TEST_F(DecompressTest, ExactlyTheLimitFitsAndOneMoreDoesNot) {
  for (const uint64_t limit : {uint64_t{1}, uint64_t{1024}, uint64_t{16 * 1024}, kLimit}) {
    EXPECT_EQ(Take(Gzip(Text(limit)), limit), DecompressStatus::kOk) << limit;
    EXPECT_EQ(Take(Gzip(Text(limit + 1)), limit), DecompressStatus::kTooLarge) << limit;
    EXPECT_EQ(plain_, "");
  }
}

TEST_F(DecompressTest, StopsABombBeforeItGrows) {
  const std::string bomb = Gzip(std::string(100u << 20, '\0'));
  ASSERT_LT(bomb.size(), kLimit) << "small enough for the door";
  EXPECT_EQ(Take(bomb), DecompressStatus::kTooLarge);
  EXPECT_LE(plain_.capacity(), 2 * kLimit);
}

TEST_F(DecompressTest, RefusesWhatIsCutShort) {
  const std::string gzip = Gzip(Text(3000));
  for (size_t length = 0; length < gzip.size(); ++length) {
    ASSERT_EQ(Take(gzip.substr(0, length)), DecompressStatus::kMalformed) << length;
    ASSERT_EQ(plain_, "");
  }
}

TEST_F(DecompressTest, RefusesWhatFollowsTheEnd) {
  const std::string gzip = Gzip(Text(3000));
  EXPECT_EQ(Take(gzip + '\0'), DecompressStatus::kMalformed);
  EXPECT_EQ(Take(gzip + "garbage"), DecompressStatus::kMalformed);
  EXPECT_EQ(Take(gzip + gzip), DecompressStatus::kMalformed) << "a second member";
}

TEST_F(DecompressTest, RefusesOtherFormats) {
  EXPECT_EQ(Take("\x78\x9c plain zlib"), DecompressStatus::kMalformed);
  EXPECT_EQ(Take("\x1f\x8b no deflate in it"), DecompressStatus::kMalformed);
}

// The checksum finds every change of the content. What may change unseen are the header's flags,
// time, system and level.
TEST_F(DecompressTest, AChangedByteIsFoundOrHarmless) {
  const std::string text = Text(2000);
  const std::string gzip = Gzip(text);
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = gzip;
    for (uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    if (Take(changed, 4096) == DecompressStatus::kOk) {
      ASSERT_EQ(plain_, text);
    }
    ASSERT_LE(plain_.capacity(), 2u * 16 * 1024);
  }
}

}  // namespace
}  // namespace paceline::receive
