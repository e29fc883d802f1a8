#include "collector/store/fold.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/page_facts.h"
#include "tests/unit/collector/store/record_builder.h"

namespace paceline::store {
namespace {

using Vitals = std::vector<std::pair<v1::Metric, uint64_t>>;

Vitals VitalsOf(const v1::PageViewFact& fact) {
  Vitals vitals;
  for (const v1::FactVital& vital : fact.vitals()) {
    vitals.emplace_back(vital.metric(), vital.value());
  }
  return vitals;
}

TEST(Fold, PageViewHiddenThreeTimesHasItsLastValues) {
  const std::vector<v1::JournalRecord> records = {
      BeaconBuilder(1, 1, 0).Vital(v1::METRIC_CLS, 10).Vital(v1::METRIC_LCP, 9'000).Build(),
      BeaconBuilder(1, 1, 1).Vital(v1::METRIC_CLS, 20).Build(),
      BeaconBuilder(1, 1, 2).Vital(v1::METRIC_CLS, 30).Build()};
  const auto facts = Folded(records);
  ASSERT_EQ(facts.size(), 1u);
  EXPECT_EQ(VitalsOf(facts.at(0)), (Vitals{{v1::METRIC_LCP, 9'000}, {v1::METRIC_CLS, 30}}));
}

TEST(Fold, EveryOrderOfArrivalGivesTheSameFact) {
  std::vector<v1::JournalRecord> records = {
      BeaconBuilder(1, 1, 0).Vital(v1::METRIC_CLS, 10).Click().Build(),
      BeaconBuilder(1, 1, 1).Vital(v1::METRIC_CLS, 20).Click().RageClick().Build(),
      BeaconBuilder(1, 1, 2).Vital(v1::METRIC_CLS, 15).Interaction(3'000).Build(),
      BeaconBuilder(1, 1, 3).Vital(v1::METRIC_INP, 5).LayoutShift(false).Build()};
  std::vector<size_t> order = {0, 1, 2, 3};
  const std::string expected = Folded(records).at(0).SerializeAsString();
  while (std::next_permutation(order.begin(), order.end())) {
    std::vector<v1::JournalRecord> arrived;
    for (const size_t i : order) arrived.push_back(records[i]);
    EXPECT_EQ(Folded(arrived).at(0).SerializeAsString(), expected);
  }
}

TEST(Fold, FirstRecordFixesBeginningDimensionsAndGroup) {
  v1::JournalRecord later = BeaconBuilder(1, 1, 0).PageView(0, "lesson").Build();
  later.set_clock_offset_ms(5'000);
  later.mutable_dimensions()->set_connection("4g");
  const auto facts = Folded({BeaconBuilder(1, 1, 1).Build(), later});
  EXPECT_EQ(facts.at(0).began_unix_ms(), kNoon);
  EXPECT_EQ(facts.at(0).dimensions().connection(), "3g");
  EXPECT_EQ(facts.at(0).dimensions().page_group(), "home");
}

TEST(Fold, HighestSequenceGivesTheHeader) {
  v1::JournalRecord newer = BeaconBuilder(1, 1, 5).Build();
  newer.mutable_beacon()->mutable_page_views(0)->set_navigation_type(v1::NAVIGATION_TYPE_PRERENDER);
  const auto facts = Folded({newer, BeaconBuilder(1, 1, 4).Build()});
  EXPECT_EQ(facts.at(0).navigation_type(), v1::NAVIGATION_TYPE_PRERENDER);
  EXPECT_EQ(facts.at(0).header_sequence(), 5u);
}

TEST(Fold, CountersAddUpAndLeaveOutWhatIsExpectedOrFast) {
  const auto facts = Folded(
      {BeaconBuilder(1, 1, 0).Click().Click().LayoutShift(true).LayoutShift(false).Build(),
       BeaconBuilder(1, 1, 1).Click().RageClick().Interaction(2'000).Interaction(2'001).Build()});
  EXPECT_EQ(facts.at(0).clicks(), 3u);
  EXPECT_EQ(facts.at(0).rage_clicks(), 1u);
  EXPECT_EQ(facts.at(0).layout_shifts(), 1u);
  EXPECT_EQ(facts.at(0).slow_interactions(), 1u);
}

TEST(Fold, EachPageViewOfADocumentHasItsFact) {
  const auto facts = Folded({BeaconBuilder(1, 1, 0)
                                 .Vital(v1::METRIC_LCP, 1)
                                 .PageView(1, "courses")
                                 .Vital(v1::METRIC_LCP, 2)
                                 .Build()});
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(VitalsOf(facts.at(0)), (Vitals{{v1::METRIC_LCP, 1}}));
  EXPECT_EQ(VitalsOf(facts.at(1)), (Vitals{{v1::METRIC_LCP, 2}}));
  EXPECT_EQ(facts.at(1).began_unix_ms(), kNoon + 10'000);
  EXPECT_EQ(facts.at(1).url(), "/courses");
  EXPECT_EQ(facts.at(1).dimensions().page_group(), "courses");
}

TEST(Fold, EventsOfAPageViewWithoutHeaderAreLeftOut) {
  v1::JournalRecord record = BeaconBuilder(1, 1, 0).Click().Build();
  record.mutable_beacon()->mutable_events(0)->set_page_view(3);
  const auto facts = Folded({record});
  ASSERT_EQ(facts.size(), 1u);
  EXPECT_EQ(facts.at(0).clicks(), 0u);
}

TEST(Fold, PageViewsBeyondTheLimitAreNotCounted) {
  const auto facts =
      Folded({BeaconBuilder(1, 1, 0).PageView(kMaxPageViewsPerDocument, "home").Click().Build()});
  EXPECT_EQ(facts.size(), 1u);
}

TEST(Fold, TimesStayWithinReason) {
  EXPECT_EQ(CorrectedUnixMs(1'000, 14, 0), 1'001u);
  EXPECT_EQ(CorrectedUnixMs(1'000, 15, 0), 1'002u);
  EXPECT_EQ(CorrectedUnixMs(1'000, 0, -5'000), 0u);
  EXPECT_EQ(CorrectedUnixMs(~uint64_t{0}, ~uint64_t{0}, INT64_MAX), 253'402'300'799'999u);
  EXPECT_EQ(CorrectedUnixMs(5, 0, INT64_MIN), 0u);
}

TEST(Fold, NothingHappensAfterItWasReceived) {
  v1::JournalRecord record = BeaconBuilder(1, 1, 0).Click().Received(kNoon + 2'000).Build();
  record.mutable_beacon()->mutable_events(0)->set_at_100us(4'294'967'295);
  EXPECT_EQ(Folded({record}).at(0).last_seen_unix_ms(), kNoon + 2'000);
  record.mutable_beacon()->set_origin_unix_ms(kNoon + 43'200'000);
  EXPECT_EQ(Folded({record}).at(0).began_unix_ms(), kNoon + 2'000);
}

TEST(FoldRaw, BatchesOfADocumentCountAsOneBeaconInWhateverOrder) {
  const v1::JournalRecord whole =
      BuildRaw({.sequence = 0, .starts = true, .paint_100us = 9'000, .shifts = {0.05, 0.06, 0.2}});
  const v1::JournalRecord first =
      BuildRaw({.sequence = 0, .starts = true, .paint_100us = 9'000, .shifts = {0.05}});
  const v1::JournalRecord second =
      BuildRaw({.sequence = 1, .shifts = {0.06, 0.2}, .shifts_at_100us = 25'000});
  auto expected = Folded({whole});
  ASSERT_EQ(expected.size(), 1u);
  EXPECT_EQ(expected.at(0).layout_shifts(), 3u);
  for (const auto& records : {std::vector{first, second}, std::vector{second, first}}) {
    const auto facts = Folded(records);
    ASSERT_EQ(facts.size(), 1u);
    EXPECT_EQ(VitalsOf(facts.at(0)), VitalsOf(expected.at(0)));
    EXPECT_EQ(facts.at(0).layout_shifts(), 3u);
    EXPECT_EQ(facts.at(0).began_unix_ms(), expected.at(0).began_unix_ms());
    EXPECT_EQ(facts.at(0).dimensions().page_group(), "home");
    EXPECT_EQ(facts.at(0).header_sequence(), 1u);
  }
}

TEST(FoldRaw, PageViewWhoseStartWasLostTakesNoOtherPagesGroup) {
  v1::JournalRecord later = BuildRaw({.sequence = 1, .clicks = 1});
  auto* restored = later.mutable_entry_batch()->add_entries()->mutable_page_view_start();
  restored->set_start_100us(900'000);
  restored->set_navigation_type(v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE);
  restored->set_url_ref(1);
  later.add_page_groups("restored");
  later.mutable_entry_batch()->add_entries()->mutable_click()->set_at_100us(950'000);
  const auto alone = Folded({later});
  ASSERT_EQ(alone.size(), 2u);
  EXPECT_EQ(alone.at(0).dimensions().page_group(), kUnknownPageGroup);
  EXPECT_EQ(alone.at(1).dimensions().page_group(), "restored");
  // The lost batch comes after all.
  const v1::JournalRecord first = BuildRaw({.sequence = 0, .starts = true, .paint_100us = 9'000});
  const auto both = Folded({later, first});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both.at(0).dimensions().page_group(), "home");
  EXPECT_EQ(both.at(1).dimensions().page_group(), "restored");
}

TEST(FoldRaw, BeaconsThatCoverRawBatchesReplaceThem) {
  const v1::JournalRecord raw =
      BuildRaw({.sequence = 0, .starts = true, .paint_100us = 9'000, .shifts = {0.3}, .clicks = 2});
  const v1::JournalRecord beacon =
      BeaconBuilder(1, 1, 1).Vital(v1::METRIC_CLS, 7).Click().Covers(1).Build();
  for (const auto& records : {std::vector{raw, beacon}, std::vector{beacon, raw}}) {
    const std::vector<EffectiveBeacon> effective = EffectiveBeacons(records);
    ASSERT_EQ(effective.size(), 1u);
    EXPECT_FALSE(effective[0].derived);
    const auto facts = Folded(records);
    EXPECT_EQ(facts.at(0).clicks(), 1u);
    EXPECT_EQ(facts.at(0).layout_shifts(), 0u);
    EXPECT_EQ(VitalsOf(facts.at(0)), (Vitals{{v1::METRIC_CLS, 7}}));
  }
}

TEST(FoldRaw, RawBatchesBeyondTheBoundAreNotFolded) {
  std::vector<v1::JournalRecord> records = {BuildRaw({.sequence = 0, .starts = true})};
  for (uint32_t i = 1; i < kMaxRawBatchesPerDocument + 10; ++i) {
    records.push_back(BuildRaw({.sequence = i, .clicks = 1}));
    // A click each second, each far from the last: no runs.
    records.back().mutable_entry_batch()->mutable_entries(0)->mutable_click()->set_at_100us(
        100'000 + i * 20'000);
  }
  const auto facts = Folded(records);
  ASSERT_EQ(facts.size(), 1u);
  EXPECT_EQ(facts.at(0).clicks(), kMaxRawBatchesPerDocument - 1);
}

TEST(EffectiveBeacons, KeepsCommitOrderOverDocuments) {
  const std::vector<EffectiveBeacon> effective = EffectiveBeacons(
      {BeaconBuilder(1, 2, 0).Build(),
       BuildRaw({.document = 1, .sequence = 0, .starts = true, .paint_100us = 5'000}),
       BeaconBuilder(1, 2, 1).Build(), BuildRaw({.document = 1, .sequence = 1, .clicks = 1})});
  ASSERT_EQ(effective.size(), 3u);
  EXPECT_EQ(effective[0].beacon.document_id(), DocumentId(2));
  EXPECT_TRUE(effective[1].derived);
  EXPECT_EQ(effective[1].beacon.document_id(), DocumentId(1));
  EXPECT_EQ(effective[1].beacon.sequence(), 1u);
  EXPECT_EQ(effective[2].beacon.sequence(), 1u);
}

}  // namespace
}  // namespace paceline::store
