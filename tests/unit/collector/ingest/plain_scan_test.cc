#include "collector/ingest/plain_scan.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "core/vitals/rating.h"
#include "tests/unit/collector/ingest/plain_property.h"
#include "tests/unit/collector/ingest/recorded_beacons.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsPlain(const std::string& body, const Limits& limits = {}) {
  Summary summary;
  return ScanPlain(body, limits, &summary);
}
bool IsPlain(const v1::Beacon& beacon) { return IsPlain(beacon.SerializeAsString()); }

std::vector<std::string> RecordedBeacons() {
  std::vector<std::string> beacons;
  const std::string fixtures = PACELINE_FIXTURES_DIR;
  // As a real browser sent them.
  for (const std::string& visit : ReadRecordings(fixtures + "/../../bench/fixtures", ".beacons")) {
    for (const std::string_view beacon : MessagesOf(visit)) beacons.emplace_back(beacon);
  }
  for (const std::string& recording : ReadRecordings(fixtures + "/recordings", ".entries")) {
    for (const bool together : {false, true}) {
      for (std::string& beacon : BeaconsOf(recording, together)) {
        beacons.push_back(std::move(beacon));
      }
    }
  }
  return beacons;
}

// Fills messages with what may and what may not be: most of it good, some of it at a limit or
// beyond.
class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  v1::Beacon Make() {
    v1::Beacon beacon = SampleBeacon();
    for (const char* text :
         {"userType", "/a/b?q=1", "https://a.example/c", "EUR", "ann@b.example", "userId",
          "0123456789abcdef0", "", "track", "metric", "journey", "start", "conversion", "49.5"}) {
      if (Chance(4)) beacon.add_strings(text);
    }
    strings_ = beacon.strings_size();
    if (Chance(2)) Fill(beacon.mutable_context());
    beacon.mutable_context()->clear_user_agent_ref();
    for (int left = Below(4); left > 0; --left) {
      v1::PageView* view = beacon.add_page_views();
      view->set_index(static_cast<uint32_t>(beacon.page_views_size()) - (Chance(20) ? 2u : 1u));
      view->set_navigation_type(v1::NAVIGATION_TYPE_ROUTE);
      view->set_url_ref(Ref());
    }
    for (int left = Below(6); left > 0; --left) {
      v1::Event* event = beacon.add_events();
      Fill(event);
      event->set_page_view(static_cast<uint32_t>(Below(beacon.page_views_size())));
    }
    return beacon;
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool Chance(int one_in) { return Below(one_in) == 0; }
  uint32_t Ref() { return static_cast<uint32_t>(Below(strings_ + (Chance(50) ? 2 : 1))); }

