#include "bench/load/visits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/vitals/rating.h"
#include "paceline/v1/beacon.pb.h"

namespace paceline::bench {
namespace {

v1::Beacon Parse(const std::string& bytes) {
  v1::Beacon beacon;
  EXPECT_TRUE(beacon.ParseFromString(bytes));
  return beacon;
}

v1::Beacon Stamped(const BeaconMould& mould, const Identity& identity) {
  std::string bytes = mould.bytes;
  Stamp(mould, identity, bytes.data());
  return Parse(bytes);
}

TEST(VisitsTest, StampChangesIdentityAndTimesAndNothingElse) {
  for (const Visit& visit : LoadVisits(PACELINE_RECORDINGS, 2)) {
    for (const BeaconMould& mould : visit.beacons) {
      v1::Beacon stamped = Stamped(mould, {.run = 1, .number = 2, .later_ms = 300'000});
      const v1::Beacon before = Parse(mould.bytes);
      EXPECT_NE(stamped.session_id(), before.session_id());
      EXPECT_NE(stamped.document_id(), before.document_id());
      EXPECT_EQ(stamped.origin_unix_ms(), before.origin_unix_ms() + 300'000);
      EXPECT_EQ(stamped.sent_unix_ms(), before.sent_unix_ms() + 300'000);
      stamped.set_session_id(before.session_id());
      stamped.set_document_id(before.document_id());
      stamped.set_origin_unix_ms(before.origin_unix_ms());
      stamped.set_sent_unix_ms(before.sent_unix_ms());
      EXPECT_EQ(stamped.SerializeAsString(), before.SerializeAsString());
    }
  }
}

TEST(VisitsTest, BeaconsOfADocumentStayTogetherAndVisitsApart) {
  const std::vector<Visit> visits = LoadVisits(PACELINE_RECORDINGS, 1);
  for (const Visit& visit : visits) {
    const BeaconMould& first = visit.beacons.front();
    for (const BeaconMould& mould : visit.beacons) {
      const v1::Beacon one = Stamped(mould, {.run = 1, .number = 2});
      EXPECT_EQ(one.session_id(), Stamped(first, {.run = 1, .number = 2}).session_id());
      EXPECT_NE(one.session_id(), Stamped(first, {.run = 1, .number = 3}).session_id());
      EXPECT_EQ(one.document_id() == Stamped(first, {.run = 1, .number = 2}).document_id(),
                Parse(mould.bytes).document_id() == Parse(first.bytes).document_id());
    }
  }
}

TEST(VisitsTest, AVariantSaysTheSameInOtherNumbers) {
  const std::vector<Visit> visits = LoadVisits(PACELINE_RECORDINGS, 2);
  const size_t recordings = visits.size() / 2;
  for (size_t i = 0; i < recordings; ++i) {
    const Visit& variant = visits[recordings + i];
    ASSERT_EQ(variant.beacons.size(), visits[i].beacons.size());
    for (size_t j = 0; j < variant.beacons.size(); ++j) {
      const v1::Beacon one = Parse(visits[i].beacons[j].bytes);
      const v1::Beacon other = Parse(variant.beacons[j].bytes);
      EXPECT_NE(visits[i].beacons[j].bytes, variant.beacons[j].bytes);
      EXPECT_THAT(other.strings(), testing::ElementsAreArray(one.strings()));
      ASSERT_EQ(other.events_size(), one.events_size());
      for (const v1::Event& event : other.events()) {
        if (!event.has_vital()) continue;
        EXPECT_EQ(event.vital().rating(),
                  static_cast<v1::Rating>(core::Rate(
                      static_cast<core::Metric>(event.vital().metric()), event.vital().value())));
      }
    }
  }
}

}  // namespace
}  // namespace paceline::bench
