// What was worked out before, found again by a hash: bounded, direct-mapped, a later value takes
// the place of an earlier one. For answers that depend on nothing but what was hashed.
//
// Not thread-safe: one for each thread.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace paceline::ingest {

// Two texts are taken for one when all bits of their hashes agree. The seed is random, so nobody
// outside can make such a pair.
inline uint64_t RandomSeed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

inline uint64_t HashOf(std::string_view text, uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

template <typename Value>
class Memo {
 public:
  explicit Memo(int slot_bits) : shift_(64 - slot_bits), slots_(size_t{1} << slot_bits) {}

  // What is kept for `hash`, which `make` makes when there is nothing yet. Valid until the next
  // call.
  template <typename Make>
  const Value& Of(uint64_t hash, const Make& make) {
    Slot& slot = slots_[hash >> shift_];
    if (!slot.used || slot.hash != hash) {
      slot.value = make();
      slot.hash = hash;
      slot.used = true;
    }
    return slot.value;
  }

 private:
  struct Slot {
    uint64_t hash = 0;
    bool used = false;
    Value value{};
  };

  int shift_;
  std::vector<Slot> slots_;
};

}  // namespace paceline::ingest