  uint64_t Number() {
    if (Chance(40)) return std::numeric_limits<uint32_t>::max();
    if (Chance(40)) return kMaxClsNano + static_cast<uint64_t>(Below(2));
    return static_cast<uint64_t>(Below(Chance(3) ? 100'000 : 4));
  }

  void Fill(Message* message) {
    const auto* type = message->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->real_containing_oneof() == nullptr && Chance(2)) Set(field, message);
    }
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      const auto* oneof = type->oneof_decl(i);
      Set(oneof->field(Below(oneof->field_count())), message);
    }
    if (auto* vital = dynamic_cast<v1::Vital*>(message); vital != nullptr && !Chance(8)) {
      vital->set_rating(static_cast<v1::Rating>(
          core::Rate(static_cast<core::Metric>(vital->metric()), vital->value())));
    }
  }

  void Set(const FieldDescriptor* field, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    if (field->is_repeated()) {
      for (int left = Below(4); left > 0; --left) {
        if (field->message_type() != nullptr) {
          Fill(reflection.AddMessage(message, field));
        } else {
          // Of tags, pairs.
          reflection.AddUInt32(message, field, Ref());
          if (!Chance(30)) reflection.AddUInt32(message, field, Ref());
        }
      }
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(reflection.MutableMessage(message, field));
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.SetUInt32(message, field,
                                    std::string_view(field->name()).ends_with("_ref")
                                        ? Ref()
                                        : static_cast<uint32_t>(Number()));
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.SetUInt64(message, field, Number());
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(message, field, Below(2'000) - 1'000);
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(message, field, static_cast<int64_t>(Number()) - 500);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(message, field, Chance(2));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(message, field,
                                       Chance(30) ? 60 : Below(field->enum_type()->value_count()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.SetDouble(message, field,
                                    Chance(20) ? std::numeric_limits<double>::infinity()
                                               : Below(100) / 10.0 * (Chance(2) ? -1 : 1));
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(message, field, std::string(Chance(8) ? 3 : 16, 'i'));
      default:
        FAIL() << field->full_name() << ": teach Maker this type";
    }
  }

  std::mt19937 random_;
  int strings_ = 0;
};

// One to three random changes of bytes.
std::string Mutate(std::string body, std::mt19937* random) {
  const auto below = [&](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(*random);
  };
  for (size_t left = below(3) + 1; left > 0 && body.size() > 1; --left) {
    const size_t at = below(body.size());
    switch (below(4)) {
      case 0:
        body[at] = static_cast<char>(below(256));
        break;
      case 1:
        body[at] = static_cast<char>(static_cast<uint8_t>(body[at]) ^ 1u << below(8));
        break;
      case 2:
        body.erase(at, below(3) + 1);
        break;
      default:
        body.insert(at, 1, static_cast<char>(below(128)));
    }
  }
  return body;
}

TEST(PlainScanTest, FindsAPagesBeaconsPlain) {
  const std::vector<std::string> beacons = RecordedBeacons();
  ASSERT_GT(beacons.size(), 50u);
  for (const std::string& beacon : beacons) {
    EXPECT_EQ(JudgePlain(beacon), PlainVerdict::kPlain) << absl::BytesToHexString(beacon);
  }
}

TEST(PlainScanTest, SeesWhatTheMessageSays) {
  v1::Beacon beacon = SampleBeacon();
  for (const char* text : {"2026.4", "userType", "student"}) beacon.add_strings(text);
  beacon.mutable_context()->set_release_ref(4);
  beacon.mutable_context()->add_tag_refs(5);
  beacon.mutable_context()->add_tag_refs(6);
  beacon.set_sequence(7);
  beacon.set_kept_unsampled(true);
  beacon.add_events()->mutable_conversion();
  const std::string body = beacon.SerializeAsString();
  Summary summary;
  ASSERT_TRUE(ScanPlain(body, {}, &summary));
  EXPECT_TRUE(summary == SummaryOf(beacon));
  EXPECT_EQ(summary.sequence, 7u);
  EXPECT_EQ(summary.release, "2026.4");
  EXPECT_EQ(TagOf(summary, "userType"), "student");
  EXPECT_TRUE(summary.has_conversion);
  ASSERT_EQ(summary.page_views.size(), 1u);
  EXPECT_EQ(summary.page_views[0].url, "/courses/42");
}

TEST(PlainScanTest, LeavesWhatHasToBeScrubbedToTheCarefulWay) {
  for (const char* text : {"ann@b.example", "a\tb", "0123456789abcdef0", "\xff"}) {
    std::string body = SampleBeacon().SerializeAsString();
    const size_t at = body.find("main > img.hero");
    body.replace(at - 1, 16, std::string(1, static_cast<char>(strlen(text))) + text);
    EXPECT_FALSE(IsPlain(body)) << text;
  }
  v1::Beacon beacon = SampleBeacon();
  beacon.set_strings(1, "p.a?b");
  EXPECT_TRUE(IsPlain(beacon)) << "no address";
  beacon.set_strings(2, "/images/hero.jpg?width=100");
  EXPECT_FALSE(IsPlain(beacon));
}

TEST(PlainScanTest, LeavesWhoNamesSomebodyToTheCarefulWay) {
  v1::Beacon beacon = SampleBeacon();
  beacon.add_strings("userId");
  beacon.add_strings("ann");
  EXPECT_TRUE(IsPlain(beacon));
  v1::Beacon tagged = beacon;
  tagged.mutable_context()->add_tag_refs(4);
  tagged.mutable_context()->add_tag_refs(5);
  EXPECT_FALSE(IsPlain(tagged));
  v1::Attribute* attribute = beacon.add_events()->mutable_action()->add_attributes();
  attribute->set_key_ref(4);
  attribute->set_value_ref(5);
  EXPECT_FALSE(IsPlain(beacon));
  v1::Beacon of_a_service = SampleBeacon();
  of_a_service.mutable_context()->set_user_agent_ref(2);
  EXPECT_FALSE(IsPlain(of_a_service));
}

TEST(PlainScanTest, LeavesWhatIsNotCanonicalToTheCarefulWay) {
  const std::string body = SampleBeacon().SerializeAsString();
  EXPECT_FALSE(IsPlain(body + std::string("\x68\x00", 2))) << "a number of 0 is left out";
  EXPECT_FALSE(IsPlain(body + "\x0a\x07"
                              "academy"))
      << "a field out of its order";
  EXPECT_FALSE(IsPlain(body + "\xf2\x01\x01z")) << "a field that nobody knows";
  EXPECT_TRUE(IsPlain(body + "\x68\x01"));
  EXPECT_FALSE(IsPlain(body + std::string("\x68\x81\x00", 3))) << "a varint that is too long";
  EXPECT_FALSE(IsPlain(body + "\x68\x01\x68\x01")) << "a field that comes twice";
}

TEST(PlainScanTest, LeavesOtherRatingsToTheCarefulWay) {
  v1::Beacon beacon = SampleBeacon();
  beacon.mutable_events(0)->mutable_vital()->set_rating(v1::RATING_POOR);
  EXPECT_FALSE(IsPlain(beacon));
}

TEST(PlainScanTest, KeepsTheLimits) {
  const std::string body = SampleBeacon().SerializeAsString();
  Limits limits;
  limits.max_body_bytes = body.size();
  limits.max_strings = 3;
  limits.max_string_bytes = 16;
  limits.max_items = 1;
  limits.max_page_views = 1;
  EXPECT_TRUE(IsPlain(body, limits));
  const auto refuses = [&](size_t Limits::*limit) {
    Limits lower = limits;
    --(lower.*limit);
    return !IsPlain(body, lower);
  };
  EXPECT_TRUE(refuses(&Limits::max_body_bytes));
  EXPECT_TRUE(refuses(&Limits::max_strings));
  EXPECT_TRUE(refuses(&Limits::max_string_bytes));
  EXPECT_TRUE(refuses(&Limits::max_items));
  EXPECT_TRUE(refuses(&Limits::max_page_views));
  EXPECT_FALSE(IsPlain(std::string()));
}

TEST(PlainScanTest, KeepsItsLawForChangedBytes) {
  std::mt19937 random(20261121);
  size_t plain = 0;
  for (const std::string& beacon : RecordedBeacons()) {
    for (int i = 0; i < 400; ++i) {
      const std::string mutant = Mutate(beacon, &random);
      const PlainVerdict verdict = JudgePlain(mutant);
      ASSERT_NE(verdict, PlainVerdict::kLawBroken) << absl::BytesToHexString(mutant);
      if (verdict == PlainVerdict::kPlain) ++plain;
    }
  }
  EXPECT_GT(plain, 1'000u) << "else this would say little";
}

TEST(PlainScanTest, KeepsItsLawForEveryKindOfEvent) {
  size_t plain = 0;
  std::vector<bool> kinds(64);
  for (uint32_t seed = 0; seed < 20'000; ++seed) {
    const v1::Beacon beacon = Maker(seed).Make();
    const std::string body = beacon.SerializeAsString();
    const PlainVerdict verdict = JudgePlain(body);
    ASSERT_NE(verdict, PlainVerdict::kLawBroken) << beacon.DebugString();
    if (verdict != PlainVerdict::kPlain) {
      v1::JournalRecord record;
      EXPECT_FALSE(AcceptCarefully(body, &record) && record.beacon().SerializeAsString() == body)
          << "plain, and not seen: " << beacon.DebugString();
      continue;
    }
    ++plain;
    for (const v1::Event& event : beacon.events()) kinds[event.event_case()] = true;
  }
  EXPECT_GT(plain, 3'000u);
  const auto* event = v1::Event::descriptor();
  for (int i = 0; i < event->field_count(); ++i) {
    if (event->field(i)->real_containing_oneof() == nullptr) continue;
    EXPECT_TRUE(kinds[static_cast<size_t>(event->field(i)->number())]) << event->field(i)->name();
  }
}

}  // namespace
}  // namespace paceline::ingest
