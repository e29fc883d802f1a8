#include "collector/store/facets.h"

namespace paceline::store {
namespace {

void AppendPart(std::string_view part, std::string* key) {
  const size_t size = part.size();
  key->append(reinterpret_cast<const char*>(&size), sizeof(size));
  key->append(part);
}

}  // namespace

SharedFacet Facets::Get(std::string_view site, std::string_view dimensions,
                        std::string_view page_group, std::string_view stage) {
  key_.clear();
  for (const std::string_view part : {site, dimensions, page_group, stage}) AppendPart(part, &key_);
  const auto found = facets_.find(key_);
  if (found != facets_.end()) return found->second;
  auto facet = std::make_shared<Facet>();
  facet->site = site;
  if (!facet->dimensions.ParseFromArray(dimensions.data(), static_cast<int>(dimensions.size()))) {
    facet->dimensions.Clear();
  }
  facet->dimensions.set_page_group(std::string(page_group));
  facet->dimensions.set_stage(std::string(stage));
  facet->bytes = facet->dimensions.SerializeAsString();
  if (facets_.size() >= kMaxFacets) facets_.clear();
  return facets_[key_] = std::move(facet);
}

}  // namespace paceline::store
