#include "collector/ingest/token_buckets.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <random>

namespace paceline::ingest {
namespace {

constexpr uint64_t kMilli = 1000;

// So that nobody can choose keys that meet in one row.
uint64_t RandomSeed() {
  std::random_device random;
  return (uint64_t{random()} << 32) | random();
}

}  // namespace

TokenBuckets::TokenBuckets(uint64_t per_second)
    : per_second_(per_second),
      seed_(RandomSeed()),
      rows_(per_second == 0 ? 0 : kMaxKeys / std::tuple_size_v<decltype(Row::buckets)>) {}

bool TokenBuckets::Take(std::string_view key, uint64_t now_ms) {
  if (per_second_ == 0) return true;
  const uint64_t hash = std::max<uint64_t>(XXH3_64bits_withSeed(key.data(), key.size(), seed_), 1);
  Row& row = rows_[hash % rows_.size()];
  const std::lock_guard lock(row.mutex);
  Bucket* const bucket = Find(&row, hash, now_ms);
  const uint64_t elapsed_ms = now_ms - std::min(now_ms, bucket->seen_ms);
  const uint64_t full = per_second_ * kBurstSeconds * kMilli;
  const uint64_t added = std::min(elapsed_ms, kBurstSeconds * kMilli) * per_second_;
  bucket->milli_tokens = std::min(full, bucket->milli_tokens + added);
  bucket->seen_ms = now_ms;
  if (bucket->milli_tokens < kMilli) return false;
  bucket->milli_tokens -= kMilli;
  return true;
}

TokenBuckets::Bucket* TokenBuckets::Find(Row* row, uint64_t hash, uint64_t now_ms) const {
  Bucket* oldest = &row->buckets[0];
  for (Bucket& bucket : row->buckets) {
    if (bucket.hash == hash) return &bucket;
    if (bucket.seen_ms < oldest->seen_ms) oldest = &bucket;
  }
  *oldest = {hash, now_ms, per_second_ * kBurstSeconds * kMilli};
  return oldest;
}

}  // namespace paceline::ingest
