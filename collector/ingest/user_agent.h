// What a User-Agent header says, in the few words that statistics need. The header itself is
// dropped afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paceline::ingest {

struct UserAgent {
  // Chrome, Edge, Firefox, Safari, Opera, Samsung Internet; "other".
  std::string_view browser = "other";
  // Major version; empty when unknown.
  std::string browser_version;
  // Windows, macOS, Linux, Android, iOS, ChromeOS; "other".
  std::string_view os = "other";
  // phone, tablet, desktop.
  std::string_view device_type = "desktop";
  // A known crawler, monitor or lab tool.
  bool bot = false;
  // A page inside another application, which shows it itself.
  bool in_app = false;
  // Chrome without a window: tests and scrapers alike.
  bool headless = false;
};

// `max_touch_points` (navigator.maxTouchPoints) tells an iPad, which calls itself a Macintosh, from
// a Mac, which has no touch screen. An empty or unknown header gives the defaults.
UserAgent ParseUserAgent(std::string_view header, uint32_t max_touch_points);

}  // namespace paceline::ingest
