// Many URLs, few pages: what page a path belongs to, so that a site with a million students has a
// hundred pages.
//
// Thread-safe. Memory is bounded: kMaxPageGroups names of kMaxPageGroupBytes for each site.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "collector/store/fold.h"

namespace paceline::ingest {

// Per site. What comes after them is counted together, as kOtherPageGroup, so that nobody fills the
// store with pages.
inline constexpr size_t kMaxPageGroups = 500;
// A longer path belongs to kOtherPageGroup.
inline constexpr size_t kMaxPageGroupBytes = 256;
inline constexpr std::string_view kOtherPageGroup = "other";
// Of a page view without a URL.
using store::kUnknownPageGroup;

// `path` (scrubbed; an absolute URL gives its path) as a page: lower case, without index.html and
// trailing slash, and with ":id" for each segment that is a number, a scrubbed token or e-mail
// address, or 8 or more hexadecimal digits.
// "/Courses/42/index.html" gives "/courses/:id", "/" stays "/". Empty, or no path:
// kUnknownPageGroup.
std::string NormalizePath(std::string_view path);

class PageGrouper {
 public:
  // The page group of `path` in `site`: NormalizePath, as long as there is room.
  std::string Group(std::string_view site, std::string_view path);

  // The same for a name that the site itself has given to the page.
  std::string GroupNamed(std::string_view site, std::string_view name);
  // Another number when Group may answer otherwise than before.
  uint64_t generation() const { return generation_.load(std::memory_order_relaxed); }

  // Makes a group of an earlier run known, so that a restart does not give its room to others.
  void Remember(std::string_view site, std::string_view group);

 private:
  std::string Admit(std::string_view site, std::string group);

  std::shared_mutex mutex_;
  std::atomic<uint64_t> generation_ = 0;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> groups_;
};

}  // namespace paceline::ingest
