#include "collector/ingest/conversion_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/ingest/json_fields.h"
#include "collector/ingest/money.h"

namespace paceline::ingest {
namespace {

constexpr std::array<std::string_view, 9> kFields = {
    "site",       "id",     "reference", "type", "value", "currency", "occurred_unix_ms",
    "attributes", "refunds"};

absl::Status Wrong(std::string_view what) {
  return absl::OutOfRangeError(absl::string_view(what.data(), what.size()));
}

absl::Status CheckFields(const Json& json) {
  for (const auto& [key, value] : json.items()) {
    if (std::find(kFields.begin(), kFields.end(), key) == kFields.end()) {
      return Wrong(absl::StrCat("unknown field \"", key.substr(0, 64),
                                "\"; site, id, reference, type, value, currency, "
                                "occurred_unix_ms, attributes and refunds are known"));
    }
  }
  for (const char* key : {"site", "id", "reference", "type", "currency", "refunds"}) {
    const Json& value = At(json, key);
    if (!value.is_null() && !value.is_string()) {
      return Wrong(absl::StrCat(key, " has to be a text"));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadValue(const Json& json, ConversionReport* report) {
  const Json& value = At(json, "value");
  if (value.is_null()) return absl::OkStatus();
  if (!value.is_string() && !value.is_number()) {
    return Wrong("value has to be a decimal number in a text, as \"120.00\"");
  }
  if (!IsCurrency(report->currency)) {
    return Wrong("value needs a currency: three capital letters of ISO 4217, as EUR");
  }
  report->value_minor = ToMinorUnits(TextOf(value), report->currency);
  if (!report->value_minor) {
    return Wrong("value has to be a decimal number in a text, as \"120.00\"");
  }
  return absl::OkStatus();
}

absl::Status ReadAttributes(const Json& json, ConversionReport* report) {
  const Json& attributes = At(json, "attributes");
  if (attributes.is_null()) return absl::OkStatus();
  if (!attributes.is_object()) return Wrong("attributes has to be an object of texts");
  for (const auto& [key, value] : attributes.items()) {
    if (!value.is_string() && !value.is_number() && !value.is_boolean()) {
      return Wrong("attributes has to be an object of texts");
    }
    report->attributes.emplace_back(
        key, value.is_boolean() ? (value.get<bool>() ? "true" : "false") : TextOf(value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParsedConversion> ParseConversion(std::string_view body,
                                                 std::string_view idempotency_key) {
  const Json json = ParseObject(body);
  if (json.is_null()) {
    return absl::InvalidArgumentError(
        "the body is no JSON object, or one nested too deep; {\"site\": …, \"id\": …, \"type\": …} "
        "is expected");
  }
  if (absl::Status status = CheckFields(json); !status.ok()) return status;
  ParsedConversion parsed;
  parsed.site = TextAt(json, "site");
  ConversionReport& report = parsed.report;
  report.source = "api";
  report.id = TextAt(json, "id");
  if (report.id.empty()) report.id = std::string(idempotency_key);
  report.type = TextAt(json, "type");
  report.reference = TextAt(json, "reference");
  report.currency = TextAt(json, "currency");
  report.refunds = TextAt(json, "refunds");
  report.must_repeat_exactly = true;
  const Json& occurred = At(json, "occurred_unix_ms");
  if (!occurred.is_null()) {
    const std::optional<int64_t> unix_ms = WholeAt(json, "occurred_unix_ms");
    if (!unix_ms || *unix_ms <= 0) {
      return Wrong("occurred_unix_ms has to be a whole number of milliseconds since 1970");
    }
    report.occurred_unix_ms = static_cast<uint64_t>(*unix_ms);
  }
  if (absl::Status status = ReadValue(json, &report); !status.ok()) return status;
  if (absl::Status status = ReadAttributes(json, &report); !status.ok()) return status;
  report.is_refund = report.type == "refund" || !report.refunds.empty() ||
                     (report.value_minor && *report.value_minor < 0);
  if (report.is_refund && report.refunds.empty() && !report.value_minor) {
    return Wrong("a refund needs refunds (the id of what it takes back), or value and currency");
  }
  return parsed;
}

}  // namespace paceline::ingest
