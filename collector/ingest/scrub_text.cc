#include "collector/ingest/scrub_text.h"

#include <algorithm>
#include <cstddef>

namespace paceline::ingest {
namespace {

constexpr size_t kTokenLength = 16;
constexpr size_t kUuidLength = 36;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlphanumeric(char c) { return IsDigit(c) || IsLetter(c); }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// RFC 5322's atoms, less what delimits e-mail addresses in selectors and URLs ('=', '/', '#',
// quotes, …).
bool IsLocalPart(char c) {
  return IsAlphanumeric(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}
bool IsDomain(char c) { return IsAlphanumeric(c) || c == '.' || c == '-'; }

// Length of the "@" at `at`: 1, 3 when percent-encoded, 0 when there is none.
size_t AtSign(std::string_view text, size_t at) {
  if (text[at] == '@') return 1;
  return text.substr(at, 3) == "%40" ? 3 : 0;
}

std::string ReplaceEmails(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  // Start of what is not yet in `out`.
  size_t copied = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t sign = AtSign(text, at);
    if (sign == 0) {
      ++at;
      continue;
    }
    // Known before either scan: else a row of signs would have the whole row scanned for each.
    const bool has_local_part = at > copied && IsLocalPart(text[at - 1]);
    if (!has_local_part || text.substr(at + sign).starts_with('.')) {
      at += sign;
      continue;
    }
    size_t end = at + sign;
    // "a@b.c@d.e" is one address too many: nothing of it stays.
    while (end < text.size() && (IsDomain(text[end]) || AtSign(text, end) > 0)) {
      end += std::max<size_t>(1, AtSign(text, end));
    }
    const std::string_view domain = text.substr(at + sign, end - at - sign);
    if (domain.find('.') == std::string_view::npos) {
      // Neither has any sign within it a dot behind it.
      at = end;
      continue;
    }
    size_t begin = at;
    while (begin > copied && IsLocalPart(text[begin - 1])) --begin;
    out.append(text.substr(copied, begin - copied)).append(":email");
    copied = end;
    at = end;
  }
  return out.append(text.substr(copied));
}

bool IsUuid(std::string_view text) {
  if (text.size() < kUuidLength) return false;
  for (size_t i = 0; i < kUuidLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

bool IsToken(std::string_view run) {
  if (run.size() < kTokenLength) return false;
  // All letters is a word, however long; a digit makes it an identifier, or a number.
  for (const char c : run) {
    if (IsDigit(c)) return true;
  }
  return false;
}

std::string ReplaceUuids(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (IsUuid(text.substr(at))) {
      out += ":token";
      at += kUuidLength;
    } else {
      out += text[at++];
    }
  }
  return out;
}

std::string ReplaceTokens(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && IsAlphanumeric(text[end])) ++end;
    if (end == at) {
      out += text[at++];
      continue;
    }
    const std::string_view run = text.substr(at, end - at);
    out.append(IsToken(run) ? std::string_view(":token") : run);
    at = end;
  }
  return out;
}

void ReplaceControls(std::string* text) {
  for (char& c : *text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
  }
}

}  // namespace

std::string ScrubText(std::string_view text) {
  std::string scrubbed = ReplaceEmails(text);
  if (scrubbed.size() >= kTokenLength) scrubbed = ReplaceTokens(ReplaceUuids(scrubbed));
  ReplaceControls(&scrubbed);
  return scrubbed;
}

}  // namespace paceline::ingest
