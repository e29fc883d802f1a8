#include "core/base/decimal.h"

#include <algorithm>

namespace paceline::core {
namespace {

constexpr uint64_t kMaxDigits = 999'999'999'999'999'999;
// Beyond, every double is 0 or infinite.
constexpr int32_t kMaxExponent = 400;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsSign(char c) { return c == '-' || c == '+'; }

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal decimal;
  const char* at = text.data();
  const char* const end = at + text.size();
  // A sign where one may stand.
  const auto take_sign = [&] { return at != end && IsSign(*at) && *at++ == '-'; };
  decimal.negative = take_sign();
  bool has_digits = false;
  bool behind_point = false;
  for (; at != end && *at != 'e' && *at != 'E'; ++at) {
    if (*at == '.' && !behind_point) {
      behind_point = true;
      continue;
    }
    if (!IsDigit(*at)) return std::nullopt;
    has_digits = true;
    const bool kept = decimal.digits <= kMaxDigits;
    if (kept) decimal.digits = 10 * decimal.digits + static_cast<uint64_t>(*at - '0');
    decimal.exponent += (kept ? 0 : 1) - (behind_point ? 1 : 0);
  }
  if (!has_digits) return std::nullopt;
  if (at == end) return decimal;
  ++at;
  const bool negative = take_sign();
  if (at == end || end - at > 3) return std::nullopt;
  int32_t exponent = 0;
  for (; at != end; ++at) {
    if (!IsDigit(*at)) return std::nullopt;
    exponent = 10 * exponent + (*at - '0');
  }
  decimal.exponent += negative ? -exponent : exponent;
  return decimal;
}

std::optional<int64_t> ToUnits(const Decimal& decimal, int32_t places) {
  uint64_t units = decimal.digits;
  int32_t exponent = decimal.exponent + places;
  for (; exponent > 0 && units != 0; --exponent) {
    if (units > kMaxDigits / 10) return std::nullopt;
    units *= 10;
  }
  uint64_t last = 0;
  for (; exponent < 0 && (units != 0 || last != 0); ++exponent) {
    last = units % 10;
    units /= 10;
  }
  units += last >= 5 ? 1 : 0;
  if (units > kMaxDigits) return std::nullopt;
  const auto value = static_cast<int64_t>(units);
  return decimal.negative ? -value : value;
}

double ToDouble(const Decimal& decimal) {
  auto value = static_cast<double>(decimal.digits);
  int32_t rest = std::clamp(decimal.exponent, -kMaxExponent, kMaxExponent);
  // A power of ten up to 22 is a double, so that up to 15 digits are rounded once only.
  while (rest != 0) {
    double power = 1;
    const bool divide = rest < 0;
    for (int i = 0; i < 22 && rest != 0; ++i) {
      power *= 10;
      rest += divide ? 1 : -1;
    }
    value = divide ? value / power : value * power;
  }
  return decimal.negative ? -value : value;
}

std::optional<uint32_t> ToCount(const Decimal& decimal, uint32_t max) {
  const std::optional<int64_t> count = ToUnits(decimal, 0);
  if (!count || *count < 0 || *count > max) return std::nullopt;
  return static_cast<uint32_t>(*count);
}

}  // namespace paceline::core
