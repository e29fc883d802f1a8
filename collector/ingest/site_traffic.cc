#include "collector/ingest/site_traffic.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "collector/ingest/memo.h"

namespace paceline::ingest {
namespace {

// Sets of eight documents of 16 bytes.
constexpr int kSetBits = 13;
constexpr uint64_t kMinuteMs = 60'000;
constexpr uint64_t kHourMs = 60 * kMinuteMs;

}  // namespace

SiteTraffic::SiteTraffic(const std::vector<std::string>& sites, ResumedCallback on_resumed)
    : seed_(RandomSeed()), on_resumed_(std::move(on_resumed)), documents_(size_t{1} << kSetBits) {
  for (const std::string& site : sites) sites_[site].figures.site = site;
}

void SiteTraffic::Remember(std::string_view site, uint64_t last_unix_ms, uint32_t hourly,
                           uint64_t now_unix_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = sites_.find(site);
  if (found == sites_.end()) return;
  Site& known = found->second;
  // The clock may have been set back since.
  known.figures.last_unix_ms = std::min(last_unix_ms, now_unix_ms);
  known.last_minute = known.figures.last_unix_ms / kMinuteMs;
  known.listening_unix_ms = now_unix_ms;
  // As if they had come evenly.
  for (size_t i = 0; i < kMinutes; ++i) {
    known.by_minute[i] = static_cast<uint32_t>(hourly / kMinutes + (i < hourly % kMinutes ? 1 : 0));
  }
}

void SiteTraffic::OnStored(const Stored& stored) {
  uint64_t silence = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sites_.find(stored.site);
    if (found == sites_.end()) return;
    Site& site = found->second;
    if (first_unix_ms_ == 0) first_unix_ms_ = stored.received_unix_ms;
    silence = SilenceMs(site, stored.received_unix_ms);
    if (silence > 0) NoteSilence(stored.received_unix_ms, &site);
    ++site.figures.stored;
    site.figures.missing += static_cast<uint64_t>(Follow(stored));
    CountMinute(stored.received_unix_ms, &site);
  }
  if (silence > 0 && on_resumed_) on_resumed_(stored.site, silence);
}

int64_t SiteTraffic::Follow(const Stored& stored) {
  const uint64_t hash = HashOf(stored.document_id, HashOf(stored.site, seed_));
  Set& set = documents_[hash >> (64 - kSetBits)];
  auto document = std::find_if(set.begin(), set.end(),
                               [hash](const Document& one) { return one.hash == hash; });
  int64_t more = 0;
  if (document == set.end()) {
    document = set.end() - 1;
    const bool from_its_start = stored.began_unix_ms >= first_unix_ms_;
    *document = {hash, from_its_start ? 0 : stored.sequence, stored.sequence};
    more = stored.sequence - document->first;
  } else if (stored.sequence > document->highest) {
    more = int64_t{stored.sequence} - document->highest - 1;
    document->highest = stored.sequence;
  } else if (stored.sequence > document->first || document->first == 0) {
    // It was thought missing.
    more = -1;
  }
  std::rotate(set.begin(), document, document + 1);
  return more;
}

uint32_t SiteTraffic::HourlyOf(const Site& site) {
  return std::accumulate(site.by_minute.begin(), site.by_minute.end(), 0u);
}

uint64_t SiteTraffic::SilenceMs(const Site& site, uint64_t now_unix_ms) {
  const uint64_t last = site.figures.last_unix_ms;
  const uint64_t listened_from = std::max(last, site.listening_unix_ms);
  if (now_unix_ms <= listened_from + kMinSilenceMs) return 0;
  const uint32_t hourly = HourlyOf(site);
  if (hourly < kMinHourlyBeacons) return 0;
  const bool is_silent = now_unix_ms - listened_from > kSilencePauses * kHourMs / hourly;
  return is_silent ? now_unix_ms - last : 0;
}

void SiteTraffic::NoteSilence(uint64_t ended_unix_ms, Site* site) {
  std::vector<Silence>& latest = site->figures.latest_silences;
  if (latest.size() == kLatestSilences) latest.erase(latest.begin());
  latest.push_back({site->figures.last_unix_ms, ended_unix_ms});
  ++site->figures.silences;
}

void SiteTraffic::CountMinute(uint64_t received_unix_ms, Site* site) {
  const uint64_t minute = received_unix_ms / kMinuteMs;
  // The clock was set back: what came before counts as of now, or nothing would be missed until
  // then.
  if (received_unix_ms + kHourMs < site->figures.last_unix_ms) {
    site->figures.last_unix_ms = site->listening_unix_ms = received_unix_ms;
    site->last_minute = minute;
  }
  if (minute > site->last_minute) {
    const uint64_t passed = std::min<uint64_t>(minute - site->last_minute, kMinutes);
    for (uint64_t i = 0; i < passed; ++i) site->by_minute[(minute - i) % kMinutes] = 0;
    site->last_minute = minute;
  }
  ++site->by_minute[site->last_minute % kMinutes];
  site->figures.last_unix_ms = std::max(site->figures.last_unix_ms, received_unix_ms);
}

std::vector<SiteFigures> SiteTraffic::Read(uint64_t now_unix_ms) const {
  const std::lock_guard lock(mutex_);
  std::vector<SiteFigures> all;
  for (const auto& [key, site] : sites_) {
    all.push_back(site.figures);
    all.back().silent_ms = SilenceMs(site, now_unix_ms);
    all.back().hourly = HourlyOf(site);
  }
  return all;
}

}  // namespace paceline::ingest
