// Entries that are passed on, what PageMonitor adds to them, and that a Beacon can be taken back.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/limits.h"
#include "tests/unit/core/testing/monitor_driver.h"

namespace paceline::core {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using testing::EntryBatchBuilder;
using testing::EventsOf;
using testing::MonitorDriver;
using testing::StringOf;

bool IsRef(const FieldDescriptor& field) { return field.name().ends_with("_ref"); }

// Every field of the message: numbers that differ, strings of the batch, two of what is repeated.
void Fill(Message* message, EntryBatchBuilder* batch, uint32_t* next) {
  const auto* reflection = message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    const uint32_t number = 1 + (*next)++;
    if (field->is_repeated()) {
      Fill(reflection->AddMessage(message, field), batch, next);
      Fill(reflection->AddMessage(message, field), batch, next);
    } else if (IsRef(*field)) {
      reflection->SetUInt32(message, field, batch->Ref("/text/" + std::to_string(number)));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      reflection->SetUInt32(message, field, 1000 + number);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      reflection->SetBool(message, field, true);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection->SetEnumValue(message, field, 1);
    } else {
      reflection->SetString(message, field, std::string("\0\1bytes of 16 or so", 16));
    }
  }
}

// References replaced by numbers of `batch`.
void Rename(Message* message, const v1::Beacon& beacon, EntryBatchBuilder* batch) {
  const auto* reflection = message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->is_repeated()) {
      for (int item = 0; item < reflection->FieldSize(*message, field); ++item) {
        Rename(reflection->MutableRepeatedMessage(message, field, item), beacon, batch);
      }
    } else if (IsRef(*field)) {
      const uint32_t ref = reflection->GetUInt32(*message, field);
      reflection->SetUInt32(message, field, batch->Ref(StringOf(beacon, ref)));
    }
  }
}

class PassedOnTest : public ::testing::TestWithParam<int> {};

