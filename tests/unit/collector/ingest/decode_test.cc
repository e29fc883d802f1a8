#include "collector/ingest/decode.h"

#include <gmock/gmock.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::HasSubstr;

Submission Body(std::string body, Submission::Kind kind = Submission::Kind::kBeacon) {
  Submission submission;
  submission.kind = kind;
  submission.body = std::move(body);
  return submission;
}

v1::Outcome OutcomeOf(const Submission& submission, const Limits& limits = {}) {
  v1::JournalRecord record;
  const Ended ended = Decode(submission, limits, &record);
  return ended ? ended->outcome : v1::OUTCOME_UNSPECIFIED;
}

std::string MessageOf(const Submission& submission, const Limits& limits = {}) {
  v1::JournalRecord record;
  const Ended ended = Decode(submission, limits, &record);
  return ended ? ended->message : "";
}

TEST(DecodeTest, ReadsABeaconIntoTheRecord) {
  v1::JournalRecord record;
  EXPECT_EQ(Decode(SubmissionOf(SampleBeacon()), Limits(), &record), std::nullopt);
  EXPECT_EQ(record.beacon().SerializeAsString(), SampleBeacon().SerializeAsString());
}

TEST(DecodeTest, ReadsAnEntryBatchIntoTheRecord) {
  v1::JournalRecord record;
  EXPECT_EQ(Decode(SubmissionOf(SampleEntryBatch()), Limits(), &record), std::nullopt);
  EXPECT_EQ(record.entry_batch().SerializeAsString(), SampleEntryBatch().SerializeAsString());
}

TEST(DecodeTest, RefusesAnEmptyBody) { EXPECT_EQ(OutcomeOf(Body("")), v1::OUTCOME_REFUSED_EMPTY); }

TEST(DecodeTest, RefusesWhatIsNoProtobuf) {
  EXPECT_EQ(OutcomeOf(Body("{\"site\":\"academy\"}")), v1::OUTCOME_REFUSED_MALFORMED);
  EXPECT_EQ(OutcomeOf(Body(std::string(100, '\xff'))), v1::OUTCOME_REFUSED_MALFORMED);
  EXPECT_EQ(OutcomeOf(Body(std::string(1, '\0'))), v1::OUTCOME_REFUSED_MALFORMED);
  EXPECT_THAT(MessageOf(Body("garbage")), HasSubstr("paceline.v1.Beacon"));
}

TEST(DecodeTest, RefusesEveryTruncationThatIsNoMessage) {
  const std::string whole = SampleBeacon().SerializeAsString();
  for (size_t length = 1; length < whole.size(); ++length) {
    const Submission cut = Body(whole.substr(0, length));
    const bool is_message = v1::Beacon().ParseFromString(cut.body);
    EXPECT_EQ(OutcomeOf(cut), is_message ? v1::OUTCOME_UNSPECIFIED : v1::OUTCOME_REFUSED_MALFORMED)
        << length;
  }
}

TEST(DecodeTest, RefusesABodyOverTheLimitAndTakesOneAtTheLimit) {
  const Submission submission = SubmissionOf(SampleBeacon());
  Limits limits;
  limits.max_body_bytes = submission.body.size();
  EXPECT_EQ(OutcomeOf(submission, limits), v1::OUTCOME_UNSPECIFIED);
  limits.max_body_bytes -= 1;
  EXPECT_EQ(OutcomeOf(submission, limits), v1::OUTCOME_REFUSED_TOO_LARGE);
}

TEST(DecodeTest, RefusesTooManyEventsBeforeDecodingThem) {
  Limits limits;
  limits.max_items = 10;
  v1::Beacon beacon = SampleBeacon();
  while (beacon.events_size() < 10) beacon.add_events();
  EXPECT_EQ(OutcomeOf(SubmissionOf(beacon), limits), v1::OUTCOME_UNSPECIFIED);
  beacon.add_events();
  EXPECT_EQ(OutcomeOf(SubmissionOf(beacon), limits), v1::OUTCOME_REFUSED_INVALID);
  EXPECT_THAT(MessageOf(SubmissionOf(beacon), limits), HasSubstr("more than 10 events"));
  v1::JournalRecord record;
  Decode(SubmissionOf(beacon), limits, &record);
  EXPECT_EQ(record.payload_case(), v1::JournalRecord::PAYLOAD_NOT_SET);
}

TEST(DecodeTest, RefusesTooManyEntriesStringsAndPageViews) {
  Limits limits;
  limits.max_items = 1;
  EXPECT_THAT(MessageOf(SubmissionOf(SampleEntryBatch()), limits),
              HasSubstr("more than 1 entries"));
  limits = Limits();
  limits.max_strings = 2;
  EXPECT_THAT(MessageOf(SubmissionOf(SampleBeacon()), limits), HasSubstr("more than 2 strings"));
  limits = Limits();
  limits.max_page_views = 0;
  EXPECT_THAT(MessageOf(SubmissionOf(SampleBeacon()), limits), HasSubstr("page_views"));
}

TEST(DecodeTest, RefusesAStringOverTheLimit) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_strings(1, std::string(2048, 'a'));
  EXPECT_EQ(OutcomeOf(SubmissionOf(beacon)), v1::OUTCOME_UNSPECIFIED);
  beacon.set_strings(1, std::string(2049, 'a'));
  EXPECT_EQ(OutcomeOf(SubmissionOf(beacon)), v1::OUTCOME_REFUSED_INVALID);
  EXPECT_THAT(MessageOf(SubmissionOf(beacon)), HasSubstr("2049 bytes"));
}

TEST(DecodeTest, RefusesAStringThatIsNotUtf8) {
  std::string body = SampleBeacon().SerializeAsString();
  // Protobuf itself would not write it: spoil the bytes.
  const size_t at = body.find("img.hero");
  ASSERT_NE(at, std::string::npos);
  body[at] = '\xff';
  EXPECT_EQ(OutcomeOf(Body(body)), v1::OUTCOME_REFUSED_INVALID);
  EXPECT_THAT(MessageOf(Body(body)), HasSubstr("UTF-8"));
}

TEST(DecodeTest, RefusesNestedGroups) {
  // Field 1000, start of group, as often as the body may be long.
  std::string body;
  {
    google::protobuf::io::StringOutputStream stream(&body);
    google::protobuf::io::CodedOutputStream out(&stream);
    for (int i = 0; i < 50'000; ++i) out.WriteTag(1000 << 3 | 3);
  }
  EXPECT_EQ(OutcomeOf(Body(body)), v1::OUTCOME_REFUSED_MALFORMED);
}

TEST(DecodeTest, DropsFieldsItDoesNotKnow) {
  // Field 1000 with somebody's name, at the top and inside an event: nobody would scrub them.
  const std::string unknown = std::string("\xc2\x3e\x04", 3) + "Jane";
  v1::Beacon beacon = SampleBeacon();
  ASSERT_TRUE(beacon.mutable_events(0)->MergeFromString(unknown));
  const std::string body = beacon.SerializeAsString() + unknown;
  ASSERT_THAT(body, HasSubstr("Jane"));
  v1::JournalRecord record;
  EXPECT_EQ(Decode(Body(body), Limits(), &record), std::nullopt);
  EXPECT_EQ(record.beacon().SerializeAsString(), SampleBeacon().SerializeAsString());
}

}  // namespace
}  // namespace paceline::ingest
