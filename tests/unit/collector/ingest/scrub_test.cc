#include "collector/ingest/scrub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "collector/ingest/scrub_text.h"
#include "collector/ingest/validate.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ScrubTextTest, ReplacesEmailAddresses) {
  EXPECT_EQ(ScrubText("a[href='mailto:jane.doe+x@mail.example.com']"), "a[href='mailto::email']");
  EXPECT_EQ(ScrubText("jane%40example.com"), ":email");
  EXPECT_EQ(ScrubText("a@b.c and d@e.f"), ":email and :email");
}

TEST(ScrubTextTest, LeavesAtSignsThatAreNoAddress) {
  EXPECT_EQ(ScrubText("@media"), "@media");
  EXPECT_EQ(ScrubText("render@https://x"), "render@https://x");
  EXPECT_EQ(ScrubText("a @ b.c"), "a @ b.c");
  EXPECT_EQ(ScrubText("jane@"), "jane@");
}

TEST(ScrubTextTest, ReadsRowsOfAtSignsAsBefore) {
  EXPECT_EQ(ScrubText("a@@b.c"), ":email");
  EXPECT_EQ(ScrubText("a@.b@c.d"), "a@:email");
  EXPECT_EQ(ScrubText("a@b@c d@e.f"), "a@b@c :email");
  EXPECT_EQ(ScrubText("%40%40a.b"), ":email");
  EXPECT_EQ(ScrubText("a@b.c/@d.e"), ":email/@d.e");
  const std::string signs(2048, '@');
  EXPECT_EQ(ScrubText(signs), signs);
  EXPECT_EQ(ScrubText(signs + "a.b"), signs + "a.b");
  EXPECT_EQ(ScrubText("a" + signs + "a.b"), ":email");
  std::string pairs;
  while (pairs.size() < 2048) pairs += "a@";
  EXPECT_EQ(ScrubText(pairs), pairs);
  EXPECT_EQ(ScrubText(pairs + "b.c"), ":email");
}

TEST(ScrubTextTest, ReplacesTokens) {
  EXPECT_EQ(ScrubText("#row-3f2504e0-4f89-11d3-9a0c-0305e82c3301 > td"), "#row-:token > td");
  EXPECT_EQ(ScrubText("x3f2504e0-4f89-11d3-9a0c-0305e82c3301"), "x:token");
  EXPECT_EQ(ScrubText("card-4111111111111111"), "card-:token");
  EXPECT_EQ(ScrubText("a1b2c3d4e5f6a7b8"), ":token");
}

TEST(ScrubTextTest, LeavesSelectorsReadable) {
  const std::string selector = "main > section.course-list:nth-child(12) img.hero";
  EXPECT_EQ(ScrubText(selector), selector);
  EXPECT_EQ(ScrubText("internationalizationsettings"), "internationalizationsettings");
  EXPECT_EQ(ScrubText("a1b2c3d4e5f6a7b"), "a1b2c3d4e5f6a7b") << "15 characters are no token";
}

TEST(ScrubTextTest, ReplacesControlCharacters) {
  EXPECT_EQ(ScrubText(std::string("a\nb\0c\x7f", 6)), "a b c ");
  EXPECT_EQ(ScrubText("Übung → 日本"), "Übung → 日本");
}

TEST(ScrubTextTest, ChangesNothingTheSecondTime) {
  for (const char* text :
       {"x@y.z@w.v", "a1b2c3d4e5f6a7b8@example.com", "%40%40a.b", "::email@x.y"}) {
    const std::string once = ScrubText(text);
    EXPECT_EQ(ScrubText(once), once);
  }
}

Pseudonyms Names() { return Pseudonyms("a secret of this installation"); }

v1::JournalRecord Scrubbed(v1::Beacon beacon) {
  v1::JournalRecord record;
  *record.mutable_beacon() = std::move(beacon);
  ScrubPayload(Names(), &record);
  return record;
}

TEST(ScrubPayloadTest, ScrubsUrlsAsUrlsWhereverTheyStand) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_strings(0, "/reset/jane@example.com/a1b2c3d4e5f6a7b8?secret=1");
  beacon.set_strings(2, "/images/hero.jpg?user=jane#x");
  beacon.add_strings("https://partner.example?id=7");
  beacon.mutable_page_views(0)->set_referrer_ref(4);
  const v1::JournalRecord record = Scrubbed(beacon);
  EXPECT_EQ(record.beacon().strings(0), "/reset/:email/:token");
  EXPECT_EQ(record.beacon().strings(2), "/images/hero.jpg");
  EXPECT_EQ(record.beacon().strings(3), "https://partner.example");
}

TEST(ScrubPayloadTest, ScrubsSelectorsAsText) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_strings(1, "a[title='jane@example.com']?#keep");
  EXPECT_EQ(Scrubbed(beacon).beacon().strings(1), "a[title=':email']?#keep");
}

TEST(ScrubPayloadTest, ScrubsRawEntriesToo) {
  v1::JournalRecord record;
  v1::EntryBatch* batch = record.mutable_entry_batch();
  *batch = SampleEntryBatch();
  batch->set_strings(0, "/users/jane@example.com?x=1");
  batch->set_strings(1, "li#a1b2c3d4e5f6a7b8c9");
  batch->add_strings("/photo.jpg?of=jane");
  batch->add_entries()->mutable_largest_contentful_paint()->set_url_ref(3);
  ScrubPayload(Names(), &record);
  EXPECT_EQ(batch->strings(0), "/users/:email");
  EXPECT_EQ(batch->strings(1), "li#:token");
  EXPECT_EQ(batch->strings(2), "/photo.jpg");
}

TEST(ScrubPayloadTest, TakesTheUserAgentOut) {
  v1::JournalRecord record;
  *record.mutable_beacon() = SampleBeacon();
  record.mutable_beacon()->add_strings(kChromeOnLinux);
  record.mutable_beacon()->mutable_context()->set_user_agent_ref(4);
  EXPECT_EQ(ScrubPayload(Names(), &record).user_agent, kChromeOnLinux);
  EXPECT_EQ(record.beacon().context().user_agent_ref(), 0u);
  EXPECT_THAT(record.SerializeAsString(), Not(HasSubstr("Chrome")));
}

TEST(ScrubPayloadTest, LeavesAValidPayload) {
  v1::JournalRecord record = Scrubbed(SampleBeacon());
  EXPECT_EQ(ValidateBeacon(record.mutable_beacon()), "");
}

}  // namespace
}  // namespace paceline::ingest
