#include "collector/ingest/money.h"

#include <algorithm>
#include <cstddef>

#include "core/base/currency.h"
#include "core/base/decimal.h"

namespace paceline::ingest {
namespace {

constexpr size_t kMaxWholeDigits = 15;

bool IsAllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool IsCurrency(std::string_view currency) {
  return !currency.empty() && core::CurrencyCode(currency) == currency;
}

std::optional<int64_t> ToMinorUnits(std::string_view decimal, std::string_view currency) {
  std::string_view digits = decimal;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  const size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  if (!IsAllDigits(whole) || whole.size() > kMaxWholeDigits) return std::nullopt;
  if (point != std::string_view::npos && !IsAllDigits(digits.substr(point + 1))) {
    return std::nullopt;
  }
  const std::optional<core::Decimal> parsed = core::ParseDecimal(decimal);
  return parsed ? core::ToUnits(*parsed, core::MinorDigits(currency)) : std::nullopt;
}

}  // namespace paceline::ingest
