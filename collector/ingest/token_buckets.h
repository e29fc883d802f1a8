// How often each of many may come: one token bucket for each key, in bounded memory.
//
// A bucket holds as many tokens as its key may have in kBurstSeconds and fills steadily. The table
// has a fixed size: when too many keys come at once, the one of its neighbours that was seen the
// longest ago is forgotten, and starts anew with a full bucket. An attacker with that many
// addresses is no matter of limits by address.
//
// Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace paceline::ingest {

class TokenBuckets {
 public:
  static constexpr uint64_t kBurstSeconds = 10;
  static constexpr size_t kMaxKeys = 64 * 1024;

  // 0 a second: no limit.
  explicit TokenBuckets(uint64_t per_second);

  // Takes a token of `key`'s; false when it has none. A clock that goes back gives none, and goes
  // on from there.
  bool Take(std::string_view key, uint64_t now_ms);

 private:
  struct Bucket {
    // Of the key; 0: free.
    uint64_t hash = 0;
    uint64_t seen_ms = 0;
    // In thousandths of a token: what a limit of one a second adds in a millisecond.
    uint64_t milli_tokens = 0;
  };
  // Neighbours, behind one lock.
  struct Row {
    std::mutex mutex;
    std::array<Bucket, 8> buckets;
  };

  Bucket* Find(Row* row, uint64_t hash, uint64_t now_ms) const;

  const uint64_t per_second_;
  const uint64_t seed_;
  std::vector<Row> rows_;
};

}  // namespace paceline::ingest
