#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "collector/ingest/json_fields.h"
#include "collector/ingest/money.h"
#include "collector/ingest/webhooks.h"

namespace paceline::ingest {
namespace {

uint64_t UnixMsOf(const std::string& text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return 0;
  const int64_t unix_ms = absl::ToUnixMillis(time);
  return unix_ms > 0 ? static_cast<uint64_t>(unix_ms) : 0;
}

}  // namespace

absl::StatusOr<std::vector<ConversionReport>> ReadCalendlyEvent(std::string_view body) {
  const Json message = ParseObject(body);
  const std::string event = TextAt(message, "event");
  const Json& invitee = At(message, "payload");
  const std::string uri = TextAt(invitee, "uri");
  if (event.empty() || !invitee.is_object()) {
    return absl::InvalidArgumentError("the body is no Calendly event: event and payload");
  }
  if (event != "invitee.created" && event != "invitee.canceled") {
    return std::vector<ConversionReport>();
  }
  if (uri.empty()) return absl::InvalidArgumentError("the Calendly event has no payload.uri");

  ConversionReport report;
  report.source = "calendly";
  report.reference = TextAt(At(invitee, "tracking"), "utm_content");
  report.occurred_unix_ms = UnixMsOf(TextAt(message, "created_at"));
  report.type = "consultation_booked";
  if (event == "invitee.created") {
    report.id = uri;
    const Json& payment = At(invitee, "payment");
    report.currency = absl::AsciiStrToUpper(TextAt(payment, "currency"));
    if (IsCurrency(report.currency)) {
      report.value_minor = ToMinorUnits(TextAt(payment, "amount"), report.currency);
    }
  } else {
    // Takes the whole booking back, with what was paid for it, if anything was.
    report.id = absl::StrCat(uri, ":canceled");
    report.is_refund = true;
    report.refunds = uri;
  }
  return std::vector<ConversionReport>{std::move(report)};
}

}  // namespace paceline::ingest
