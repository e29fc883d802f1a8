#include "core/sketch/ddsketch.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace paceline::core {
namespace {

constexpr double kGamma = (1.0 + DdSketch::kRelativeError) / (1.0 - DdSketch::kRelativeError);

constexpr size_t CountBuckets() {
  size_t count = 1;
  for (double bound = 1.0; bound < static_cast<double>(DdSketch::kMaxValue); bound *= kGamma)
    ++count;
  return count;
}

constexpr size_t kBucketCount = CountBuckets();

// kUpperBounds[i] = floor(gamma^i): the largest integer of bucket i. Multiplications only, done by
// the compiler.
constexpr std::array<uint64_t, kBucketCount> MakeUpperBounds() {
  std::array<uint64_t, kBucketCount> bounds{};
  double bound = 1.0;
  for (size_t i = 0; i < kBucketCount; ++i) {
    bounds[i] = static_cast<uint64_t>(bound);
    bound *= kGamma;
  }
  return bounds;
}

constexpr std::array<uint64_t, kBucketCount> kUpperBounds = MakeUpperBounds();

constexpr uint64_t kMillion = 1'000'000;

// ceil(total * quantile), exactly, with the quantile in millionths.
uint64_t RankWeight(uint64_t total, double quantile) {
  const double clamped = std::clamp(quantile, 0.0, 1.0);
  const auto quantile_ppm = static_cast<uint64_t>(clamped * 1e6 + 0.5);
  const uint64_t whole = total / kMillion * quantile_ppm;
  const uint64_t part = total % kMillion * quantile_ppm;
  return std::max<uint64_t>(1, whole + (part + kMillion - 1) / kMillion);
}

}  // namespace

int32_t DdSketch::BucketIndex(uint64_t value) {
  const uint64_t clamped = std::clamp<uint64_t>(value, 1, kMaxValue);
  const auto bound = std::lower_bound(kUpperBounds.begin(), kUpperBounds.end(), clamped);
  return static_cast<int32_t>(bound - kUpperBounds.begin());
}

DdSketch::BucketRange DdSketch::RangeOf(int32_t index) {
  if (index < 0 || index >= static_cast<int32_t>(kBucketCount)) return {1, 0};
  const auto i = static_cast<size_t>(index);
  return {i == 0 ? 1 : kUpperBounds[i - 1] + 1, kUpperBounds[i]};
}

void DdSketch::Add(uint64_t value, uint64_t weight_micro) {
  if (value == 0) {
    AddZeros(weight_micro);
  } else {
    // Every value's bucket exists.
    static_cast<void>(AddToBucket(BucketIndex(value), weight_micro));
  }
}

bool DdSketch::Subtract(uint64_t value, uint64_t weight_micro) {
  if (value == 0) {
    if (zero_weight_micro_ < weight_micro) return false;
    zero_weight_micro_ -= weight_micro;
  } else {
    if (weight_micro == 0) return true;
    const int32_t index = BucketIndex(value);
    const auto bucket = LowerBound(index);
    if (bucket == buckets_.end() || bucket->index != index) return false;
    if (bucket->weight_micro < weight_micro) return false;
    bucket->weight_micro -= weight_micro;
    if (bucket->weight_micro == 0) buckets_.erase(bucket);
  }
  total_weight_micro_ -= weight_micro;
  return true;
}

void DdSketch::Merge(const DdSketch& other) {
  std::vector<Bucket> merged;
  merged.reserve(buckets_.size() + other.buckets_.size());
  auto mine = buckets_.begin();
  auto theirs = other.buckets_.begin();
  while (mine != buckets_.end() && theirs != other.buckets_.end()) {
    if (mine->index == theirs->index) {
      merged.push_back({mine->index, mine->weight_micro + theirs->weight_micro});
      ++mine;
      ++theirs;
    } else {
      merged.push_back(mine->index < theirs->index ? *mine++ : *theirs++);
    }
  }
  merged.insert(merged.end(), mine, buckets_.end());
  merged.insert(merged.end(), theirs, other.buckets_.end());
  // Read before the assignment: `other` may be this very sketch.
  const uint64_t other_zero = other.zero_weight_micro_;
  const uint64_t other_total = other.total_weight_micro_;
  buckets_ = std::move(merged);
  zero_weight_micro_ += other_zero;
  total_weight_micro_ += other_total;
}

bool DdSketch::Subtract(const DdSketch& other) {
  if (zero_weight_micro_ < other.zero_weight_micro_) return false;
  std::vector<Bucket> rest;
  rest.reserve(buckets_.size());
  auto theirs = other.buckets_.begin();
  for (const Bucket& mine : buckets_) {
    if (theirs == other.buckets_.end() || theirs->index > mine.index) {
      rest.push_back(mine);
      continue;
    }
    // Theirs is in a bucket that this one lacks, or weighs more.
    if (theirs->index < mine.index || theirs->weight_micro > mine.weight_micro) return false;
    if (theirs->weight_micro < mine.weight_micro) {
      rest.push_back({mine.index, mine.weight_micro - theirs->weight_micro});
    }
    ++theirs;
  }
  if (theirs != other.buckets_.end()) return false;
  const uint64_t other_zero = other.zero_weight_micro_;
  const uint64_t other_total = other.total_weight_micro_;
  buckets_ = std::move(rest);
  zero_weight_micro_ -= other_zero;
  total_weight_micro_ -= other_total;
  return true;
}

double DdSketch::Quantile(double quantile) const {
  if (empty()) return 0.0;
  const uint64_t rank_weight = RankWeight(total_weight_micro_, quantile);
  uint64_t cumulative = zero_weight_micro_;
  if (cumulative >= rank_weight) return 0.0;
  for (const Bucket& bucket : buckets_) {
    cumulative += bucket.weight_micro;
    if (cumulative < rank_weight) continue;
    // The harmonic mean of the bounds is the point with the smallest relative error to both.
    const BucketRange range = RangeOf(bucket.index);
    const auto low = static_cast<double>(range.low);
    const auto high = static_cast<double>(range.high);
    return low == high ? low : 2.0 * low * (high / (low + high));
  }
  return static_cast<double>(RangeOf(buckets_.back().index).high);
}

bool DdSketch::AddToBucket(int32_t index, uint64_t weight_micro) {
  const BucketRange range = RangeOf(index);
  if (range.low > range.high) return false;
  if (weight_micro == 0) return true;
  const auto bucket = LowerBound(index);
  if (bucket != buckets_.end() && bucket->index == index) {
    bucket->weight_micro += weight_micro;
  } else {
    buckets_.insert(bucket, {index, weight_micro});
  }
  total_weight_micro_ += weight_micro;
  return true;
}

void DdSketch::AddZeros(uint64_t weight_micro) {
  zero_weight_micro_ += weight_micro;
  total_weight_micro_ += weight_micro;
}

std::vector<DdSketch::Bucket>::iterator DdSketch::LowerBound(int32_t index) {
  return std::lower_bound(
      buckets_.begin(), buckets_.end(), index,
      [](const Bucket& bucket, int32_t wanted) { return bucket.index < wanted; });
}

}  // namespace paceline::core
