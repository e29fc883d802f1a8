#include "collector/store/rollup_slices.h"

#include <cstddef>

#include "collector/store/fold.h"

namespace paceline::store {

const std::array<RollupDimension, kRollupDimensionCount>& RollupDimensions() {
  using D = v1::Dimensions;
  using Type = v1::NavigationType;
  static constexpr std::array<RollupDimension, kRollupDimensionCount> kTable = {{
      {1, "device_type", [](const D& d, Type) { return std::string_view(d.device_type()); }},
      {2, "device_tier", [](const D& d, Type) { return std::string_view(d.device_tier()); }},
      {3, "connection", [](const D& d, Type) { return std::string_view(d.connection()); }},
      {4, "browser", [](const D& d, Type) { return std::string_view(d.browser()); }},
      {5, "navigation_type", [](const D&, Type type) { return NavigationTypeName(type); }},
      {6, "user_type", [](const D& d, Type) { return std::string_view(d.user_type()); }},
      {7, "release", [](const D& d, Type) { return std::string_view(d.release()); }},
      {8, "variant", [](const D& d, Type) { return std::string_view(d.variant()); }},
      {9, "source", [](const D& d, Type) { return std::string_view(d.source()); }},
      {10, "stage", [](const D& d, Type) { return std::string_view(d.stage()); }},
      {11, "country", [](const D& d, Type) { return std::string_view(d.country()); }},
      {12, "region", [](const D& d, Type) { return std::string_view(d.region()); }},
  }};
  return kTable;
}

std::optional<SliceId> FindSlice(std::string_view name) {
  if (name.empty()) return SliceId{0};
  if (name == kPageSlice) return kPageSliceBit;
  SliceId page_bit = 0;
  if (name.starts_with(kPageSlice) && name.substr(kPageSlice.size()).starts_with('+')) {
    page_bit = kPageSliceBit;
    name.remove_prefix(kPageSlice.size() + 1);
  }
  for (const RollupDimension& dimension : RollupDimensions()) {
    if (dimension.name == name) return static_cast<SliceId>(page_bit | dimension.id);
  }
  return std::nullopt;
}

std::string SliceName(SliceId id) {
  const bool by_page = (id & kPageSliceBit) != 0;
  const uint8_t dimension_id = id & static_cast<uint8_t>(~kPageSliceBit);
  std::string name = by_page ? std::string(kPageSlice) : std::string();
  if (dimension_id == 0) return name;
  if (by_page) name += '+';
  for (const RollupDimension& dimension : RollupDimensions()) {
    if (dimension.id == dimension_id) return name.append(dimension.name);
  }
  return "?";
}

void ForEachSlice(const v1::Dimensions& dimensions, v1::NavigationType type,
                  const std::function<void(SliceId, const std::string& value)>& visit) {
  const std::string& page = dimensions.page_group();
  visit(0, std::string());
  visit(kPageSliceBit, page);
  for (const RollupDimension& dimension : RollupDimensions()) {
    const std::string value(dimension.value(dimensions, type));
    if (value.empty()) continue;
    visit(dimension.id, value);
    visit(static_cast<SliceId>(kPageSliceBit | dimension.id), page + kSliceValueSeparator + value);
  }
}

std::optional<std::string> SliceValue(const v1::Dimensions& dimensions, v1::NavigationType type,
                                      SliceId slice) {
  std::optional<std::string> found;
  ForEachSlice(dimensions, type, [&](SliceId id, const std::string& value) {
    if (id == slice) found = value;
  });
  return found;
}

}  // namespace paceline::store
