// The strings of one document, each kept once and known by a number from 1. 0 is "none".
//
// Bounded by kMaxStringsPerDocument and kMaxStringBytes. Not thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/limits.h"

namespace paceline::core {

// Number of a string in a StringPool; 0 is "none".
using PoolRef = uint32_t;

class StringPool {
 public:
  // The number of `text`, cut to kMaxStringBytes. 0 for an empty string, and for a new one when the
  // pool is full.
  PoolRef Add(std::string_view text);

  // Empty for 0. Valid until the next Add.
  std::string_view Get(PoolRef ref) const;

  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }

 private:
  // Slot that holds `text`, or the free one where it belongs.
  size_t FindSlot(std::string_view text) const;

  static constexpr size_t kSlots = 2 * kMaxStringsPerDocument;

  // All of them, one after the other, and where each ends.
  Bytes text_;
  PodVector<uint32_t> ends_;
  // Open addressing with linear probing, at most half full. 0 is a free slot. As large as it may
  // have to be, which in the page costs nothing but zeros in memory.
  PoolRef slots_[kSlots] = {};
};

}  // namespace paceline::core
