// What page views are counted by: fixed by a page view's first record, and the same for many.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

struct Facet {
  std::string site;
  // With page group and stage.
  v1::Dimensions dimensions;
  // The same, serialized.
  std::string bytes;
};
using SharedFacet = std::shared_ptr<const Facet>;

// Gives page views that have the same one facet. Not thread-safe.
class Facets {
 public:
  // Of a serialized v1::Dimensions, whose page group and stage are replaced. What cannot
  // be read counts as empty: whoever writes records has parsed them.
  SharedFacet Get(std::string_view site, std::string_view dimensions, std::string_view page_group,
                  std::string_view stage);

 private:
  // More than this is forgotten; those in use live on.
  static constexpr size_t kMaxFacets = 4096;

  std::string key_;
  absl::flat_hash_map<std::string, SharedFacet> facets_;
};

}  // namespace paceline::store
