// The strings of one Beacon: those of the document's pool that it uses, numbered from 1 in the
// order of first use.
#pragma once

#include <cstdint>

#include "core/base/pod_vector.h"
#include "core/base/string_pool.h"

namespace paceline::core {

class StringTable {
 public:
  explicit StringTable(const StringPool& pool) : pool_(pool) { refs_.assign(pool.size() + 1, 0); }

  // The beacon's reference to a string of the pool. 0 for 0.
  uint32_t Ref(PoolRef pool_ref) {
    if (pool_ref == 0 || pool_ref >= refs_.size()) return 0;
    uint32_t& ref = refs_[pool_ref];
    if (ref == 0) {
      used_.push_back(pool_ref);
      ref = static_cast<uint32_t>(used_.size());
    }
    return ref;
  }

  // Calls `handle` with each string, in the order of the references.
  template <typename Handle>
  void ForEach(Handle handle) const {
    for (const PoolRef ref : used_) handle(pool_.Get(ref));
  }

 private:
  const StringPool& pool_;
  // By PoolRef; 0: not used yet.
  PodVector<uint32_t> refs_;
  PodVector<PoolRef> used_;
};

}  // namespace paceline::core
