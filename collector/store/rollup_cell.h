// Arithmetic on rollup cells.
//
// A CellDelta is what is to be added to a cell: the sum of facts that came (+1) and went (-1). Its numbers have signs;
// a cell's have none, and a delta that would take a cell below zero is an error. All sums are integers, so whatever
// order facts come and go in, a cell ends with the same bytes.
#pragma once

#include <array>
#include <cstdint>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "core/sketch/ddsketch.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

__extension__ typedef __int128 Int128;

// Whether rollups count the fact: not a bot's, and of the base sample.
bool CountsInRollups(const v1::PageViewFact& fact);

class CellDelta {
 public:
  // `sign`: 1 adds the fact, -1 takes it back. The fact counts in rollups.
  void AddFact(const v1::PageViewFact& fact, int sign);
  void Add(const CellDelta& other);
  bool IsZero() const;
  // DataLoss, and `cell` in an unspecified state, when something would become negative.
  absl::Status ApplyTo(v1::RollupCell* cell) const;

 private:
  struct MetricDelta {
    int64_t weight_micro = 0;
    Int128 weighted_sum = 0;
    // By v1::Rating; unspecified is not kept.
    std::array<int64_t, v1::Rating_ARRAYSIZE> rating_weight_micro{};
    int64_t zero_weight_micro = 0;
    absl::btree_map<int32_t, int64_t> buckets;

    bool IsZero() const;
    absl::Status ApplyTo(v1::MetricCell* cell) const;
  };

  int64_t page_view_weight_micro_ = 0;
  int64_t page_views_ = 0;
  int64_t rage_click_weight_micro_ = 0;
  std::array<MetricDelta, v1::Metric_ARRAYSIZE> metrics_;
};

// Nothing is counted in it: such cells are not kept.
bool IsEmpty(const v1::RollupCell& cell);

// The sketch of a stored cell. Buckets no value can have are left out; there are none in what this version wrote.
core::DdSketch ToSketch(const v1::SketchRecord& record);

// Sum of weight * value of a cell, in Vital.value's unit times millionths.
Int128 WeightedSum(const v1::MetricCell& cell);

}  // namespace paceline::store
