#include "collector/ingest/money.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace paceline::ingest {
namespace {

constexpr size_t kMaxWholeDigits = 15;
constexpr int kUsualDigits = 2;

struct CurrencyRow {
  std::string_view currency;
  int digits;
};

// ISO 4217: those that have not two.
constexpr std::array<CurrencyRow, 26> kUnusual = {{
    {"BIF", 0}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"ISK", 0}, {"JPY", 0}, {"KMF", 0},
    {"KRW", 0}, {"PYG", 0}, {"RWF", 0}, {"UGX", 0}, {"UYI", 0}, {"VND", 0}, {"VUV", 0},
    {"XAF", 0}, {"XOF", 0}, {"XPF", 0}, {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3},
    {"LYD", 3}, {"OMR", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4},
}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool IsCurrency(std::string_view currency) {
  return currency.size() == 3 &&
         std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

int CurrencyDigits(std::string_view currency) {
  for (const CurrencyRow& row : kUnusual) {
    if (row.currency == currency) return row.digits;
  }
  return kUsualDigits;
}

std::optional<int64_t> ToMinorUnits(std::string_view decimal, std::string_view currency) {
  const bool negative = decimal.starts_with('-');
  if (negative) decimal.remove_prefix(1);
  const size_t point = decimal.find('.');
  const std::string_view whole = decimal.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : decimal.substr(point + 1);
  if (whole.empty() || whole.size() > kMaxWholeDigits ||
      (point != std::string_view::npos && fraction.empty())) {
    return std::nullopt;
  }
  if (!std::all_of(whole.begin(), whole.end(), IsDigit) ||
      !std::all_of(fraction.begin(), fraction.end(), IsDigit)) {
    return std::nullopt;
  }
  int64_t minor = 0;
  for (const char c : whole) minor = minor * 10 + (c - '0');
  const auto digits = static_cast<size_t>(CurrencyDigits(currency));
  for (size_t i = 0; i < digits; ++i) {
    minor = minor * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  if (fraction.size() > digits && fraction[digits] >= '5') ++minor;
  return negative ? -minor : minor;
}

}  // namespace paceline::ingest
