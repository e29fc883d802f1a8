#include "collector/query/session_conversions.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "collector/query/session_summary.h"

namespace paceline::query {
namespace {

void AddTold(v1::SessionRecord* session, const std::string& type, const std::string& id,
             int64_t value_minor, uint64_t at, const std::string& refunds = "") {
  v1::ExternalConversion* told = session->add_external_conversions();
  told->set_source("stripe");
  told->set_type(type);
  told->set_id(id);
  told->set_value_minor(value_minor);
  told->set_currency("EUR");
  told->set_occurred_unix_ms(at);
  told->set_refunds(refunds);
}

v1::PageViewFact PageWith(const std::string& type, const std::string& id, uint64_t at) {
  v1::PageViewFact fact;
  v1::FactConversion* conversion = fact.add_conversions();
  conversion->set_type(type);
  conversion->set_id(id);
  conversion->set_at_unix_ms(at);
  return fact;
}

TEST(SessionConversions, AreThePagesAndTheOthersInTheOrderOfTime) {
  v1::SessionRecord session;
  AddTold(&session, "purchase_completed", "cs_1", 12'000, 200);
  AddTold(&session, "purchase_completed", "re_1", -5'000, 300, "cs_1");
  const std::vector<v1::PageViewFact> facts = {PageWith("email_signup", "", 100),
                                               PageWith("email_signup", "", 400)};
  const auto conversions = ConversionsOf(session, facts);
  ASSERT_EQ(conversions.size(), 4u);
  EXPECT_EQ(conversions[0].origin, "page");
  EXPECT_EQ(conversions[0].page_view, &facts[0]);
  EXPECT_EQ(conversions[1].origin, "stripe");
  EXPECT_FALSE(conversions[1].refund);
  EXPECT_TRUE(conversions[2].refund);
  EXPECT_EQ(conversions[3].at_unix_ms, 400u);
}

TEST(SessionConversions, CountOnceWhenPageAndWebhookNameTheSameOrder) {
  v1::SessionRecord session;
  AddTold(&session, "purchase_completed", "order-1", 12'000, 200);
  AddTold(&session, "consultation_booked", "order-1", 0, 200);
  const std::vector<v1::PageViewFact> facts = {PageWith("purchase_completed", "order-1", 300),
                                               PageWith("purchase_completed", "order-1", 400)};
  const auto conversions = ConversionsOf(session, facts);
  ASSERT_EQ(conversions.size(), 2u);
  EXPECT_EQ(conversions[0].origin, "stripe") << "anybody can write what a page says";
  EXPECT_EQ(conversions[0].value_minor, 12'000);
  EXPECT_EQ(conversions[0].at_unix_ms, 200u);
  EXPECT_EQ(conversions[0].fact, &facts[0].conversions(0)) << "the speed that was felt is known";
  EXPECT_EQ(conversions[1].type, "consultation_booked");
}

TEST(SessionConversions, StandInTheJourneyOnThePageThatWasOpen) {
  v1::GetJourneyResponse journey;
  journey.add_page_views()->set_began_unix_ms(100);
  journey.add_page_views()->set_began_unix_ms(200);
  v1::JournalRecord record;
  v1::ExternalConversion* told = record.mutable_external_conversion();
  told->set_id("cs_1");
  told->set_source("stripe");
  told->set_occurred_unix_ms(150);
  v1::JournalRecord late = record;
  late.mutable_external_conversion()->set_occurred_unix_ms(10'000);
  v1::JournalRecord early = record;
  early.mutable_external_conversion()->set_occurred_unix_ms(50);
  AddExternalConversions({v1::JournalRecord(), record, late, early}, &journey);
  ASSERT_EQ(journey.events_size(), 3);
  EXPECT_EQ(journey.events(0).external_conversion().origin(), "stripe");
  EXPECT_EQ(journey.events(0).page_view_index(), 0u);
  EXPECT_EQ(journey.events(1).page_view_index(), 1u);
  EXPECT_EQ(journey.events(2).page_view_index(), 0u);
}

TEST(SessionConversions, SumUpBeyondWhatAWholeNumberHolds) {
  v1::SessionRecord session;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < 4; ++i) AddTold(&session, "purchase_completed", "", kMost, 200);
  const v1::SessionSummary summary = Summarize(session, {});
  ASSERT_EQ(summary.revenue_size(), 1);
  EXPECT_DOUBLE_EQ(summary.revenue(0).value_minor(), 4.0 * static_cast<double>(kMost));
}

}  // namespace
}  // namespace paceline::query
