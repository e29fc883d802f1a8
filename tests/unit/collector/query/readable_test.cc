// No event is accepted that no answer can show: the schema of answers is held to that of the wire.
#include "collector/query/readable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Without the time of an entry that is passed on: in an Event, at_100us has it.
std::vector<std::string> LeftOutOfEvents(const std::string& kind) {
  const auto* wire = v1::Event::descriptor()->FindFieldByName(kind);
  const auto* shown = v1::JourneyEvent::descriptor()->FindFieldByName(kind);
  if (shown == nullptr || shown->number() != wire->number()) return {kind};
  auto left_out = LeftOut(*wire->message_type(), *shown->message_type());
  std::erase_if(left_out, [&](const std::string& name) {
    return name == wire->message_type()->name() + ".at_100us" && wire->number() >= 20;
  });
  return left_out;
}

TEST(ReadableTest, EveryKindOfEventHasAnAnswerWithAllOfItsFields) {
  const auto* events = v1::Event::descriptor()->FindOneofByName("event");
  ASSERT_GE(events->field_count(), 27);
  for (int i = 0; i < events->field_count(); ++i) {
    // Read before it is stored, as what it means.
    if (events->field(i)->number() == v1::Event::kCallFieldNumber) continue;
    EXPECT_THAT(LeftOutOfEvents(events->field(i)->name()), IsEmpty()) << events->field(i)->name();
  }
}

TEST(ReadableTest, EveryFieldOfTheContextHasAnAnswer) {
  // The tags are told one by one, and the user agent is not kept.
  EXPECT_THAT(LeftOut(*v1::Context::descriptor(), *v1::JourneyContext::descriptor()),
              ElementsAre("Context.user_agent_ref", "Context.tag_refs"));
}

TEST(ReadableTest, FindsWhatHasNoCounterpart) {
  EXPECT_THAT(LeftOut(*v1::Event::DeadClick::descriptor(), *v1::Tag::descriptor()),
              ElementsAre("DeadClick.target_ref"));
}

Strings Table() {
  Strings strings;
  for (const char* text : {"https://a.example/x.js", "render", "plan", "gold"})
    *strings.Add() = text;
  return strings;
}

TEST(ReadableTest, GivesReferencesTimesAndNestedMessagesTheirReadableForm) {
  v1::LongAnimationFrame wire;
  wire.set_duration_100us(1234);
  auto* script = wire.add_scripts();
  script->set_source_url_ref(1);
  script->set_source_function_ref(2);
  script->set_pause_100us(5);
  script->set_source_char_position(77);
  v1::JourneyEvent::LongAnimationFrame shown;
  MakeReadable(wire, Table(), &shown);
  EXPECT_DOUBLE_EQ(shown.duration_ms(), 123.4);
  ASSERT_EQ(shown.scripts_size(), 1);
  EXPECT_EQ(shown.scripts(0).source_url(), "https://a.example/x.js");
  EXPECT_EQ(shown.scripts(0).source_function(), "render");
  EXPECT_DOUBLE_EQ(shown.scripts(0).pause_ms(), 0.5);
  EXPECT_EQ(shown.scripts(0).source_char_position(), 77u);
}

TEST(ReadableTest, TellsAbsentFromZero) {
  v1::Event::Conversion wire;
  wire.set_value_minor(-4900);
  wire.set_inp_100us(0);
  wire.set_cls_nano(50'000'000);
  auto* attribute = wire.add_attributes();
  attribute->set_key_ref(3);
  attribute->set_value_ref(4);
  v1::JourneyEvent::Conversion shown;
  MakeReadable(wire, Table(), &shown);
  EXPECT_EQ(shown.value_minor(), -4900);
  EXPECT_TRUE(shown.has_inp_ms());
  EXPECT_FALSE(shown.has_lcp_ms());
  EXPECT_DOUBLE_EQ(shown.cls(), 0.05);
  EXPECT_EQ(shown.attributes(0).key(), "plan");
  EXPECT_EQ(shown.attributes(0).value(), "gold");
}

TEST(ReadableTest, ShowsBytesAsHexadecimalDigitsAndABrokenReferenceAsNone) {
  v1::ApiCall wire;
  wire.set_trace_id(std::string("\x00\xab", 2));
  wire.set_endpoint_ref(99);
  wire.set_failure(v1::ApiCall::FAILURE_TIMEOUT);
  v1::JourneyEvent::ApiCall shown;
  MakeReadable(wire, Table(), &shown);
  EXPECT_EQ(shown.trace_id(), "00ab");
  EXPECT_EQ(shown.endpoint(), "");
  EXPECT_EQ(shown.failure(), v1::ApiCall::FAILURE_TIMEOUT);
}

}  // namespace
}  // namespace paceline::query
