// Amounts of money as whole numbers: minor units of a currency, so that sums are exact. The same
// rule as for conversions that pages send (core/base).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace paceline::ingest {

// Whether `currency` has the form of an ISO 4217 code: three capital letters.
bool IsCurrency(std::string_view currency);

// "120.50" in EUR is 12050. More digits than the currency has are rounded, halves away from zero.
// Nothing when `decimal` is no plain decimal number ("-12.5"), or has more than 15 digits before
// the point.
std::optional<int64_t> ToMinorUnits(std::string_view decimal, std::string_view currency);

}  // namespace paceline::ingest
