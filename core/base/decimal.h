// Decimal numbers in text, as JavaScript and people write them, without the C library's parsing,
// which differs between platforms and is larger than this library.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace paceline::core {

// (negative ? -1 : 1) * digits * 10 ^ exponent.
struct Decimal {
  bool negative = false;
  // At most 19 significant digits; what is beyond is cut off.
  uint64_t digits = 0;
  int32_t exponent = 0;
};

// Of "-12.50", "1e21", ".5": an optional sign, digits with or without a point, an optional
// exponent. nullopt for anything else.
std::optional<Decimal> ParseDecimal(std::string_view text);

// In units of 10 ^ -places, half a unit rounded away from zero. nullopt when beyond 18 digits.
std::optional<int64_t> ToUnits(const Decimal& decimal, int32_t places);

// The nearest double for up to 15 digits and an exponent within 22 of 0; else one of its
// neighbours. Infinite beyond what a double holds.
double ToDouble(const Decimal& decimal);

// The whole number, up to `max`; nullopt when it is none.
std::optional<uint32_t> ToCount(const Decimal& decimal, uint32_t max);

}  // namespace paceline::core
