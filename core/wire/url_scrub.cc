#include "core/wire/url_scrub.h"

#include <cstddef>

#include "core/base/text.h"

namespace paceline::core {
namespace {

constexpr std::string_view kEmail = ":email";
constexpr std::string_view kToken = ":token";
constexpr size_t kMinTokenLength = 16;
// Lengths of a UUID's groups of hexadecimal digits.
constexpr size_t kUuidGroups[] = {8, 4, 4, 4, 12};
constexpr size_t kUuidLength = 36;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool StartsWithUuid(std::string_view text) {
  if (text.size() < kUuidLength) return false;
  size_t position = 0;
  for (const size_t group : kUuidGroups) {
    if (position > 0 && text[position++] != '-') return false;
    for (size_t i = 0; i < group; ++i) {
      if (!IsHexDigit(text[position++])) return false;
    }
  }
  return true;
}

Bytes ReplaceUuids(std::string_view segment) {
  Bytes result;
  for (size_t i = 0; i < segment.size();) {
    if (StartsWithUuid(segment.substr(i))) {
      result.Append(kToken);
      i += kUuidLength;
    } else {
      result.push_back(segment[i++]);
    }
  }
  return result;
}

void AppendWithoutTokens(std::string_view segment, Bytes* result) {
  for (size_t i = 0; i < segment.size();) {
    size_t end = i;
    bool has_digit = false;
    while (end < segment.size() && (IsDigit(segment[end]) || IsLetter(segment[end]))) {
      has_digit = has_digit || IsDigit(segment[end]);
      ++end;
    }
    if (end - i >= kMinTokenLength && has_digit) {
      result->Append(kToken);
    } else {
      // What ended the run, if anything did, is neither letter nor digit: it is kept with it.
      if (end < segment.size()) ++end;
      result->Append(segment.substr(i, end - i));
    }
    i = end;
  }
}

void AppendScrubbed(std::string_view segment, Bytes* result) {
  constexpr size_t kNone = std::string_view::npos;
  const bool email = Find(segment, "@") != kNone || Find(segment, "%40") != kNone;
  if (email) {
    result->Append(kEmail);
  } else {
    AppendWithoutTokens(ReplaceUuids(segment), result);
  }
}

}  // namespace

Bytes ScrubUrl(std::string_view url) {
  url = UpTo(url, "?#");
  Bytes result;
  while (true) {
    const std::string_view segment = UpTo(url, "/");
    AppendScrubbed(segment, &result);
    if (segment.size() == url.size()) return result;
    result.push_back('/');
    url.remove_prefix(segment.size() + 1);
  }
}

}  // namespace paceline::core
