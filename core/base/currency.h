// Currencies by ISO 4217.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"

namespace paceline::core {

// The code in capitals; empty when the text is not three ASCII letters.
Bytes CurrencyCode(std::string_view text);

// Digits of a currency's minor unit: 2 for most, for euros the cents; 2 also for one that is not
// known. `code` in capitals.
int32_t MinorDigits(std::string_view code);

}  // namespace paceline::core
