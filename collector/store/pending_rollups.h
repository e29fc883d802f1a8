// What the rollups have to be changed by: collected per minute and kind of page view first, and
// spread over the slices and resolutions only when it is added to the cells, or read. Plain data.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "collector/store/facets.h"
#include "collector/store/rollup_cell.h"
#include "collector/store/rollup_slices.h"
#include "collector/store/session_state.h"
#include "collector/store/store.h"

namespace paceline::store {

// Changes to cells of one slice and resolution by their place: (start, value).
using PendingCells = std::map<std::pair<uint64_t, std::string>, CellDelta>;

class PendingRollups {
 public:
  // Brings what is counted of a fact up to what it is now.
  void Settle(HeldFact* held);
  // Takes back all that is counted of it: it is no more, or begins anew.
  void TakeBack(HeldFact* held);

  void Add(const PendingRollups& other);
  // As a message, and back: what the message says is added.
  v1::RollupChanges ToMessage() const;
  void Add(const v1::RollupChanges& message, Facets* facets);

  // Adds the changes to all cells, by their keys.
  using Cells = absl::flat_hash_map<std::string, CellDelta>;
  void SpreadOver(Cells* cells) const;
  // Adds the changes to cells of `slice` that start in [from, to), with `value`, or any.
  void Collect(std::string_view site, Resolution resolution, uint64_t from_unix_ms,
               uint64_t to_unix_ms, SliceId slice, const std::optional<std::string>& value,
               PendingCells* cells) const;

  size_t size() const { return kinds_.size(); }

 private:
  // Page views that count in the same cells.
  struct Kind {
    uint64_t minute_unix_ms = 0;
    const Facet* facet = nullptr;
    int32_t navigation_type = 0;

    bool operator==(const Kind&) const = default;
    template <typename H>
    friend H AbslHashValue(H hash, const Kind& kind) {
      return H::combine(std::move(hash), kind.minute_unix_ms, kind.facet, kind.navigation_type);
    }
  };
  struct Change {
    // Keeps Kind::facet.
    SharedFacet facet;
    CellDelta delta;
  };

  CellDelta* Find(const Kind& kind, const SharedFacet& facet);
  CellDelta* Find(const PageFact& fact, int32_t navigation_type);

  absl::flat_hash_map<Kind, std::unique_ptr<Change>> kinds_;
};

}  // namespace paceline::store
