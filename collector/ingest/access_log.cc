#include "collector/ingest/access_log.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "collector/ingest/user_agent.h"

namespace paceline::ingest {
namespace {

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;
// More are no log's.
constexpr size_t kMaxDays = 1000;

// Paceline's own, for sites that hand its paths on.
constexpr std::array<std::string_view, 2> kOwnPrefixes = {"/v1/", "/agent/"};
constexpr std::array<std::string_view, 7> kPageEndings = {"html", "htm",  "xhtml", "php",
                                                          "asp",  "aspx", "jsp"};

// Takes what stands before `end` off the front of `rest`, and `end` too. nullopt: it has none.
std::optional<std::string_view> TakeUntil(char end, std::string_view* rest) {
  const size_t at = rest->find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest->substr(0, at);
  rest->remove_prefix(at + 1);
  return taken;
}

// What stands between quotes; one behind a backslash (as Apache writes them) is part of it.
std::optional<std::string_view> TakeQuoted(std::string_view* rest) {
  if (!TakeUntil('"', rest)) return std::nullopt;
  for (size_t i = 0; i < rest->size(); ++i) {
    if ((*rest)[i] == '\\') {
      ++i;
    } else if ((*rest)[i] == '"') {
      const std::string_view taken = rest->substr(0, i);
      rest->remove_prefix(i + 1);
      return taken;
    }
  }
  return std::nullopt;
}

bool EndsAsPage(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return true;
  const std::string_view ending = name.substr(dot + 1);
  return std::find(kPageEndings.begin(), kPageEndings.end(), ending) != kPageEndings.end();
}

}  // namespace

std::optional<AccessLogLine> ParseAccessLogLine(std::string_view line) {
  AccessLogLine read;
  if (!TakeUntil('[', &line)) return std::nullopt;
  const auto time = TakeUntil(']', &line);
  auto request = TakeQuoted(&line);
  if (!time || !request || !line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(1);
  const auto status = TakeUntil(' ', &line);
  const auto referrer = TakeQuoted(&line);
  const auto agent = TakeQuoted(&line);
  if (!status || !referrer || !agent) return std::nullopt;
  read.user_agent = *agent;

  absl::Time parsed;
  if (!absl::ParseTime("%d/%b/%Y:%H:%M:%S %z", absl::string_view(time->data(), time->size()),
                       &parsed, nullptr)) {
    return std::nullopt;
  }
  const int64_t unix_ms = absl::ToUnixMillis(parsed);
  if (unix_ms < 0) return std::nullopt;
  read.unix_ms = static_cast<uint64_t>(unix_ms);
  if (!absl::SimpleAtoi(absl::string_view(status->data(), status->size()), &read.status)) {
    return std::nullopt;
  }
  // Whatever was sent to the port stands here: a request line is method, target and version.
  if (const auto method = TakeUntil(' ', &*request)) {
    read.method = *method;
    read.target = request->substr(0, request->find(' '));
  }
  return read;
}

PageViewCounter::PageViewCounter(Options options) : options_(std::move(options)) {}

void PageViewCounter::Add(std::string_view text) {
  if (text.empty()) return;
  ++lines_;
  const std::optional<AccessLogLine> line = ParseAccessLogLine(text);
  if (!line) {
    ++unreadable_;
    return;
  }
  const auto day = static_cast<uint32_t>(line->unix_ms / kDayMs);
  if (!days_.contains(day) && days_.size() >= kMaxDays) {
    ++unreadable_;
    return;
  }
  uint64_t& page_views = days_[day];
  if (IsPageView(*line)) ++page_views;
}

bool PageViewCounter::IsPageView(const AccessLogLine& line) const {
  if (line.method != "GET" || (line.status != 200 && line.status != 304)) return false;
  const std::string_view path = line.target.substr(0, line.target.find_first_of("?#"));
  const auto begins = [path](std::string_view prefix) { return path.starts_with(prefix); };
  if (!EndsAsPage(path) || std::any_of(kOwnPrefixes.begin(), kOwnPrefixes.end(), begins) ||
      std::any_of(options_.excluded_prefixes.begin(), options_.excluded_prefixes.end(), begins)) {
    return false;
  }
  if (!line.user_agent.starts_with("Mozilla/")) return false;
  const UserAgent agent = ParseUserAgent(line.user_agent, 0);
  return !agent.bot && !(agent.headless && options_.treat_headless_as_bot);
}

}  // namespace paceline::ingest
