#include "core/wire/pack.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "paceline/v1/beacon.pb.h"

namespace paceline::core {
namespace {

constexpr size_t kLimit = 64 * 1024;

std::string Packed(const std::string& plain) {
  Bytes packed("what was there before");
  Pack(plain, &packed);
  return std::string(packed);
}

class PackTest : public ::testing::Test {
 protected:
  UnpackStatus Take(const std::string& packed, size_t limit = kLimit) {
    plain_ = "what was there before";
    return Unpack(packed, limit, &plain_);
  }
  std::string plain_;
};

v1::Beacon UsualBeacon() {
  v1::Beacon beacon;
  beacon.set_site("academy");
  beacon.set_session_id("0123456789abcdef");
  beacon.set_document_id("01234567");
  for (const char* text : {"en-US", "entryPage", "/", "/lessons/pacing.html", "http/1.1"})
    beacon.add_strings(text);
  v1::Context* context = beacon.mutable_context();
  context->set_viewport_width(1280);
  context->set_viewport_height(800);
  context->set_language_ref(1);
  for (uint32_t i = 0; i < 8; ++i) {
    v1::Event* event = beacon.add_events();
    event->set_at_100us(1000 + 37 * i);
    v1::Resource* resource = event->mutable_resource();
    resource->set_url_ref(4);
    resource->set_type(v1::RESOURCE_TYPE_IMAGE);
    resource->set_transfer_size_bytes(20'300 + i);
    resource->set_encoded_size_bytes(20'000 + i);
    resource->set_decoded_size_bytes(20'000 + i);
    resource->set_protocol_ref(5);
    resource->set_status(200);
  }
  return beacon;
}

TEST_F(PackTest, HasADictionaryThatIsABeacon) {
  v1::Beacon dictionary;
  ASSERT_TRUE(
      dictionary.ParseFromArray(kPackDictionary.data(), static_cast<int>(kPackDictionary.size())));
  EXPECT_EQ(dictionary.SerializeAsString(), kPackDictionary);
  EXPECT_EQ(dictionary.events_size(), 9);
}

TEST_F(PackTest, MakesTwoThirdsOfAUsualBeaconOrLess) {
  const std::string plain = UsualBeacon().SerializeAsString();
  const std::string packed = Packed(plain);
  EXPECT_LT(packed.size() * 3, plain.size() * 2);
  ASSERT_EQ(Take(packed), UnpackStatus::kOk);
  EXPECT_EQ(plain_, plain);
}

TEST_F(PackTest, IsKnownByItsFirstByteWithWhichNoMessageBegins) {
  EXPECT_TRUE(IsPacked(Packed("")));
  EXPECT_FALSE(IsPacked(""));
  EXPECT_FALSE(IsPacked(UsualBeacon().SerializeAsString()));
  v1::Beacon beacon;
  EXPECT_FALSE(beacon.ParseFromString(Packed(UsualBeacon().SerializeAsString())));
}

TEST_F(PackTest, GivesBackWhatWasPacked) {
  std::mt19937 random(7);
  for (const size_t length : {0u, 1u, 2u, 3u, 4u, 127u, 128u, 1000u, 5000u, 60'000u}) {
    for (const uint32_t alphabet : {1u, 2u, 16u, 256u}) {
      std::string plain(length, '\0');
      for (char& byte : plain) byte = static_cast<char>(random() % alphabet);
      ASSERT_EQ(Take(Packed(plain)), UnpackStatus::kOk) << length << " of " << alphabet;
      EXPECT_EQ(plain_, plain) << length << " of " << alphabet;
    }
  }
}

TEST_F(PackTest, GivesBackTheDictionaryAndWhatReachesBackToItsBeginning) {
  const std::string plain(kPackDictionary);
  EXPECT_LT(Packed(plain).size(), 10u);
  for (const std::string& text : {plain, plain + plain, plain.substr(0, 20) + plain}) {
    ASSERT_EQ(Take(Packed(text)), UnpackStatus::kOk);
    EXPECT_EQ(plain_, text);
  }
}

TEST_F(PackTest, RefusesWhatIsCutShort) {
  const std::string plain = UsualBeacon().SerializeAsString();
  const std::string packed = Packed(plain);
  for (size_t length = 0; length < packed.size(); ++length) {
    // What ends between two sequences is whole, and some other text.
    if (Take(packed.substr(0, length)) == UnpackStatus::kOk) {
      EXPECT_EQ(plain_, plain.substr(0, plain_.size()));
    } else {
      EXPECT_EQ(plain_, "");
    }
  }
}

TEST_F(PackTest, RefusesAMatchOfWhatIsNotThere) {
  // No literals, then three bytes from one byte before the dictionary.
  const size_t head = (kPackDictionary.size() + 1) << 5;
  const std::string packed = {kPackedMark, 0, static_cast<char>(head),
                              static_cast<char>(head >> 8)};
  EXPECT_EQ(Take(packed), UnpackStatus::kMalformed);
  EXPECT_EQ(Take({kPackedMark, 0, 0, 0}), UnpackStatus::kMalformed);
  EXPECT_EQ(Take({kPackedMark, 1}), UnpackStatus::kMalformed);
  EXPECT_EQ(Take(""), UnpackStatus::kMalformed);
}

TEST_F(PackTest, StopsAtTheLimit) {
  const std::string plain(1000, 'x');
  const std::string packed = Packed(plain);
  EXPECT_LT(packed.size(), 20u);
  EXPECT_EQ(Take(packed, 1000), UnpackStatus::kOk);
  EXPECT_EQ(Take(packed, 999), UnpackStatus::kTooLarge);
  EXPECT_EQ(plain_, "");
  // One literal, then four thousand million more of it.
  const std::string bomb = {kPackedMark, 1,      'x',    0x3c,   0x00,
                            '\xff',      '\xff', '\xff', '\xff', '\x0f'};
  EXPECT_EQ(Take(bomb), UnpackStatus::kTooLarge);
  EXPECT_EQ(Take(Packed("literals only"), 5), UnpackStatus::kTooLarge);
}

TEST_F(PackTest, SurvivesAnyBytes) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string packed(1, kPackedMark);
    while (random() % 16 != 0) packed += static_cast<char>(random() % 256);
    if (Take(packed, 4096) == UnpackStatus::kOk) {
      EXPECT_LE(plain_.size(), 4096u);
    } else {
      EXPECT_EQ(plain_, "");
    }
  }
}

}  // namespace
}  // namespace paceline::core
