// Which strings scrubbing leaves as they are. A site says the same strings again and again, so what
// was found of one is kept, by a hash of it: a string that is known costs a few nanoseconds.
//
// Bounded memory: 64 KiB, direct-mapped. Not thread-safe: one for each thread (OfThisThread).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace paceline::ingest {

// What is true of a string.
struct TextNature {
  // Well-formed UTF-8 that ScrubText leaves as it is.
  bool plain_text = false;
  // ScrubUrl leaves it as it is.
  bool plain_url = false;
  // See LooksLikeUrl.
  bool looks_like_url = false;
};

class KnownTexts {
 public:
  KnownTexts();
  static KnownTexts& OfThisThread();

  TextNature Of(std::string_view text);

 private:
  // Two strings are taken for one when 61 bits of their hashes agree. The seed is random, so nobody
  // outside can make such a pair.
  uint64_t seed_;
  // Hash with the nature in its lowest three bits.
  std::vector<uint64_t> slots_;
};

}  // namespace paceline::ingest