TEST_P(PassedOnTest, ArrivesAsItWasSeen) {
  const FieldDescriptor* kind = v1::Entry::descriptor()->FindFieldByNumber(GetParam());
  ASSERT_NE(kind, nullptr);
  EntryBatchBuilder batch;
  batch.PageViewStart();
  v1::Entry* entry = batch.message().add_entries();
  Message* seen = entry->GetReflection()->MutableMessage(entry, kind);
  uint32_t next = 0;
  // Strings of the batch and of the beacon are to have different numbers.
  batch.Ref("unused");
  Fill(seen, &batch, &next);
  const FieldDescriptor* time = seen->GetDescriptor()->FindFieldByName("at_100us");
  seen->GetReflection()->SetUInt32(seen, time, 12'345);

  MonitorDriver page;
  ASSERT_EQ(page.Consume(batch), ConsumeStatus::kOk);
  const v1::Beacon beacon = page.Flush();
  ASSERT_EQ(beacon.events_size(), 1);
  v1::Event event = beacon.events(0);
  EXPECT_EQ(event.at_100us(), 12'345u);
  const auto* told_kind = v1::Event::descriptor()->FindFieldByNumber(GetParam());
  ASSERT_TRUE(event.GetReflection()->HasField(event, told_kind));
  Message* told = event.GetReflection()->MutableMessage(&event, told_kind);
  Rename(told, beacon, &batch);
  seen->GetReflection()->ClearField(seen, time);
  EXPECT_TRUE(MessageDifferencer::Equals(*seen, *told)) << seen->DebugString() << "\n"
                                                        << told->DebugString();
}

INSTANTIATE_TEST_SUITE_P(EveryKind, PassedOnTest, ::testing::Range(20, 34));

TEST(PageMonitorKindsTest, DropsWhatItDoesNotKnow) {
  EntryBatchBuilder batch;
  batch.PageViewStart();
  auto* resource = batch.message().add_entries()->mutable_resource();
  resource->set_url_ref(batch.Ref("https://cdn.example/a.png"));
  resource->GetReflection()->MutableUnknownFields(resource)->AddVarint(77, 5);
  MonitorDriver page;
  page.Consume(batch);
  const v1::Beacon beacon = page.Flush();
  ASSERT_EQ(beacon.events_size(), 1);
  const v1::Resource& told = beacon.events(0).resource();
  EXPECT_EQ(StringOf(beacon, told.url_ref()), "https://cdn.example/a.png");
  EXPECT_TRUE(told.GetReflection()->GetUnknownFields(told).empty());
}

TEST(PageMonitorKindsTest, KeepsABoundedNumberOfMessagesInAnEntry) {
  EntryBatchBuilder batch;
  batch.PageViewStart();
  auto* error = batch.message().add_entries()->mutable_error();
  for (int i = 0; i < 100; ++i) error->add_attributes()->set_key_ref(batch.Ref("key"));
  MonitorDriver page;
  page.Consume(batch);
  EXPECT_EQ(page.Flush().events(0).error().attributes_size(), static_cast<int>(kMaxMessagesInARow));
}

TEST(PageMonitorKindsTest, SendsTagsOrientationAndInstallation) {
  EntryBatchBuilder batch;
  batch.PageViewStart().Click(1);
  auto* context = batch.message().mutable_context();
  context->set_orientation(v1::ORIENTATION_PORTRAIT);
  context->set_installed(true);
  context->add_tag_refs(batch.Ref("userType"));
  context->add_tag_refs(batch.Ref("student"));
  MonitorDriver page;
  page.Consume(batch);
  const v1::Beacon beacon = page.Flush();
  EXPECT_EQ(beacon.context().orientation(), v1::ORIENTATION_PORTRAIT);
  EXPECT_TRUE(beacon.context().installed());
  ASSERT_EQ(beacon.context().tag_refs_size(), 2);
  EXPECT_EQ(StringOf(beacon, beacon.context().tag_refs(1)), "student");
}

void AddError(EntryBatchBuilder* batch, double at_ms,
              v1::Error::Kind kind = v1::Error::KIND_UNCAUGHT) {
  auto* error = batch->message().add_entries()->mutable_error();
  error->set_at_100us(testing::Units(at_ms));
  error->set_kind(kind);
  error->set_name_ref(batch->Ref("TypeError"));
}

TEST(PageMonitorKindsTest, KeepsTheSessionOfAFailure) {
  for (const auto kind : {v1::Error::KIND_UNCAUGHT, v1::Error::KIND_UNHANDLED_REJECTION,
                          v1::Error::KIND_REPORTED, v1::Error::KIND_RENDER}) {
    EntryBatchBuilder batch;
    batch.PageViewStart().SampleRatePpm(1);
    AddError(&batch, 10, kind);
    MonitorDriver page;
    page.Consume(batch);
    EXPECT_TRUE(page.Pending().keep_unsampled) << kind;
    EXPECT_TRUE(page.Flush().kept_unsampled()) << kind;
  }
  for (const auto kind : {v1::Error::KIND_RESOURCE, v1::Error::KIND_POLICY}) {
    EntryBatchBuilder batch;
    batch.PageViewStart().SampleRatePpm(1);
    AddError(&batch, 10, kind);
    MonitorDriver page;
    page.Consume(batch);
    EXPECT_FALSE(page.Pending().keep_unsampled) << kind;
  }
}

TEST(PageMonitorKindsTest, TellsOfAnErrorThatAnswersAClick) {
  EntryBatchBuilder batch;
  batch.PageViewStart().Click(1000, 1, 2, "button#pay");
  AddError(&batch, 1999.9);
  AddError(&batch, 2000);
  MonitorDriver page;
  page.Consume(batch);
  const v1::Beacon beacon = page.Flush();
  const auto clicks = EventsOf(beacon, v1::Event::kErrorClick);
  // The second error is not another answer to the same click.
  ASSERT_EQ(clicks.size(), 1u);
  EXPECT_EQ(StringOf(beacon, clicks[0].error_click().target_ref()), "button#pay");
  EXPECT_EQ(clicks[0].error_click().delay_100us(), 9'999u);
}

TEST(PageMonitorKindsTest, BlamesNoClickForErrorsBeforeOrLongAfterIt) {
  EntryBatchBuilder batch;
  batch.PageViewStart().Click(1000);
  AddError(&batch, 999);
  AddError(&batch, 2000.1);
  AddError(&batch, 1500, v1::Error::KIND_RESOURCE);
  MonitorDriver page;
  page.Consume(batch);
  EXPECT_TRUE(EventsOf(page.Flush(), v1::Event::kErrorClick).empty());
  EntryBatchBuilder patient;
  patient.PageViewStart().Click(1000);
  patient.message().mutable_rules()->set_error_click_ms(3000);
  AddError(&patient, 3900);
  MonitorDriver other;
  other.Consume(patient);
  EXPECT_EQ(EventsOf(other.Flush(), v1::Event::kErrorClick).size(), 1u);
}

uint32_t CountDeadClicks(uint32_t response_100us, uint32_t flags, uint32_t judged_flags = 0) {
  EntryBatchBuilder batch;
  batch.PageViewStart();
  batch.message().mutable_rules()->set_judged_click_flags(judged_flags);
  auto* response = batch.message().add_entries()->mutable_click_response();
  response->set_at_100us(5'000);
  response->set_response_100us(response_100us);
  response->set_target_ref(batch.Ref("a.card"));
  response->set_flags(flags);
  MonitorDriver page;
  page.Consume(batch);
  const v1::Beacon beacon = page.Flush();
  const auto clicks = EventsOf(beacon, v1::Event::kDeadClick);
  for (const v1::Event& click : clicks) {
    EXPECT_EQ(StringOf(beacon, click.dead_click().target_ref()), "a.card");
    EXPECT_EQ(click.at_100us(), 5'000u);
  }
  return static_cast<uint32_t>(clicks.size());
}

TEST(PageMonitorKindsTest, CallsAClickDeadThatNothingAnswers) {
  EXPECT_EQ(CountDeadClicks(0, 0), 1u);
  EXPECT_EQ(CountDeadClicks(1, 0), 0u);
}

TEST(PageMonitorKindsTest, ExpectsNoAnswerToNaturalClicks) {
  for (int flag = v1::Entry::CLICK_FLAG_EDITS; flag <= v1::Entry::CLICK_FLAG_INERT; ++flag) {
    EXPECT_EQ(CountDeadClicks(0, 1u << flag), 0u) << flag;
    EXPECT_EQ(CountDeadClicks(0, 1u << flag, 1u << flag), 1u) << flag;
  }
}

TEST(PageMonitorKindsTest, ExcusesClicksInACarouselAsRage) {
  EntryBatchBuilder batch;
  batch.PageViewStart();
  for (int i = 0; i < 5; ++i) {
    batch.Click(1000 + 300 * i, 5, 5, "button.next");
    batch.message().mutable_entries()->rbegin()->mutable_click()->set_flags(
        1u << v1::Entry::CLICK_FLAG_REPEATS);
  }
  MonitorDriver page;
  page.Consume(batch);
  EXPECT_TRUE(EventsOf(page.Flush(60'000), v1::Event::kRageClick).empty());
}

TEST(PageMonitorKindsTest, FlagsMemoryOverItsLimit) {
  EntryBatchBuilder batch;
  batch.PageViewStart();
  for (const uint32_t used : {900u, 901u}) {
    auto* sample = batch.message().add_entries()->mutable_memory_sample();
    sample->set_used_kib(used);
    sample->set_limit_kib(1000);
  }
  MonitorDriver page;
  page.Consume(batch);
  const v1::Beacon beacon = page.Flush();
  EXPECT_FALSE(beacon.events(0).memory_sample().over_limit());
  EXPECT_TRUE(beacon.events(1).memory_sample().over_limit());
}

class RollbackTest : public ::testing::Test {
 protected:
  std::string Flush(uint32_t sequence) {
    FlushOptions options;
    options.sequence = sequence;
    options.sent_unix_ms = testing::kOriginUnixMs + 5'000;
    Bytes bytes;
    monitor_.Flush(options, &bytes);
    return std::string(bytes);
  }
  static std::string Batch() {
    return EntryBatchBuilder()
        .PageViewStart()
        .FirstContentfulPaint(100)
        .Click(1000)
        .LayoutShift(1500, 0.1, {"p"})
        .EventTiming(1000, 80, 7)
        .Serialize();
  }

  PageMonitor monitor_;
};

TEST_F(RollbackTest, SaysEverythingAgain) {
  monitor_.Consume(Batch());
  const std::string first = Flush(3);
  EXPECT_EQ(monitor_.Pending().events, 0u);
  EXPECT_TRUE(monitor_.Rollback());
  EXPECT_GT(monitor_.Pending().events, 0u);
  EXPECT_EQ(Flush(3), first);
  EXPECT_TRUE(monitor_.Rollback());
  EXPECT_FALSE(monitor_.Rollback());
}

TEST_F(RollbackTest, SaysTheDeltaOfWhatWasNotSaid) {
  monitor_.Consume(Batch());
  Flush(0);
  monitor_.Rollback();
  monitor_.Consume(EntryBatchBuilder().LayoutShift(1600, 0.2, {"p"}).Serialize());
  v1::Beacon beacon;
  ASSERT_TRUE(beacon.ParseFromString(Flush(0)));
  const auto cls = testing::VitalOf(beacon, v1::METRIC_CLS);
  ASSERT_TRUE(cls);
  EXPECT_EQ(cls->delta(), 0);
  EXPECT_EQ(EventsOf(beacon, v1::Event::kLayoutShift).size(), 2u);
}

TEST_F(RollbackTest, IsRefusedWhenThereIsNothingToTakeBack) {
  EXPECT_FALSE(monitor_.Rollback());
  monitor_.Consume(Batch());
  EXPECT_FALSE(monitor_.Rollback());
  Flush(0);
  monitor_.Consume(EntryBatchBuilder().Click(9900).Serialize());
  EXPECT_FALSE(monitor_.Rollback());
}

TEST_F(RollbackTest, IsStillPossibleAfterAFlushThatHadNothingToSay) {
  monitor_.Consume(Batch());
  const std::string first = Flush(0);
  EXPECT_EQ(Flush(1), "");
  EXPECT_TRUE(monitor_.Rollback());
  EXPECT_EQ(Flush(0), first);
}

}  // namespace
}  // namespace paceline::core
