// What the messages of others are read as. The shapes are those of their documentation; the HTTP
// side is tested in tests/integration/conversions.test.mjs.
#include "collector/ingest/webhooks.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "collector/ingest/conversion_json.h"

namespace paceline::ingest {
namespace {

using Reports = std::vector<ConversionReport>;

std::string StripeEvent(const std::string& type, const std::string& object,
                        const std::string& previous = "{}") {
  return absl::StrCat("{\"id\":\"evt_1\",\"type\":\"", type,
                      "\",\"created\":1700000000,\"data\":{\"object\":", object,
                      ",\"previous_attributes\":", previous, "}}");
}

Reports Stripe(const std::string& type, const std::string& object,
               const std::string& previous = "{}") {
  const auto reports = ReadStripeEvent(StripeEvent(type, object, previous));
  EXPECT_TRUE(reports.ok()) << reports.status();
  return reports.ok() ? *reports : Reports();
}

TEST(StripeEvents, ACheckoutIsAPurchaseOrASubscription) {
  const Reports paid = Stripe("checkout.session.completed",
                              R"({"id":"cs_1","mode":"payment","payment_status":"paid",
                                  "amount_total":12000,"currency":"eur",
                                  "client_reference_id":"abc","payment_intent":"pi_1"})");
  ASSERT_EQ(paid.size(), 1u);
  EXPECT_EQ(paid[0].id, "cs_1");
  EXPECT_EQ(paid[0].type, "purchase_completed");
  EXPECT_EQ(paid[0].reference, "abc");
  EXPECT_EQ(paid[0].value_minor, 12000);
  EXPECT_EQ(paid[0].currency, "EUR");
  EXPECT_EQ(paid[0].occurred_unix_ms, 1'700'000'000'000u);
  EXPECT_EQ(paid[0].aliases[0], "pi_1");
  // Accounts may have objects expanded.
  const Reports begun = Stripe("checkout.session.completed",
                               R"({"id":"cs_2","mode":"subscription","payment_status":"paid",
                                   "amount_total":6900,"currency":"eur",
                                   "subscription":{"id":"sub_1"}})");
  ASSERT_EQ(begun.size(), 1u);
  EXPECT_EQ(begun[0].type, "subscription_started");
  EXPECT_EQ(begun[0].aliases[1], "sub_1");
}

TEST(StripeEvents, CountDigitsInTheirOwnWay) {
  const auto value = [](const std::string& amount, const std::string& currency) {
    return Stripe("checkout.session.completed",
                  absl::StrCat("{\"id\":\"cs_1\",\"mode\":\"payment\",\"amount_total\":", amount,
                               ",\"currency\":\"", currency, "\"}"))
        .at(0)
        .value_minor;
  };
  EXPECT_EQ(value("5000", "jpy"), 5000);
  EXPECT_EQ(value("500000", "ugx"), 5000);
  EXPECT_EQ(value("5000", "mga"), 500000);
  EXPECT_EQ(value("null", "eur"), std::nullopt);
  EXPECT_EQ(value("-9223372036854775808", "mga"), -100'000'000'000'000'000);
}

TEST(StripeEvents, ARefundIsWhatWasAddedToIt) {
  const Reports refund =
      Stripe("charge.refunded",
             R"({"id":"ch_1","payment_intent":"pi_1","amount_refunded":7000,"currency":"eur"})",
             R"({"amount_refunded":5000})");
  ASSERT_EQ(refund.size(), 1u);
  EXPECT_TRUE(refund[0].is_refund);
  EXPECT_EQ(refund[0].value_minor, 2000);
  EXPECT_EQ(refund[0].refunds, "pi_1");
  // Another refund of the charge is another one.
  EXPECT_EQ(refund[0].id, "ch_1:refunded:7000");
}

TEST(StripeEvents, ASubscriptionIsRenewedAndEnds) {
  const Reports renewed = Stripe("invoice.paid",
                                 R"({"id":"in_2","billing_reason":"subscription_cycle",
                                     "amount_paid":6900,"currency":"eur",
                                     "subscription_details":{"metadata":{"paceline_ref":"abc"}}})");
  ASSERT_EQ(renewed.size(), 1u);
  EXPECT_EQ(renewed[0].type, "subscription_renewed");
  EXPECT_EQ(renewed[0].reference, "abc");
  EXPECT_TRUE(
      Stripe("invoice.paid", R"({"id":"in_1","billing_reason":"subscription_create"})").empty());
  const Reports ended = Stripe("customer.subscription.deleted", R"({"id":"sub_1"})");
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].type, "subscription_ended");
}

TEST(CalendlyEvents, AMovedBookingIsCancelledAndBookedAnew) {
  const auto created = ReadCalendlyEvent(
      R"({"event":"invitee.created","created_at":"2026-11-21T04:00:00.000000Z",
          "payload":{"uri":"https://c/1","tracking":{"utm_content":"abc"},
                     "payment":{"amount":25.5,"currency":"usd"}}})");
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(created->at(0).value_minor, 2550);
  EXPECT_EQ(created->at(0).occurred_unix_ms, 1'795'233'600'000u);
  const auto canceled = ReadCalendlyEvent(
      R"({"event":"invitee.canceled","payload":{"uri":"https://c/1","rescheduled":true}})");
  ASSERT_TRUE(canceled.ok());
  EXPECT_TRUE(canceled->at(0).is_refund);
  EXPECT_EQ(canceled->at(0).refunds, "https://c/1");
  EXPECT_EQ(canceled->at(0).value_minor, std::nullopt);
  EXPECT_TRUE(
      ReadCalendlyEvent(R"({"event":"routing_form_submission.created","payload":{}})")->empty());
}

