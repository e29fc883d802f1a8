// A DDSketch (Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
// relative-error guarantees", VLDB 2019) over unsigned integers, with integer weights.
//
// Bucket i holds the weight of the values in (gamma^(i-1), gamma^i] with gamma = 1.01 / 0.99; value
// 0 has a bucket of its own. Any quantile is within 1 % of the true weighted nearest-rank value,
// and exact where a bucket holds one integer only. Merging and subtracting are exact on the
// buckets: in whatever order values come, go and are merged, the same values give the same sketch.
// Bounds come from a table computed with IEEE multiplications, so every platform has the same
// buckets.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace paceline::core {

class DdSketch {
 public:
  static constexpr double kRelativeError = 0.01;
  // Larger values count as this one: 2^53.
  static constexpr uint64_t kMaxValue = uint64_t{1} << 53;

  struct Bucket {
    int32_t index = 0;
    uint64_t weight_micro = 0;
    bool operator==(const Bucket&) const = default;
  };

  // Bucket of a value of at least 1.
  static int32_t BucketIndex(uint64_t value);
  // Smallest and largest integer of a bucket; `low` > `high` when it holds none.
  struct BucketRange {
    uint64_t low = 0;
    uint64_t high = 0;
  };
  static BucketRange RangeOf(int32_t index);

  // `weight_micro`: in millionths. 0 changes nothing.
  void Add(uint64_t value, uint64_t weight_micro);
  // Takes back what Add put in. False, and nothing changed, when the bucket weighs less.
  [[nodiscard]] bool Subtract(uint64_t value, uint64_t weight_micro);

  void Merge(const DdSketch& other);
  // False, and nothing changed, when some bucket weighs less than the other's.
  [[nodiscard]] bool Subtract(const DdSketch& other);

  // Nearest rank: an estimate of the smallest value such that values up to it have at least
  // `quantile` (0 to 1, taken to the nearest millionth) of the whole weight. 0 for an empty sketch.
  double Quantile(double quantile) const;

  uint64_t total_weight_micro() const { return total_weight_micro_; }
  bool empty() const { return total_weight_micro_ == 0; }

  // For storage. Ascending by index, no weight 0.
  const std::vector<Bucket>& buckets() const { return buckets_; }
  uint64_t zero_weight_micro() const { return zero_weight_micro_; }
  // Adds weight to a bucket by its index, as read back from storage. False, and nothing changed,
  // when no value has it.
  [[nodiscard]] bool AddToBucket(int32_t index, uint64_t weight_micro);
  void AddZeros(uint64_t weight_micro);

  bool operator==(const DdSketch&) const = default;

 private:
  std::vector<Bucket>::iterator LowerBound(int32_t index);

  std::vector<Bucket> buckets_;
  uint64_t zero_weight_micro_ = 0;
  uint64_t total_weight_micro_ = 0;
};

}  // namespace paceline::core
