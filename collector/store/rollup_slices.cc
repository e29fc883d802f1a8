#include "collector/store/rollup_slices.h"

#include <cstddef>

#include "collector/store/fold.h"

namespace paceline::store {

const std::array<RollupDimension, kRollupDimensionCount>& RollupDimensions() {
  using Fact = v1::PageViewFact;
  static constexpr std::array<RollupDimension, kRollupDimensionCount> kTable = {{
      {1, "device_type",
       [](const Fact& f) { return std::string_view(f.dimensions().device_type()); }},
      {2, "device_tier",
       [](const Fact& f) { return std::string_view(f.dimensions().device_tier()); }},
      {3, "connection",
       [](const Fact& f) { return std::string_view(f.dimensions().connection()); }},
      {4, "browser", [](const Fact& f) { return std::string_view(f.dimensions().browser()); }},
      {5, "navigation_type", [](const Fact& f) { return NavigationTypeName(f.navigation_type()); }},
      {6, "user_type", [](const Fact& f) { return std::string_view(f.dimensions().user_type()); }},
      {7, "release", [](const Fact& f) { return std::string_view(f.dimensions().release()); }},
      {8, "variant", [](const Fact& f) { return std::string_view(f.dimensions().variant()); }},
      {9, "source", [](const Fact& f) { return std::string_view(f.dimensions().source()); }},
      {10, "stage", [](const Fact& f) { return std::string_view(f.dimensions().stage()); }},
      {11, "country", [](const Fact& f) { return std::string_view(f.dimensions().country()); }},
      {12, "region", [](const Fact& f) { return std::string_view(f.dimensions().region()); }},
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

void ForEachSlice(const v1::PageViewFact& fact,
                  const std::function<void(SliceId, const std::string& value)>& visit) {
  const std::string& page = fact.dimensions().page_group();
  visit(0, std::string());
  visit(kPageSliceBit, page);
  for (const RollupDimension& dimension : RollupDimensions()) {
    const std::string value(dimension.value(fact));
    if (value.empty()) continue;
    visit(dimension.id, value);
    visit(static_cast<SliceId>(kPageSliceBit | dimension.id), page + kSliceValueSeparator + value);
  }
}

}  // namespace paceline::store
