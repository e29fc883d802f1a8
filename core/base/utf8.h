// UTF-8, as far as the wire needs it: protobuf refuses a string field that is not valid UTF-8, so
// the core has to.
#pragma once

#include <cstddef>
#include <string_view>

namespace paceline::core {

// True for well-formed UTF-8 (no overlong forms, surrogates, or code points above U+10FFFF).
bool IsValidUtf8(std::string_view text);

// The longest prefix of `text` (valid UTF-8) that has at most `max_bytes` bytes and ends at a
// character's boundary.
std::string_view CutUtf8(std::string_view text, size_t max_bytes);

}  // namespace paceline::core
