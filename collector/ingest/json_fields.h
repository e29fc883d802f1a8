// Reading fields of JSON that others send: missing or of another type is empty, never an error.
// Used by conversion_json.cc and webhook_*.cc only.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace paceline::ingest {

using Json = nlohmann::json;

// An object or list within another, within …: far more than what webhooks have.
inline constexpr int kMaxJsonNesting = 64;

// Null when `body` is no JSON, no object, or nested deeper than kMaxJsonNesting.
Json ParseObject(std::string_view body);

// The value at `key`; null when `object` is none or has none.
inline const Json& At(const Json& object, const char* key) {
  static const Json& null = *new Json();
  if (!object.is_object()) return null;
  const auto found = object.find(key);
  return found == object.end() ? null : *found;
}

// A text, or a number as its text.
std::string TextOf(const Json& value);
inline std::string TextAt(const Json& object, const char* key) { return TextOf(At(object, key)); }

inline std::optional<int64_t> WholeAt(const Json& object, const char* key) {
  const Json& value = At(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) return std::nullopt;
  return value.get<int64_t>();
}

// Milliseconds from seconds; 0 when there are none, or less than none.
inline uint64_t UnixMsOfSeconds(const Json& object, const char* key) {
  const int64_t seconds = WholeAt(object, key).value_or(0);
  return seconds > 0 && seconds < INT64_MAX / 1000 ? static_cast<uint64_t>(seconds) * 1000 : 0;
}

}  // namespace paceline::ingest
