// The body of POST /v1/conversions:
//
//   {"site": "academy", "id": "order-1017", "reference": "<the session's 32 hexadecimal digits>",
//    "type": "purchase_completed", "value": "120.00", "currency": "EUR",
//    "occurred_unix_ms": 1795000000000, "attributes": {"course": "first-marathon"}}
//
// and of a refund, whose amount may be left out when it is all of it:
//
//   {"site": "academy", "id": "refund-88", "type": "refund", "refunds": "order-1017",
//    "value": "40.00", "currency": "EUR"}
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "collector/ingest/external_conversion.h"

namespace paceline::ingest {

struct ParsedConversion {
  std::string site;
  ConversionReport report;
};

// `idempotency_key`: the request's header; the id when the body has none. InvalidArgument: no JSON
// object. OutOfRange: a field is not as it has to be. Both say what would be right.
absl::StatusOr<ParsedConversion> ParseConversion(std::string_view body,
                                                 std::string_view idempotency_key);

}  // namespace paceline::ingest
