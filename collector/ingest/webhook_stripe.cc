#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "collector/ingest/json_fields.h"
#include "collector/ingest/webhooks.h"

namespace paceline::ingest {
namespace {

// Stripe counts these with other digits than ISO 4217 does.
std::optional<int64_t> MinorOf(std::optional<int64_t> amount, const std::string& currency) {
  if (!amount) return std::nullopt;
  // Far beyond any amount, and far from overflowing.
  constexpr int64_t kMax = 1'000'000'000'000'000;
  const int64_t sane = std::clamp(*amount, -kMax, kMax);
  if (currency == "ISK" || currency == "UGX") return sane / 100;
  return currency == "MGA" ? sane * 100 : sane;
}

// Ids are texts, or objects with an id when the account has expanded them.
std::string IdAt(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_object() ? TextAt(value, "id") : TextOf(value);
}

ConversionReport ReportOf(const Json& object, const char* amount_key) {
  ConversionReport report;
  report.source = "stripe";
  report.id = TextAt(object, "id");
  report.currency = absl::AsciiStrToUpper(TextAt(object, "currency"));
  report.value_minor = MinorOf(WholeAt(object, amount_key), report.currency);
  return report;
}

std::vector<ConversionReport> ReadCheckout(const Json& session) {
  const std::string mode = TextAt(session, "mode");
  // It may still be on its way: async_payment_succeeded follows, or not.
  if (mode == "setup" || TextAt(session, "payment_status") == "unpaid") return {};
  ConversionReport report = ReportOf(session, "amount_total");
  report.type = mode == "subscription" ? "subscription_started" : "purchase_completed";
  report.reference = TextAt(session, "client_reference_id");
  report.aliases = {IdAt(session, "payment_intent"), IdAt(session, "subscription"),
                    IdAt(session, "invoice")};
  return {std::move(report)};
}

std::vector<ConversionReport> ReadInvoice(const Json& invoice) {
  // The first invoice of a subscription is its checkout's.
  if (TextAt(invoice, "billing_reason") != "subscription_cycle") return {};
  ConversionReport report = ReportOf(invoice, "amount_paid");
  report.type = "subscription_renewed";
  report.reference = TextAt(At(At(invoice, "subscription_details"), "metadata"), "paceline_ref");
  report.aliases = {IdAt(invoice, "payment_intent"), IdAt(invoice, "charge")};
  return {std::move(report)};
}

std::vector<ConversionReport> ReadEndedSubscription(const Json& subscription) {
  ConversionReport report;
  report.source = "stripe";
  report.id = absl::StrCat(TextAt(subscription, "id"), ":ended");
  report.type = "subscription_ended";
  report.reference = TextAt(At(subscription, "metadata"), "paceline_ref");
  return {std::move(report)};
}

// `amount_refunded` is the sum of all refunds of the charge.
std::vector<ConversionReport> ReadRefund(const Json& charge, const Json& previous) {
  ConversionReport report = ReportOf(charge, "amount_refunded");
  const std::optional<int64_t> before =
      MinorOf(WholeAt(previous, "amount_refunded"), report.currency);
  report.id = absl::StrCat(report.id, ":refunded:", report.value_minor.value_or(0));
  if (report.value_minor) *report.value_minor -= before.value_or(0);
  report.is_refund = true;
  const std::string payment = IdAt(charge, "payment_intent");
  report.refunds = payment.empty() ? TextAt(charge, "id") : payment;
  report.reference = TextAt(At(charge, "metadata"), "paceline_ref");
  return {std::move(report)};
}

}  // namespace

absl::StatusOr<std::vector<ConversionReport>> ReadStripeEvent(std::string_view body) {
  const Json event = ParseObject(body);
  const std::string type = TextAt(event, "type");
  const Json& data = At(event, "data");
  const Json& object = At(data, "object");
  if (type.empty() || !object.is_object() || TextAt(object, "id").empty()) {
    return absl::InvalidArgumentError("the body is no Stripe event: type and data.object.id");
  }
  std::vector<ConversionReport> reports;
  if (type == "checkout.session.completed" || type == "checkout.session.async_payment_succeeded") {
    reports = ReadCheckout(object);
  } else if (type == "invoice.paid") {
    reports = ReadInvoice(object);
  } else if (type == "customer.subscription.deleted") {
    reports = ReadEndedSubscription(object);
  } else if (type == "charge.refunded") {
    reports = ReadRefund(object, At(data, "previous_attributes"));
  }
  for (ConversionReport& report : reports)
    report.occurred_unix_ms = UnixMsOfSeconds(event, "created");
  return reports;
}

}  // namespace paceline::ingest
