#include "core/base/currency.h"

namespace paceline::core {
namespace {

// Source: ISO 4217, list one, of currencies that are paid with.
constexpr std::string_view kWithoutMinorUnit =
    "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF";
constexpr std::string_view kWithThreeDigits = "BHDIQDJODKWDLYDOMRTND";
constexpr size_t kCodeLength = 3;

bool Has(std::string_view codes, std::string_view code) {
  for (; !codes.empty(); codes.remove_prefix(kCodeLength)) {
    if (codes.substr(0, kCodeLength) == code) return true;
  }
  return false;
}

}  // namespace

Bytes CurrencyCode(std::string_view text) {
  Bytes code;
  if (text.size() != kCodeLength) return code;
  for (const char c : text) {
    const char capital = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (capital < 'A' || capital > 'Z') return Bytes();
    code.push_back(capital);
  }
  return code;
}

int32_t MinorDigits(std::string_view code) {
  if (Has(kWithoutMinorUnit, code)) return 0;
  return Has(kWithThreeDigits, code) ? 3 : 2;
}

}  // namespace paceline::core
