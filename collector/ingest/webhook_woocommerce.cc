#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "collector/ingest/json_fields.h"
#include "collector/ingest/money.h"
#include "collector/ingest/webhooks.h"

namespace paceline::ingest {
namespace {

constexpr char kReferenceKey[] = "paceline_ref";

// "2026-11-21T04:00:00", which is UTC in the fields that end in _gmt.
uint64_t UnixMsOf(const std::string& text) {
  absl::Time time;
  if (!absl::ParseTime("%Y-%m-%d%ET%H:%M:%E*S", text, absl::UTCTimeZone(), &time, nullptr))
    return 0;
  const int64_t unix_ms = absl::ToUnixMillis(time);
  return unix_ms > 0 ? static_cast<uint64_t>(unix_ms) : 0;
}

std::string ReferenceOf(const Json& order) {
  const Json& entries = At(order, "meta_data");
  if (!entries.is_array()) return {};
  for (const Json& entry : entries) {
    if (TextAt(entry, "key") == kReferenceKey) return TextAt(entry, "value");
  }
  return {};
}

// Whether the order has been paid: pending and failed ones may never be.
bool IsPaid(const Json& order) {
  const std::string status = TextAt(order, "status");
  return status == "processing" || status == "completed" || status == "refunded";
}

std::optional<int64_t> MinorAt(const Json& object, const char* key, const std::string& currency) {
  return IsCurrency(currency) ? ToMinorUnits(TextAt(object, key), currency) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<ConversionReport>> ReadWooCommerceOrder(std::string_view body,
                                                                   std::string_view topic) {
  const Json order = ParseObject(body);
  const std::string id = TextAt(order, "id");
  if (id.empty()) return absl::InvalidArgumentError("the body is no WooCommerce order: id");
  if (!topic.starts_with("order.") || topic == "order.deleted" || !IsPaid(order)) {
    return std::vector<ConversionReport>();
  }
  ConversionReport purchase;
  purchase.source = "woocommerce";
  purchase.id = id;
  purchase.type = "purchase_completed";
  purchase.reference = ReferenceOf(order);
  purchase.currency = absl::AsciiStrToUpper(TextAt(order, "currency"));
  purchase.value_minor = MinorAt(order, "total", purchase.currency);
  purchase.occurred_unix_ms = UnixMsOf(TextAt(order, "date_paid_gmt"));

  std::vector<ConversionReport> reports = {purchase};
  const Json& refunds = At(order, "refunds");
  if (!refunds.is_array()) return reports;
  for (const Json& entry : refunds) {
    ConversionReport refund;
    refund.source = purchase.source;
    refund.id = absl::StrCat(id, ":refund:", TextAt(entry, "id"));
    refund.is_refund = true;
    refund.refunds = id;
    refund.reference = purchase.reference;
    refund.currency = purchase.currency;
    // The total of a refund is below zero.
    refund.value_minor = MinorAt(entry, "total", purchase.currency);
    refund.occurred_unix_ms = UnixMsOf(TextAt(order, "date_modified_gmt"));
    reports.push_back(std::move(refund));
  }
  return reports;
}

bool IsWooCommercePing(std::string_view body) {
  constexpr std::string_view kPing = "webhook_id=";
  if (!body.starts_with(kPing)) return false;
  const std::string_view number = body.substr(kPing.size());
  return !number.empty() && number.size() < 20 &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace paceline::ingest
