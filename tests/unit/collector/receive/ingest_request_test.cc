#include "collector/receive/ingest_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paceline/v1/ingest.pb.h"

namespace paceline::receive {
namespace {

using testing::HasSubstr;
using Kind = ingest::Submission::Kind;

TEST(IngestRequestTest, FindsWhatProtobufWrote) {
  v1::StreamRequest message;
  message.set_position(7);
  message.add_beacons()->set_site("a");
  message.add_beacons()->set_site("b");
  message.add_entry_batches()->set_site("c");
  const std::string bytes = message.SerializeAsString();
  IngestRequest request;
  ASSERT_EQ(ReadStreamRequest(bytes, &request), "");
  EXPECT_EQ(request.position, 7u);
  ASSERT_EQ(request.items.size(), 3u);
  EXPECT_EQ(request.items[0].bytes, message.beacons(0).SerializeAsString());
  EXPECT_EQ(request.items[1].bytes, message.beacons(1).SerializeAsString());
  EXPECT_EQ(request.items[2].bytes, message.entry_batches(0).SerializeAsString());
  EXPECT_EQ(request.items[2].kind, Kind::kEntryBatch);
}

TEST(IngestRequestTest, BeaconsComeFirstWhateverTheirOrderOnTheWire) {
  v1::SendRequest batch;
  batch.add_entry_batches()->set_site("c");
  v1::SendRequest beacon;
  beacon.add_beacons()->set_site("a");
  IngestRequest request;
  const std::string bytes = batch.SerializeAsString() + beacon.SerializeAsString();
  ASSERT_EQ(ReadSendRequest(bytes, &request), "");
  ASSERT_EQ(request.items.size(), 2u);
  EXPECT_EQ(request.items[0].kind, Kind::kBeacon);
  EXPECT_EQ(request.items[1].kind, Kind::kEntryBatch);
}

TEST(IngestRequestTest, PassesOverWhatItDoesNotKnow) {
  IngestRequest request;
  const std::string bytes("\x52\x01x\x58\x05\x0a\x00", 7);
  ASSERT_EQ(ReadSendRequest(bytes, &request), "");
  EXPECT_EQ(request.items.size(), 1u);
}

TEST(IngestRequestTest, FindsTheSiteOfAnItem) {
  v1::Beacon beacon;
  beacon.set_sequence(3);
  EXPECT_EQ(SiteOf(beacon.SerializeAsString()), "");
  beacon.set_site("academy");
  EXPECT_EQ(SiteOf(beacon.SerializeAsString()), "academy");
  v1::EntryBatch batch;
  batch.set_site("studio");
  EXPECT_EQ(SiteOf(batch.SerializeAsString()), "studio");
  // After another field, as a number, cut off.
  EXPECT_EQ(SiteOf(std::string("\x50\x05\x0a\x01x", 5)), "x");
  EXPECT_EQ(SiteOf(std::string("\x08\x05", 2)), "");
  EXPECT_EQ(SiteOf(std::string("\x0a\x05x", 3)), "");
}

TEST(IngestRequestTest, SaysWhatIsNoMessage) {
  IngestRequest request;
  for (const std::string& bytes :
       {std::string("\xff\xff"), std::string("\x0a\x7f"), std::string("\x08\x01"),
        std::string("\x0b"), std::string("\x0a\xff\xff\xff\xff\x0f"), std::string(1, '\0')}) {
    EXPECT_THAT(ReadSendRequest(bytes, &request), HasSubstr("not a paceline.v1.SendRequest"));
  }
}

TEST(IngestRequestTest, BoundsTheItems) {
  std::string bytes;
  for (size_t i = 0; i < kMaxItemsPerRequest; ++i) bytes += std::string("\x0a\x00", 2);
  IngestRequest request;
  EXPECT_EQ(ReadSendRequest(bytes, &request), "");
  EXPECT_EQ(request.items.size(), kMaxItemsPerRequest);
  bytes += std::string("\x0a\x00", 2);
  EXPECT_THAT(ReadSendRequest(bytes, &request), HasSubstr("at most 4096"));
}

}  // namespace
}  // namespace paceline::receive
