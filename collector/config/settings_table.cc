#include "collector/config/settings_table.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "collector/config/address.h"

namespace paceline::config {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  for (absl::string_view item : absl::StrSplit(Absl(text), ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

absl::Status SetNumber(const Setting& setting, std::string_view text, uint64_t& field) {
  uint64_t value = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, value);
  if (error != std::errc() || end != text_end || value < setting.minimum ||
      value > setting.maximum) {
    return absl::InvalidArgumentError(absl::StrCat("'", Absl(text), "' is not a whole number from ",
                                                   setting.minimum, " to ", setting.maximum));
  }
  field = value;
  return absl::OkStatus();
}

absl::Status SetSites(std::string_view text, std::vector<Site>& sites) {
  sites.clear();
  for (std::string& key : SplitList(text)) {
    Site site{std::move(key), {}};
    if (absl::Status status = CheckSite(site); !status.ok()) return status;
    sites.push_back(std::move(site));
  }
  return absl::OkStatus();
}

absl::Status CheckText(const Setting& setting, std::string_view text) {
  switch (setting.kind) {
    case SettingKind::kOptionalAddress:
      if (text.empty()) return absl::OkStatus();
      return ParseAddress(text).status();
    case SettingKind::kAddress:
      return ParseAddress(text).status();
    case SettingKind::kPath:
      if (text.empty())
        return absl::InvalidArgumentError("a directory is needed, not an empty text");
      return absl::OkStatus();
    case SettingKind::kSecret:
      if (text.empty() || text.size() >= 16) return absl::OkStatus();
      return absl::InvalidArgumentError("a token needs 16 characters or more");
    case SettingKind::kChoice: {
      const std::vector<absl::string_view> choices = absl::StrSplit(Absl(setting.choices), '|');
      if (std::find(choices.begin(), choices.end(), Absl(text)) != choices.end()) {
        return absl::OkStatus();
      }
      return absl::InvalidArgumentError(
          absl::StrCat("'", Absl(text), "' is not one of ",
                       absl::StrReplaceAll(Absl(setting.choices), {{"|", ", "}})));
    }
    default:
      return absl::OkStatus();
  }
}

}  // namespace

std::string Setting::Flag() const {
  // Repeatable, and one key each: reads better in the singular.
  if (kind == SettingKind::kSites) return "--site";
  return absl::StrCat("--", absl::StrReplaceAll(Absl(key), {{".", "-"}, {"_", "-"}}));
}

std::string Setting::Variable() const {
  return absl::StrCat("PACELINE_",
                      absl::AsciiStrToUpper(absl::StrReplaceAll(Absl(key), {{".", "_"}})));
}

const std::vector<Setting>& SettingsTable() {
  using enum SettingKind;
  static const std::vector<Setting> table = {
      {"http", kAddress, "127.0.0.1:8080",
       "Address of dashboard, query API, metrics, ingest and agent files.", &Settings::http},
      {"public_http", kOptionalAddress, "",
       "Second address with the public routes only (ingest, agent files), for a reverse proxy.",
       &Settings::public_http},
      {"grpc", kOptionalAddress, "127.0.0.1:9090",
       "Address of gRPC ingest and queries; empty switches gRPC off. Queries want `auth.token` "
       "where it is set; ingest does not, so whoever reaches this address may send for any site.",
       &Settings::grpc},
      {"data_dir", kPath, "./paceline-data", "Where everything is kept. Made when missing.",
       &Settings::data_dir},
      {"sites", kSites, "",
       "Sites that may send: in YAML a list of sites, elsewhere keys separated by commas, which "
       "take the place of the whole list, with all that it says. See below what a site may say of "
       "itself.",
       &Settings::sites},
      {"auth.token", kSecret, "",
       "Bearer token for private routes (dashboard data, queries, live, metrics). Needed when a "
       "private address is not loopback; 16 characters or more.",
       &Settings::auth_token},
      {"conversions.token", kSecret, "",
       "Bearer token of POST /v1/conversions, by which checkouts elsewhere tell of conversions; "
       "empty switches it off; 16 characters or more.",
       &Settings::conversions_token},
      {"allowed_hosts", kList, "",
       "Host names, besides loopback ones, by which private routes may be asked for.",
       &Settings::allowed_hosts},
      {"geo.database", kText, "",
       "File of a geography database in MaxMind's format (GeoLite2, DB-IP Lite, …): page views get "
       "country and region from the sender's address, which is not kept. Empty: they have none.",
       &Settings::geo_database},
      {"ingest.headless_chrome", kChoice, "visitor",
       "Whether Chrome without a window is a visitor, as in browser tests, or a bot. Bots are "
       "stored and marked, not dropped.",
       &Settings::headless_chrome, 0, 0, "visitor|bot"},
      {"trusted_proxies", kList, "",
       "Addresses and ranges (10.0.0.0/8) of reverse proxies. What they say in X-Forwarded-For is "
       "taken for the sender's address; what others say there is not.",
       &Settings::trusted_proxies},
      {"agent_dir", kPath, "{binary}/../../agent", "The agent's built files, served as /agent/.",
       &Settings::agent_dir},
      {"dashboard_dir", kPath, "{binary}/../../dashboard",
       "The dashboard's built files, served as /.", &Settings::dashboard_dir},
      {"site_http", kAddress, "127.0.0.1:8000", "`paceline demo`: address of the example site.",
       &Settings::site_http},
      {"checkout_http", kAddress, "127.0.0.1:8001",
       "`paceline demo`: address of the example checkout, which is another site's.",
       &Settings::checkout_http},
      {"academy_dir", kPath, "{binary}/../../../examples/academy/site",
       "`paceline demo`: the example site's files.", &Settings::academy_dir},
      {"checkout_dir", kPath, "{binary}/../../../examples/academy/checkout",
       "`paceline demo`: the example checkout's files.", &Settings::checkout_dir},
      {"log.level", kChoice, "info", "How much to log.", &Settings::log_level, 0, 0,
       "debug|info|warn|error"},
      {"limits.io_threads", kNumber, "2", "Threads that read and write HTTP.",
       &Settings::io_threads, 1, 256},
      {"limits.connections", kNumber, "4096", "HTTP connections at once; more are answered 503.",
       &Settings::max_connections, 1, 1'000'000},
      {"limits.connections_per_address", kNumber, "2048",
       "HTTP connections at once from one address, trusted proxies apart; more are answered 503.",
       &Settings::max_connections_per_address, 1, 1'000'000},
      {"limits.address_per_second", kNumber, "0",
       "Beacons, entry batches and conversions a second that one address may send over HTTP, ten "
       "times as many in a burst; more are answered 429. Of IPv6 the first 64 bits count. 0: no "
       "limit.",
       &Settings::address_per_second, 0, 1'000'000},
      {"limits.site_per_second", kNumber, "0",
       "Beacons and entry batches a second of one site, ten times as many in a burst; more are "
       "answered 429. 0: no limit.",
       &Settings::site_per_second, 0, 10'000'000},
      {"limits.body_memory_bytes", kNumber, "67108864",
       "Memory for the bodies over 16 KiB that are being read, all together; beyond it they are "
       "answered 503.",
       &Settings::body_memory_bytes, 1 << 20, uint64_t{64} << 30},
      {"limits.body_bytes", kNumber, "262144",
       "Largest body of one beacon or entry batch, in bytes.", &Settings::max_body_bytes, 1024,
       64 << 20},
      {"limits.header_timeout_ms", kNumber, "10000",
       "Milliseconds a sender has for a request's header.", &Settings::header_timeout_ms, 10,
       3'600'000},
      {"limits.body_timeout_ms", kNumber, "30000",
       "Milliseconds a sender has for a request's body.", &Settings::body_timeout_ms, 10,
       3'600'000},
      {"limits.idle_timeout_ms", kNumber, "75000",
       "Milliseconds a kept-alive connection may say nothing.", &Settings::idle_timeout_ms, 10,
       3'600'000},
      {"limits.stop_timeout_ms", kNumber, "10000",
       "Milliseconds that requests in flight have to end when the collector is told to stop.",
       &Settings::stop_timeout_ms, 0, 600'000},
      {"store.flush_interval_ms", kNumber, "5000",
       "Milliseconds after which changed rollups are written. Acknowledged beacons never wait for "
       "this; it is what a restart after a crash folds again.",
       &Settings::flush_interval_ms, 10, 600'000},
      {"store.max_queued_records", kNumber, "16384",
       "Records that may wait to be written; more are answered 503.", &Settings::max_queued_records,
       1, 10'000'000},
      {"store.min_free_bytes", kNumber, "268435456",
       "While less is free on the disk, beacons are answered 503, before the store fails; queries, "
       "retention and erasing go on.",
       &Settings::min_free_bytes, 0, uint64_t{1} << 50},
      {"retention.journeys_days", kNumber, "0",
       "Days for which every beacon is kept, today not counted; 0 keeps all. `verify` covers "
       "these.",
       &Settings::keep_journeys_days, 0, 36'500},
      {"retention.facts_days", kNumber, "0",
       "Days for which page views with their final values are kept; 0 keeps all. No shorter than "
       "`retention.journeys_days`, and while that is 0, all are.",
       &Settings::keep_facts_days, 0, 36'500},
      {"retention.sessions_days", kNumber, "0",
       "Days for which sessions are kept, after their last sign of life; 0 keeps all. No shorter "
       "than `retention.journeys_days`, and while that is 0, all are. A beacon that is sent again "
       "later counts again.",
       &Settings::keep_sessions_days, 0, 36'500},
      {"retention.minutes_days", kNumber, "0",
       "Days for which rollups by minute are kept; 0 keeps all.", &Settings::keep_minutes_days, 0,
       36'500},
      {"retention.hours_days", kNumber, "0",
       "Days for which rollups by hour are kept; 0 keeps all.", &Settings::keep_hours_days, 0,
       36'500},
      {"retention.days_days", kNumber, "0", "Days for which rollups by day are kept; 0 keeps all.",
       &Settings::keep_days_days, 0, 36'500},
  };
  return table;
}

absl::Status CheckSite(const Site& site) {
  const bool is_plain = std::all_of(site.key.begin(), site.key.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (site.key.empty() || site.key.size() > 64 || !is_plain) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", site.key, "' is not a site key: 1 to 64 letters, digits, '-', '_' or '.' are right"));
  }
  for (const std::string& origin : site.origins) {
    const size_t scheme = origin.find("://");
    const bool is_origin =
        (absl::StartsWith(origin, "https://") || absl::StartsWith(origin, "http://")) &&
        scheme + 3 < origin.size() && origin.find('/', scheme + 3) == std::string::npos;
    if (!is_origin) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", origin,
                       "' is not an origin: scheme and host, without a path or a final "
                       "'/', are right, as in https://academy.example"));
    }
  }
  return absl::OkStatus();
}

absl::Status SetFromText(const Setting& setting, std::string_view text, Settings& settings) {
  if (const auto* number = std::get_if<uint64_t Settings::*>(&setting.field)) {
    return SetNumber(setting, text, settings.**number);
  }
  if (const auto* list = std::get_if<std::vector<std::string> Settings::*>(&setting.field)) {
    settings.** list = SplitList(text);
    return absl::OkStatus();
  }
  if (const auto* sites = std::get_if<std::vector<Site> Settings::*>(&setting.field)) {
    return SetSites(text, settings.**sites);
  }
  if (absl::Status status = CheckText(setting, text); !status.ok()) return status;
  settings.*std::get<std::string Settings::*>(setting.field) = std::string(text);
  return absl::OkStatus();
}

}  // namespace paceline::config
