// What holds for every kind of event, also for those that nobody has thought of here.
#include "collector/ingest/validate_fields.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "collector/ingest/limits.h"
#include "collector/ingest/validate.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Beacons and batches with one reference each that leads out of the table, wherever one may stand.
void ForEachReference(const Descriptor* type, const std::function<Message*()>& make,
                      const std::function<void(const std::string& path)>& visit,
                      const std::string& path) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const std::string here = path + "." + field->name();
    if (field->message_type() != nullptr) {
      ForEachReference(
          field->message_type(),
          [&make, field]() -> Message* {
            Message* parent = make();
            return field->is_repeated() ? parent->GetReflection()->AddMessage(parent, field)
                                        : parent->GetReflection()->MutableMessage(parent, field);
          },
          visit, here);
    } else if (field->name().ends_with("_ref") || field->name().ends_with("_refs")) {
      Message* message = make();
      if (field->is_repeated()) {
        message->GetReflection()->AddUInt32(message, field, 99);
        message->GetReflection()->AddUInt32(message, field, 99);
      } else {
        message->GetReflection()->SetUInt32(message, field, 99);
      }
      visit(here);
    }
  }
}

TEST(ValidateFieldsTest, RefusesEveryReferenceOutOfTheTable) {
  int references = 0;
  v1::Beacon beacon;
  ForEachReference(
      v1::Beacon::descriptor(),
      [&]() -> Message* {
        beacon = SampleBeacon();
        return &beacon;
      },
      [&](const std::string& path) {
        ++references;
        const std::string wrong = CheckFields(&beacon, beacon.strings_size());
        EXPECT_THAT(wrong, HasSubstr(" is 99, but there are 3 strings")) << path;
        EXPECT_THAT(wrong, HasSubstr(path.substr(path.rfind('.') + 1))) << path;
      },
      "");
  v1::EntryBatch batch;
  ForEachReference(
      v1::EntryBatch::descriptor(),
      [&]() -> Message* {
        batch = SampleEntryBatch();
        return &batch;
      },
      [&](const std::string& path) {
        ++references;
        EXPECT_THAT(CheckFields(&batch, batch.strings_size()), HasSubstr("99")) << path;
      },
      "");
  EXPECT_GT(references, 90);
}

std::string Beacon(const std::function<void(v1::Beacon*)>& spoil) {
  v1::Beacon beacon = SampleBeacon();
  spoil(&beacon);
  return ValidateBeacon(&beacon);
}

TEST(ValidateFieldsTest, SaysWhereTheReferenceStands) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                auto* frame = b->add_events()->mutable_long_animation_frame();
                frame->add_scripts()->set_source_url_ref(1);
                frame->add_scripts()->set_source_url_ref(4);
              }),
              HasSubstr("events[1].long_animation_frame.scripts[1].source_url_ref is 4"));
}

TEST(ValidateFieldsTest, WantsTagsInPairs) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->mutable_context()->add_tag_refs(1);
                b->mutable_context()->add_tag_refs(2);
                b->mutable_context()->add_tag_refs(3);
              }),
              HasSubstr("context.tag_refs has 3 elements; a key and a value each"));
}

TEST(ValidateFieldsTest, BoundsListsWithinAnEvent) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                auto* error = b->add_events()->mutable_error();
                for (uint32_t i = 0; i <= kMaxListedMessages; ++i) error->add_attributes();
              }),
              HasSubstr("events[1].error.attributes has 33 elements; at most 32"));
}

TEST(ValidateFieldsTest, RefusesWhatIsNoNumber) {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(
        Beacon([&](v1::Beacon* b) { b->add_events()->mutable_custom_metric()->set_value(value); }),
        HasSubstr("events[1].custom_metric.value is not a finite number"));
  }
}

TEST(ValidateFieldsTest, BoundsTheValueOfAConversion) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->add_events()->mutable_conversion()->set_value_minor((int64_t{1} << 53) + 1);
              }),
              HasSubstr("events[1].conversion.value_minor"));
  EXPECT_THAT(
      Beacon([](v1::Beacon* b) { b->add_events()->mutable_conversion()->set_value_minor(-4900); }),
      IsEmpty());
}

TEST(ValidateFieldsTest, DropsWhatANewerAgentMayKnow) {
  v1::Beacon beacon = SampleBeacon();
  auto* error = beacon.add_events()->mutable_error();
  error->set_kind(static_cast<v1::Error::Kind>(77));
  error->set_line(12);
  auto* call = beacon.add_events()->mutable_api_call();
  call->set_trace_id("short");
  call->set_failure(v1::ApiCall::FAILURE_TIMEOUT);
  beacon.add_events()->mutable_api_call()->set_trace_id("0123456789abcdef");
  EXPECT_THAT(ValidateBeacon(&beacon), IsEmpty());
  EXPECT_EQ(error->kind(), v1::Error::KIND_UNSPECIFIED);
  EXPECT_EQ(error->line(), 12u);
  EXPECT_EQ(call->trace_id(), "");
  EXPECT_EQ(call->failure(), v1::ApiCall::FAILURE_TIMEOUT);
  EXPECT_EQ(beacon.events(3).api_call().trace_id(), "0123456789abcdef");
}

}  // namespace
}  // namespace paceline::ingest
