// Many URLs, few pages: what page an address belongs to, so that a site with a million students has
// a hundred pages.
//
// First by looks (page_path.h). Then by learning: a place in the path that has taken too many
// values names things, not pages; it becomes kAnySegment, and so does everything that stood there.
// Last by number: what comes after kMaxPageGroups is kOtherPageGroup. What was decided is kept in
// the record, so a place that is learned later changes nothing that was counted.
//
// Thread-safe. Memory is bounded: kMaxPageGroups names of kMaxPageGroupBytes and kMaxPlaces values
// for each site.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collector/store/fold.h"

namespace paceline::ingest {

// Per site, at a time.
inline constexpr size_t kMaxPageGroups = 500;
// Per site, since the start: places that are learned make room, but not without end.
inline constexpr size_t kMaxPageGroupsEver = 2'000;
// A longer path belongs to kOtherPageGroup.
inline constexpr size_t kMaxPageGroupBytes = 256;
// Values of one place of the path. One that reads like a title counts as three.
inline constexpr uint32_t kMaxPlaceValues = 60;
inline constexpr uint32_t kSlugCounts = 3;
// Of the first place. What is there keeps its name, because a site's main pages are; what comes
// later is kAnySegment.
inline constexpr uint32_t kMaxFirstValues = 200;
// Values of all places of a site. Beyond it nothing more is learned until places are merged.
inline constexpr size_t kMaxPlaces = 4'000;

inline constexpr std::string_view kAnySegment = "*";
inline constexpr std::string_view kOtherPageGroup = "other";
// Of a page view without a URL.
using store::kUnknownPageGroup;

class PageGrouper {
 public:
  // The page group of a page by its URL (scrubbed): "/courses/:id", "/blog/*", "/",
  // kOtherPageGroup; kUnknownPageGroup when it has no path.
  std::string Group(std::string_view site, std::string_view url);

  // The same for a name that the page itself has given to its group.
  std::string GroupNamed(std::string_view site, std::string_view name);

  // Another number when Group or GroupNamed may answer otherwise than before.
  uint64_t generation() const { return generation_.load(std::memory_order_relaxed); }

  // Makes a group of an earlier run known, so that a restart neither gives its room to others nor
  // forgets what was learned.
  void Remember(std::string_view site, std::string_view group);

 private:
  // A place in the paths of a site: what stands behind one segment.
  struct Place {
    std::map<std::string, std::unique_ptr<Place>, std::less<>> values;
    // Of the values, slugs counted as kSlugCounts.
    uint32_t weight = 0;
    // Too many: all are kAnySegment.
    bool merged = false;
  };
  struct Site {
    std::set<std::string, std::less<>> groups;
    size_t ever = 0;
    size_t places = 0;
    Place root;
  };

  std::string GroupPath(Site* site, std::vector<std::string> segments);
  static void Note(Site* site, const std::vector<std::string>& segments);
  std::string Admit(Site* site, std::string group);
  static size_t CountPlaces(const Place& place);
  void Merge(Site* site, Place* place, const std::vector<std::string>& path_to_it);

  std::mutex mutex_;
  std::atomic<uint64_t> generation_ = 0;
  std::map<std::string, Site, std::less<>> sites_;
};

}  // namespace paceline::ingest
