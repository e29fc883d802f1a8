#include "core/base/string_pool.h"

#include "core/base/utf8.h"

namespace paceline::core {
namespace {

// FNV-1a. std::hash would bring another function to each platform, and its code into the page.
uint32_t Hash(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  }
  return hash;
}

}  // namespace

PoolRef StringPool::Add(std::string_view text) {
  text = CutUtf8(text, kMaxStringBytes);
  if (text.empty()) return 0;
  const size_t slot = FindSlot(text);
  if (slots_[slot] != 0) return slots_[slot];
  if (size() >= kMaxStringsPerDocument) return 0;
  text_.Append(text);
  ends_.push_back(static_cast<uint32_t>(text_.size()));
  slots_[slot] = size();
  return slots_[slot];
}

std::string_view StringPool::Get(PoolRef ref) const {
  if (ref == 0 || ref > size()) return {};
  const uint32_t begin = ref == 1 ? 0 : ends_[ref - 2];
  return {text_.data() + begin, ends_[ref - 1] - begin};
}

size_t StringPool::FindSlot(std::string_view text) const {
  size_t slot = Hash(text) % kSlots;
  while (slots_[slot] != 0 && Get(slots_[slot]) != text) slot = (slot + 1) % kSlots;
  return slot;
}

}  // namespace paceline::core
