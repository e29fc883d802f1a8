// Arithmetic on rollup cells.
//
// A CellDelta is what is to be added to a cell: the sum of facts that came and went. All sums are
// unsigned integers that wrap around (2^64, sums of values 2^128): going below zero on the way to
// the right number is no error, nothing a client claims can overflow into undefined behaviour, and
// whatever order facts come and go in, a cell ends with the same bytes. Only the unweighted number
// of page views, which no client can inflate, is checked never to be negative.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "collector/store/page_fact.h"
#include "core/sketch/ddsketch.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

__extension__ typedef unsigned __int128 Uint128;

// Weights by sketch bucket, in the order of buckets.
class BucketWeights {
 public:
  using Entry = std::pair<int32_t, uint64_t>;

  void Add(int32_t bucket, uint64_t weight);
  void Add(const BucketWeights& other);
  void Negate();
  bool IsZero() const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

class CellDelta {
 public:
  // `sign`: 1 adds, -1 takes back what was added. Of a fact that counts in rollups.
  void AddPageView(uint64_t weight_micro, int sign);
  void AddRageClicks(uint32_t count, uint64_t weight_micro, int sign);
  void AddVital(const PageVital& vital, uint64_t weight_micro, int sign);
  void Add(const CellDelta& other);
  // To what takes back what it added.
  void Negate();
  bool IsZero() const;
  // DataLoss, and nothing changed, when the cell has fewer page views than are to be taken from it.
  absl::Status ApplyTo(v1::RollupCell* cell) const;
  // As a message, and back: what the message says is added.
  v1::RollupCell ToMessage() const;
  void Add(const v1::RollupCell& message);

 private:
  struct MetricDelta {
    uint64_t weight_micro = 0;
    Uint128 weighted_sum = 0;
    // By v1::Rating; unspecified is not kept.
    std::array<uint64_t, v1::Rating_ARRAYSIZE> rating_weight_micro{};
    uint64_t zero_weight_micro = 0;
    BucketWeights buckets;

    bool IsZero() const;
    void ApplyTo(v1::MetricCell* cell) const;
  };

  uint64_t page_view_weight_micro_ = 0;
  uint64_t page_views_ = 0;
  uint64_t rage_click_weight_micro_ = 0;
  std::array<MetricDelta, v1::Metric_ARRAYSIZE> metrics_;
};

// Nothing is counted in it: such cells are not kept.
bool IsEmpty(const v1::RollupCell& cell);

// The sketch of a stored cell. Buckets no value can have are left out; there are none in what this
// version wrote.
core::DdSketch ToSketch(const v1::SketchRecord& record);

// Sum of weight * value of a cell, in Vital.value's unit times millionths.
Uint128 WeightedSum(const v1::MetricCell& cell);

}  // namespace paceline::store