TEST(WooCommerceOrders, CountOncePaidWithTheirRefunds) {
  const std::string order =
      R"({"id":17,"status":"completed","currency":"EUR","total":"49.90",
          "date_paid_gmt":"2026-11-21T04:00:00","meta_data":[{"key":"x","value":{"a":1}},
          {"key":"paceline_ref","value":"abc"}],"refunds":[{"id":9,"total":"-10.00"}]})";
  const auto reports = ReadWooCommerceOrder(order, "order.updated");
  ASSERT_TRUE(reports.ok());
  ASSERT_EQ(reports->size(), 2u);
  EXPECT_EQ(reports->at(0).id, "17");
  EXPECT_EQ(reports->at(0).reference, "abc");
  EXPECT_EQ(reports->at(0).occurred_unix_ms, 1'795'233'600'000u);
  EXPECT_EQ(reports->at(1).refunds, "17");
  EXPECT_EQ(reports->at(1).value_minor, -1000);
  EXPECT_TRUE(ReadWooCommerceOrder(order, "order.deleted")->empty());
  EXPECT_TRUE(ReadWooCommerceOrder(order, "customer.created")->empty());
}

TEST(WooCommerceOrders, AskOnceWhetherAnybodyIsThere) {
  EXPECT_TRUE(IsWooCommercePing("webhook_id=42"));
  for (const char* body : {"", "webhook_id=", "webhook_id=4x", "webhook_id=1&id=2", "{}"}) {
    EXPECT_FALSE(IsWooCommercePing(body)) << body;
  }
}

TEST(ConversionJson, IsReadAndItsMistakesAreNamed) {
  const auto parsed = ParseConversion(
      R"({"site":"academy","type":"purchase_completed","value":19.9,"currency":"EUR",
          "attributes":{"course":"hills","seats":2,"gift":true}})",
      "key-1");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->report.id, "key-1");
  EXPECT_EQ(parsed->report.value_minor, 1990);
  EXPECT_EQ(parsed->report.attributes.size(), 3u);
  EXPECT_TRUE(absl::IsInvalidArgument(ParseConversion("[]", "").status()));
  EXPECT_TRUE(absl::IsOutOfRange(ParseConversion(R"({"valeu":"1"})", "").status()));
  EXPECT_TRUE(absl::IsOutOfRange(ParseConversion(R"({"type":"refund"})", "").status()));
  EXPECT_TRUE(absl::IsOutOfRange(ParseConversion(R"({"site":7})", "").status()));
}

TEST(ConversionJson, IsRefusedWhenNestedTooDeep) {
  const auto nested = [](size_t lists) {
    const std::string body =
        absl::StrCat(R"({"attributes":)", std::string(lists, '['), std::string(lists, ']'), "}");
    return ParseConversion(body, "key").status();
  };
  EXPECT_TRUE(absl::IsInvalidArgument(nested(130'000)));
  EXPECT_TRUE(absl::IsInvalidArgument(nested(64)));
  EXPECT_TRUE(absl::IsOutOfRange(nested(63))) << "read, and found to be no attributes";
  const std::string open = absl::StrCat(R"({"attributes":)", std::string(130'000, '['));
  EXPECT_TRUE(absl::IsInvalidArgument(ParseConversion(open, "key").status()));
  EXPECT_FALSE(ReadStripeEvent(open).ok());
}

// Nobody but the holder of a secret gets this far; still, nothing may break on what they send.
TEST(Webhooks, SurviveWhateverIsSent) {
  const std::string seeds[] = {
      StripeEvent("checkout.session.completed", R"({"id":"cs_1","amount_total":1e300})"),
      StripeEvent("charge.refunded", R"({"id":{"id":[]},"amount_refunded":"x"})", "[]"),
      R"({"event":"invitee.created","payload":{"uri":"u","payment":{"amount":[],"currency":1}}})",
      R"({"id":1,"status":"completed","meta_data":[1,[],{"key":{}}],"refunds":[null,{"id":[]}]})",
      std::string(20'000, '['),
      "\"\xff\xfe\"",
      "{\"type\":\"\xc3\",\"data\":{\"object\":{}}}"};
  std::mt19937 random(7);
  for (const std::string& seed : seeds) {
    for (int round = 0; round < 100; ++round) {
      std::string body = seed;
      for (int i = 0; i < round % 4; ++i)
        body[random() % body.size()] = static_cast<char>(random());
      (void)ReadStripeEvent(body);
      (void)ReadCalendlyEvent(body);
      (void)ReadWooCommerceOrder(body, "order.updated");
      (void)ParseConversion(body, "key");
    }
  }
}

}  // namespace
}  // namespace paceline::ingest
