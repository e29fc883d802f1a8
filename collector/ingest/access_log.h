// Web servers' access logs in the "combined" format of Apache and nginx: what a site's own servers
// saw, to hold what was measured against.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paceline::ingest {

// host ident user [10/Oct/2026:13:55:36 +0200] "GET /courses HTTP/1.1" 200 2326 "referrer" "agent"
struct AccessLogLine {
  uint64_t unix_ms = 0;
  std::string_view method;
  // With the query, as it was asked for.
  std::string_view target;
  int status = 0;
  std::string_view user_agent;
};

// Views into `line`. nullopt: it is of another format. More behind the user agent is left alone.
std::optional<AccessLogLine> ParseAccessLogLine(std::string_view line);

// Page views of browsers, by UTC day. A page view is a GET that was answered with 200 or 304, of a
// path without the ending of another file type (such as .css), by what calls itself Mozilla, as all
// browsers do, and is no known bot.
class PageViewCounter {
 public:
  struct Options {
    // What is no page: paths that begin so ("/api/"), or what has such a parameter ("?_rsc").
    std::vector<std::string> excluded;
    // As the settings' headless_chrome says.
    bool treat_headless_as_bot = false;
  };

  explicit PageViewCounter(Options options);

  void Add(std::string_view line);

  // Of all days of which there is a line.
  const std::map<uint32_t, uint64_t>& days() const { return days_; }
  bool Has(uint32_t day) const { return days_.contains(day); }
  uint64_t lines() const { return lines_; }
  // Of another format.
  uint64_t unreadable() const { return unreadable_; }

 private:
  bool IsPageView(const AccessLogLine& line) const;
  bool IsExcluded(std::string_view path, std::string_view query) const;

  const Options options_;
  std::map<uint32_t, uint64_t> days_;
  uint64_t lines_ = 0;
  uint64_t unreadable_ = 0;
};

}  // namespace paceline::ingest
