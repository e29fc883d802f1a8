#include "collector/ingest/access_log.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "collector/ingest/user_agent.h"

namespace paceline::ingest {
namespace {

constexpr uint64_t kDayMs = 24ull * 3600 * 1000;
// More are no log's.
constexpr size_t kMaxDays = 1000;

constexpr std::array<std::string_view, 10> kPageEndings = {"html", "htm",  "xhtml", "shtml", "php",
                                                           "asp",  "aspx", "jsp",   "do",    "cfm"};
// What Next.js fetches when a link comes into view: a page's address, and no page.
constexpr std::string_view kPartOfPage = "_rsc";
// Paceline's own, of sites that hand its paths on, perhaps below one of theirs.
constexpr std::string_view kSiteConfig = "/v1/config";

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

// "/courses", "/index.php", "/docs/3.11"; not "/logo.svg".
bool EndsAsPage(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return true;
  const std::string ending =
      absl::AsciiStrToLower(absl::string_view(name.data() + dot + 1, name.size() - dot - 1));
  return std::all_of(ending.begin(), ending.end(), absl::ascii_isdigit) ||
         std::find(kPageEndings.begin(), kPageEndings.end(), ending) != kPageEndings.end();
}

bool HasParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view one = query.substr(0, end);
    if (one.substr(0, one.find('=')) == name) return true;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return false;
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
  const std::string_view target = line.target.substr(0, line.target.find('#'));
  const size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  const std::string_view query = target.substr(std::min(question + 1, target.size()));
  if (!EndsAsPage(path) || IsExcluded(path, query)) return false;
  if (!line.user_agent.starts_with("Mozilla/")) return false;
  const UserAgent agent = ParseUserAgent(line.user_agent, 0);
  return !agent.bot && !(agent.headless && options_.treat_headless_as_bot);
}

bool PageViewCounter::IsExcluded(std::string_view path, std::string_view query) const {
  if (path.ends_with(kSiteConfig) || HasParameter(query, kPartOfPage)) return true;
  return std::any_of(options_.excluded.begin(), options_.excluded.end(), [&](std::string_view one) {
    return one.starts_with('?') ? HasParameter(query, one.substr(1)) : path.starts_with(one);
  });
}

}  // namespace paceline::ingest
