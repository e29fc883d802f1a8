// Who the visitor is, and which order it was, without saying so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "collector/ingest/scrub.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

template <typename Message>
uint32_t Add(Message* message, const std::string& text) {
  message->add_strings(text);
  return static_cast<uint32_t>(message->strings_size());
}

template <typename Message>
const std::string& Text(const Message& message, uint32_t ref) {
  return message.strings(static_cast<int>(ref) - 1);
}

struct Options {
  std::string site = "academy";
  std::string secret = "this installation's";
  std::string user = "jane@example.com";
};

v1::JournalRecord WithUser(const Options& options) {
  v1::JournalRecord record;
  v1::Beacon* beacon = record.mutable_beacon();
  *beacon = SampleBeacon();
  beacon->set_site(options.site);
  beacon->mutable_context()->add_tag_refs(Add(beacon, "userId"));
  beacon->mutable_context()->add_tag_refs(Add(beacon, options.user));
  ScrubPayload(Pseudonyms(options.secret), &record);
  return record;
}

std::string UserOf(const v1::JournalRecord& record) {
  return Text(record.beacon(), record.beacon().context().tag_refs(1));
}

TEST(ScrubIdentityTest, NamesAUserWithoutSayingWho) {
  const v1::JournalRecord record = WithUser({});
  EXPECT_THAT(UserOf(record), MatchesRegex("u-[0-9a-f]{15}"));
  EXPECT_THAT(record.SerializeAsString(), Not(HasSubstr("jane")));
}

TEST(ScrubIdentityTest, NamesTheSameUserAlikeWithinASiteOnly) {
  const std::string jane = UserOf(WithUser({}));
  EXPECT_EQ(UserOf(WithUser({})), jane);
  EXPECT_NE(UserOf(WithUser({.user = "joe@example.com"})), jane);
  EXPECT_NE(UserOf(WithUser({.site = "shop"})), jane);
  EXPECT_NE(UserOf(WithUser({.secret = "another's"})), jane);
}

TEST(ScrubIdentityTest, KeepsOtherUsesOfTheSameText) {
  v1::JournalRecord record;
  v1::Beacon* beacon = record.mutable_beacon();
  *beacon = SampleBeacon();
  const uint32_t same = Add(beacon, "42");
  beacon->mutable_context()->add_tag_refs(Add(beacon, "userId"));
  beacon->mutable_context()->add_tag_refs(same);
  beacon->mutable_context()->add_tag_refs(Add(beacon, "variant"));
  beacon->mutable_context()->add_tag_refs(same);
  ScrubPayload(Pseudonyms("s"), &record);
  EXPECT_THAT(UserOf(record), StartsWith("u-"));
  EXPECT_EQ(Text(*beacon, beacon->context().tag_refs(3)), "42");
}

TEST(ScrubIdentityTest, KeepsOrdersApartThatLookLikeTokens) {
  const auto id_of = [](const std::string& order) {
    v1::JournalRecord record;
    v1::Beacon* beacon = record.mutable_beacon();
    *beacon = SampleBeacon();
    beacon->add_events()->mutable_conversion()->set_id_ref(Add(beacon, order));
    ScrubPayload(Pseudonyms("s"), &record);
    return Text(*beacon, beacon->events(1).conversion().id_ref());
  };
  EXPECT_EQ(id_of("order-77"), "order-77");
  EXPECT_THAT(id_of("cs_test_a1b2c3d4e5f6a7b8c9"), MatchesRegex("id-[0-9a-f]{15}"));
  EXPECT_NE(id_of("cs_test_a1b2c3d4e5f6a7b8c9"), id_of("cs_test_a1b2c3d4e5f6a7b8d0"));
}

