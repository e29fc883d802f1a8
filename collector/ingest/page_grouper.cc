#include "collector/ingest/page_grouper.h"

#include <algorithm>
#include <utility>

#include "collector/ingest/page_path.h"

namespace paceline::ingest {
namespace {

uint32_t WeightOf(std::string_view segment) { return IsSlug(segment) ? kSlugCounts : 1; }

}  // namespace

std::string PageGrouper::Group(std::string_view site, std::string_view url) {
  std::vector<std::string> segments;
  if (!SplitPath(url, &segments)) return std::string(kUnknownPageGroup);
  const std::lock_guard lock(mutex_);
  return GroupPath(&sites_[std::string(site)], std::move(segments));
}

std::string PageGrouper::GroupNamed(std::string_view site, std::string_view name) {
  if (name.size() > kMaxPageGroupBytes) return std::string(kOtherPageGroup);
  const std::lock_guard lock(mutex_);
  return Admit(&sites_[std::string(site)], std::string(name));
}

void PageGrouper::Remember(std::string_view site, std::string_view group) {
  if (group.empty() || group == kOtherPageGroup || group == kUnknownPageGroup) return;
  const std::lock_guard lock(mutex_);
  Site& known = sites_[std::string(site)];
  std::vector<std::string> segments;
  if (SplitPath(group, &segments)) {
    // So that the place is there that is to be merged.
    if (std::count(segments.begin(), segments.end(), kAnySegment) > 0) Note(&known, segments);
    GroupPath(&known, std::move(segments));
  } else {
    Admit(&known, std::string(group));
  }
}

// Follows the path as far as it is known, with kAnySegment where a place is full.
std::string PageGrouper::GroupPath(Site* site, std::vector<std::string> segments) {
  Place* place = &site->root;
  for (auto segment = segments.begin(); segment != segments.end() && place != nullptr; ++segment) {
    const bool first = segment == segments.begin();
    const bool full =
        !place->merged && !place->values.contains(*segment) &&
        place->weight + WeightOf(*segment) > (first ? kMaxFirstValues : kMaxPlaceValues);
    // An earlier run may have learned it.
    const bool learned = *segment == kAnySegment && !place->merged;
    if ((full || learned) && !first) Merge(site, place, {segments.begin(), segment});
    if (full || place->merged) *segment = std::string(kAnySegment);
    const auto next = place->values.find(*segment);
    place = next == place->values.end() ? nullptr : next->second.get();
  }
  Note(site, segments);
  return Admit(site, JoinPath(segments));
}

// Also of what is not admitted: a place that turns out full makes room.
void PageGrouper::Note(Site* site, const std::vector<std::string>& segments) {
  Place* place = &site->root;
  for (const std::string& segment : segments) {
    auto next = place->values.find(segment);
    if (next == place->values.end()) {
      if (site->places >= kMaxPlaces || segment.size() > kMaxPageGroupBytes) return;
      ++site->places;
      if (segment != kAnySegment) place->weight += WeightOf(segment);
      next = place->values.emplace(segment, std::make_unique<Place>()).first;
    }
    place = next->second.get();
  }
}

void PageGrouper::Merge(Site* site, Place* place, const std::vector<std::string>& path_to_it) {
  site->places -= CountPlaces(*place);
  place->merged = true;
  place->values.clear();
  const std::string prefix = JoinPath(path_to_it) + "/";
  const auto begin = site->groups.lower_bound(prefix);
  auto end = begin;
  while (end != site->groups.end() && end->starts_with(prefix)) ++end;
  site->groups.erase(begin, end);
  generation_.fetch_add(1, std::memory_order_relaxed);
}

size_t PageGrouper::CountPlaces(const Place& place) {
  size_t count = place.values.size();
  for (const auto& [value, within] : place.values) count += CountPlaces(*within);
  return count;
}

std::string PageGrouper::Admit(Site* site, std::string group) {
  if (site->groups.contains(group)) return group;
  if (group == kUnknownPageGroup) return group;
  if (group.size() > kMaxPageGroupBytes || site->groups.size() >= kMaxPageGroups ||
      site->ever >= kMaxPageGroupsEver) {
    return std::string(kOtherPageGroup);
  }
  ++site->ever;
  site->groups.insert(group);
  return group;
}

}  // namespace paceline::ingest
