// What facts and sessions keep of the events besides vitals.
#include "collector/store/fact_events.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/store/fold.h"
#include "collector/store/rollup_slices.h"
#include "collector/store/session_tags.h"
#include "gtest/gtest.h"
#include "tests/unit/collector/store/page_facts.h"
#include "tests/unit/collector/store/record_builder.h"

namespace paceline::store {
namespace {

uint32_t Text(v1::Beacon* beacon, const std::string& text) {
  beacon->add_strings(text);
  return static_cast<uint32_t>(beacon->strings_size());
}

v1::Event* Add(v1::Beacon* beacon, uint32_t at_100us = 10'000) {
  v1::Event* event = beacon->add_events();
  event->set_at_100us(at_100us);
  return event;
}

TEST(FactEvents, CountEachKind) {
  v1::JournalRecord record = BeaconBuilder(1, 1, 0).Build();
  v1::Beacon* beacon = record.mutable_beacon();
  Add(beacon)->mutable_error();
  Add(beacon)->mutable_error();
  Add(beacon)->mutable_error_click();
  Add(beacon)->mutable_dead_click();
  Add(beacon)->mutable_long_task();
  Add(beacon)->mutable_resource();
  Add(beacon)->mutable_journey_step();
  Add(beacon)->mutable_api_call()->set_status(200);
  Add(beacon)->mutable_api_call()->set_status(404);
  Add(beacon)->mutable_api_call()->set_failure(v1::ApiCall::FAILURE_NETWORK);
  Add(beacon)->mutable_api_call()->set_failure(v1::ApiCall::FAILURE_ABORTED);
  const v1::PageViewFact fact = Folded({record}).at(0);
  EXPECT_EQ(fact.errors(), 2u);
  EXPECT_EQ(fact.error_clicks(), 1u);
  EXPECT_EQ(fact.dead_clicks(), 1u);
  EXPECT_EQ(fact.long_tasks(), 1u);
  EXPECT_EQ(fact.resources(), 1u);
  EXPECT_EQ(fact.journey_steps(), 1u);
  EXPECT_EQ(fact.api_calls(), 4u);
  EXPECT_EQ(fact.failed_api_calls(), 2u);
}

v1::JournalRecord Converting(uint32_t sequence, const std::string& id, uint32_t at_100us,
                             int64_t value = 100) {
  v1::JournalRecord record = BeaconBuilder(1, 1, sequence).Build();
  v1::Beacon* beacon = record.mutable_beacon();
  auto* conversion = Add(beacon, at_100us)->mutable_conversion();
  conversion->set_type_ref(Text(beacon, "purchase_completed"));
  if (!id.empty()) conversion->set_id_ref(Text(beacon, id));
  conversion->set_value_minor(value);
  return record;
}

TEST(FactEvents, KeepConversionsOnceInWhateverOrder) {
  std::vector<v1::JournalRecord> records = {
      Converting(0, "order-1", 20'000), Converting(1, "order-1", 10'000),
      Converting(2, "order-2", 30'000), Converting(3, "", 10'000), Converting(4, "", 10'000)};
  const std::string expected = [&] {
    const v1::PageViewFact fact = Folded(records).at(0);
    EXPECT_EQ(fact.conversions_size(), 4) << "those without an id are all different";
    EXPECT_EQ(fact.conversions(2).id(), "order-1");
    EXPECT_EQ(fact.conversions(2).at_unix_ms(), kNoon + 1'000) << "the earliest of the two";
    EXPECT_EQ(fact.conversions(3).id(), "order-2");
    v1::PageViewFact only;
    *only.mutable_conversions() = fact.conversions();
    return only.SerializeAsString();
  }();
  std::vector<size_t> order = {0, 1, 2, 3, 4};
  while (std::next_permutation(order.begin(), order.end())) {
    std::vector<v1::JournalRecord> shuffled;
    for (const size_t i : order) shuffled.push_back(records[i]);
    v1::PageViewFact only;
    *only.mutable_conversions() = Folded(shuffled).at(0).conversions();
    ASSERT_EQ(only.SerializeAsString(), expected);
  }
}

TEST(FactEvents, KeepTheEarliestConversionsOfManyOnly) {
  std::vector<v1::JournalRecord> records;
  for (uint32_t i = 0; i < kMaxConversionsPerPageView + 5; ++i) {
    records.push_back(Converting(i, absl::StrCat("order-", i), 500'000 - i * 1'000));
  }
  const v1::PageViewFact fact = Folded(records).at(0);
  ASSERT_EQ(fact.conversions_size(), static_cast<int>(kMaxConversionsPerPageView));
  EXPECT_EQ(fact.conversions(0).id(), absl::StrCat("order-", kMaxConversionsPerPageView + 4));
}

TEST(FactEvents, KeepTheSameOfTooManyConversionsInWhateverOrder) {
  std::vector<v1::JournalRecord> records;
  for (uint32_t i = 0; i < kMaxConversionsPerPageView + 5; ++i) {
    records.push_back(Converting(i, absl::StrCat("order-", i), 10'000 + i * 1'000));
  }
  // Once more, and earlier, when there is no room for another; and once more, but later.
  const auto next = static_cast<uint32_t>(records.size());
  records.push_back(Converting(next, "order-63", 5'000));
  records.push_back(Converting(next + 1, "order-1", 900'000));
  const v1::PageViewFact fact = Folded(records).at(0);
  ASSERT_EQ(fact.conversions_size(), static_cast<int>(kMaxConversionsPerPageView));
  EXPECT_EQ(fact.conversions(0).id(), "order-63");
  for (int i = 1; i < fact.conversions_size(); ++i) {
    EXPECT_EQ(fact.conversions(i).id(), absl::StrCat("order-", i - 1));
  }
}

TEST(FactEvents, PassOverConversionsWithTextsThatAreNoNames) {
  std::vector<v1::JournalRecord> records = {
      Converting(0, std::string(256, 'a'), 10'000), Converting(1, std::string(255, 'a'), 10'000),
      Converting(2, "long-type", 10'000), Converting(3, "no-currency", 10'000),
      Converting(4, "euros", 20'000)};
  const auto conversion = [&](size_t i) {
    return records[i].mutable_beacon()->mutable_events()->rbegin()->mutable_conversion();
  };
  conversion(2)->set_type_ref(Text(records[2].mutable_beacon(), std::string(65, 'a')));
  conversion(3)->set_currency_ref(Text(records[3].mutable_beacon(), "€"));
  conversion(4)->set_currency_ref(Text(records[4].mutable_beacon(), "EUR"));
  const v1::PageViewFact fact = Folded(records).at(0);
  ASSERT_EQ(fact.conversions_size(), 2);
  EXPECT_EQ(fact.conversions(0).id().size(), 255u);
  EXPECT_EQ(fact.conversions(1).id(), "euros");
}

v1::JournalRecord Tagged(const std::vector<std::string>& tags) {
  v1::JournalRecord record = BeaconBuilder(1, 1, 0).Build();
  v1::Beacon* beacon = record.mutable_beacon();
  for (const std::string& tag : tags) beacon->mutable_context()->add_tag_refs(Text(beacon, tag));
  return record;
}

void Note(const v1::JournalRecord& record, v1::SessionRecord* session) {
  const std::string bytes = record.SerializeAsString();
  RecordView view;
  ASSERT_TRUE(ReadRecord(bytes, &view));
  NoteTags(view, [session] { return session->mutable_tags(); });
}

TEST(SessionTags, KeepTheLastValueOfEachKeyInTheOrderOfKeys) {
  v1::SessionRecord session;
  Note(Tagged({"userType", "guest", "plan", "free"}), &session);
  Note(Tagged({"userType", "student"}), &session);
  ASSERT_EQ(session.tags_size(), 2);
  EXPECT_EQ(session.tags(0).key(), "plan");
  EXPECT_EQ(session.tags(1).key(), "userType");
  EXPECT_EQ(session.tags(1).value(), "student");
}

TEST(SessionTags, AreBounded) {
  v1::SessionRecord session;
  for (int i = 0; i < kMaxTagsPerSession + 3; ++i) {
    Note(Tagged({absl::StrCat("key", i), "v"}), &session);
  }
  Note(Tagged({"key0", "changed"}), &session);
  EXPECT_EQ(session.tags_size(), kMaxTagsPerSession);
  EXPECT_EQ(session.tags(0).value(), "changed");
}

TEST(RollupSlices, HaveNoCellOfWhatIsNotSaid) {
  v1::PageViewFact fact = Folded({BeaconBuilder(1, 1, 0).Build()}).at(0);
  const auto slices = [&] {
    std::vector<std::string> names;
    ForEachSlice(fact.dimensions(), fact.navigation_type(),
                 [&](SliceId id, const std::string&) { names.push_back(SliceName(id)); });
    return names;
  };
  const size_t before = slices().size();
  fact.mutable_dimensions()->set_release("2026.4");
  const auto named = slices();
  EXPECT_EQ(named.size(), before + 2);
  EXPECT_NE(std::find(named.begin(), named.end(), "page+release"), named.end());
}

}  // namespace
}  // namespace paceline::store