TEST(ScrubIdentityTest, NamesTheOrderOfARawCallAlike) {
  const std::string order = "cs_test_a1b2c3d4e5f6a7b8c9";
  v1::JournalRecord raw;
  v1::EntryBatch* batch = raw.mutable_entry_batch();
  *batch = SampleEntryBatch();
  auto* call = batch->add_entries()->mutable_call();
  call->set_name_ref(Add(batch, "conversion"));
  for (const std::string& argument :
       {std::string("purchase_completed"), std::string("id"), order}) {
    call->add_argument_refs(Add(batch, argument));
  }
  ScrubPayload(Pseudonyms("s"), &raw);
  EXPECT_EQ(Text(*batch, call->argument_refs(2)), "id-" + Pseudonyms("s").Of(batch->site(), order));
  EXPECT_EQ(Text(*batch, call->argument_refs(0)), "purchase_completed");
}

TEST(ScrubIdentityTest, NamesOneTextByWhatEachReferenceSaysItIs) {
  v1::JournalRecord record;
  v1::Beacon* beacon = record.mutable_beacon();
  *beacon = SampleBeacon();
  const std::string text = "jane@example.com";
  const uint32_t ref = Add(beacon, text);
  const uint32_t plain = Add(beacon, "order-1");
  beacon->mutable_context()->add_tag_refs(Add(beacon, "userId"));
  beacon->mutable_context()->add_tag_refs(ref);
  for (const uint32_t id : {ref, plain, ref, plain}) {
    beacon->add_events()->mutable_conversion()->set_id_ref(id);
  }
  ScrubPayload(Pseudonyms("s"), &record);
  const std::string name = Pseudonyms("s").Of(beacon->site(), text);
  EXPECT_EQ(UserOf(record), "u-" + name);
  for (const int i : {1, 3}) {
    EXPECT_EQ(Text(*beacon, beacon->events(i).conversion().id_ref()), "id-" + name);
    EXPECT_EQ(beacon->events(i + 1).conversion().id_ref(), plain);
  }
  EXPECT_EQ(Text(*beacon, ref), "");
  EXPECT_EQ(Text(*beacon, plain), "order-1");
}

TEST(ScrubAddressTest, TakesQueriesFromEveryAddress) {
  v1::JournalRecord record;
  v1::Beacon* beacon = record.mutable_beacon();
  *beacon = SampleBeacon();
  const std::string address = "https://cdn.example/x.js?user=jane#top";
  const auto fresh = [&] { return Add(beacon, address); };
  const auto first = static_cast<int>(fresh());
  beacon->add_events()->mutable_resource()->set_url_ref(static_cast<uint32_t>(first));
  beacon->add_events()->mutable_error()->set_source_ref(fresh());
  beacon->add_events()->mutable_api_call()->set_endpoint_ref(fresh());
  beacon->add_events()->mutable_transition()->set_from_ref(fresh());
  beacon->mutable_events(4)->mutable_transition()->set_to_ref(fresh());
  beacon->add_events()->mutable_long_task()->set_container_ref(fresh());
  beacon->add_events()->mutable_long_animation_frame()->add_scripts()->set_source_url_ref(fresh());
  beacon->add_events()->mutable_action()->add_attributes()->set_value_ref(fresh());
  beacon->mutable_context()->add_tag_refs(Add(beacon, "entryPage"));
  const uint32_t last = fresh();
  beacon->mutable_context()->add_tag_refs(last);
  ScrubPayload(Pseudonyms("s"), &record);
  for (int ref = first; ref <= static_cast<int>(last); ++ref) {
    if (ref == static_cast<int>(last) - 1) continue;
    EXPECT_EQ(beacon->strings(ref - 1), "https://cdn.example/x.js") << ref;
  }
}

TEST(ScrubAddressTest, LeavesWhatIsNoAddress) {
  v1::JournalRecord record;
  v1::Beacon* beacon = record.mutable_beacon();
  *beacon = SampleBeacon();
  auto* script = beacon->add_events()->mutable_long_animation_frame()->add_scripts();
  script->set_invoker_ref(Add(beacon, "BUTTON#buy.onclick"));
  ScrubPayload(Pseudonyms("s"), &record);
  EXPECT_EQ(beacon->strings(3), "BUTTON#buy.onclick");
}

}  // namespace
}  // namespace paceline::ingest
