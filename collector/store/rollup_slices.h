// The one table of what rollups are kept by.
//
// A fact counts in these slices: everything of the site (""), its page group ("page"), each
// dimension ("device_tier"), and its page group with each dimension ("page+device_tier", values
// joined by '\n': "home\nphone"). A dimension without a value for the fact has no slice.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "paceline/v1/record.pb.h"

namespace paceline::store {

struct RollupDimension {
  // On disk: never reuse one.
  uint8_t id;
  std::string_view name;
  std::string_view (*value)(const v1::Dimensions& dimensions, v1::NavigationType type);
};

inline constexpr std::string_view kPageSlice = "page";
inline constexpr char kSliceValueSeparator = '\n';
inline constexpr size_t kRollupDimensionCount = 12;

// The table.
const std::array<RollupDimension, kRollupDimensionCount>& RollupDimensions();

// A slice's number in keys: the dimension's id (0: none), plus kPageSliceBit when by page group
// too.
using SliceId = uint8_t;
inline constexpr SliceId kPageSliceBit = 0x80;

// nullopt: rollups are not kept by that.
std::optional<SliceId> FindSlice(std::string_view name);
// The reverse; "?" for an unknown id.
std::string SliceName(SliceId id);

// Calls `visit` once for each slice in which a page view of these counts, with the slice's value.
void ForEachSlice(const v1::Dimensions& dimensions, v1::NavigationType type,
                  const std::function<void(SliceId, const std::string& value)>& visit);
// The value that such a page view has in `slice`; nullopt: it has none.
std::optional<std::string> SliceValue(const v1::Dimensions& dimensions, v1::NavigationType type,
                                      SliceId slice);

}  // namespace paceline::store
