#include "core/base/utf8.h"

#include <cstdint>

namespace paceline::core {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

}  // namespace

bool IsValidUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const uint32_t lead = static_cast<uint8_t>(text[i++]);
    if (lead < 0x80) continue;
    // Bytes that follow, and what fewer of them could not say.
    const uint32_t further = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    const uint32_t least = further == 1 ? 0x80 : further == 2 ? 0x800 : 0x10000;
    if (lead < 0xc0 || lead >= 0xf8 || text.size() - i < further) return false;
    uint32_t code = lead & 0x3fu >> further;
    for (const size_t end = i + further; i < end; ++i) {
      if (!IsContinuation(text[i])) return false;
      code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3fu);
    }
    const bool is_surrogate = code >> 11 == 0xd800 >> 11;
    if (code < least || code > 0x10ffff || is_surrogate) return false;
  }
  return true;
}

std::string_view CutUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && IsContinuation(text[end])) --end;
  return {text.data(), end};
}

}  // namespace paceline::core
