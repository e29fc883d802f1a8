// What is missing of each site's traffic: beacons that were sent and never came, and the traffic
// itself.
//
// A document counts what it sends (Beacon.sequence), so a number that was left out is a beacon that
// is missing, until it comes after all. What a page never said at its very end leaves no trace.
//
// Thread-safe. Memory is bounded: 1 MiB of documents, and what is kept of each site. Figures count
// from the start of the collector; when a site was heard last, and how often until then, can be
// remembered from before.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace paceline::ingest {

// A site of which fewer came in the last hour of its traffic is never called silent.
inline constexpr uint32_t kMinHourlyBeacons = 30;
// Silent is a site of which nothing comes for this long, and for so many times the usual pause
// between two: by chance that happens once in 500 million pauses.
inline constexpr uint64_t kMinSilenceMs = 5 * 60 * 1000;
inline constexpr uint64_t kSilencePauses = 20;

// From the last that came to the first that came again.
struct Silence {
  uint64_t began_unix_ms = 0;
  uint64_t ended_unix_ms = 0;
};

struct SiteFigures {
  std::string site;
  // Beacons and entry batches, each once.
  uint64_t stored = 0;
  // Sent before one that has come, and not come.
  uint64_t missing = 0;
  // Receipt of the last; 0: none yet.
  uint64_t last_unix_ms = 0;
  // How many came in the hour before it.
  uint32_t hourly = 0;
  // For how long nothing has come, if that is silence; else 0.
  uint64_t silent_ms = 0;
  // Silences that are over, and the latest of them, in the order of time.
  uint64_t silences = 0;
  std::vector<Silence> latest_silences;

  // Share of what was sent that has come, 0 to 1.
  double Completeness() const {
    return stored == 0 ? 1.0 : static_cast<double>(stored) / static_cast<double>(stored + missing);
  }
};

class SiteTraffic {
 public:
  // `on_resumed`, when given, is called once when a silence is over. It must not block.
  using ResumedCallback = std::function<void(std::string_view site, uint64_t silent_ms)>;
  SiteTraffic(const std::vector<std::string>& sites, ResumedCallback on_resumed);

  // What an earlier run knew of a site. The time from then to `now_unix_ms` says nothing: perhaps
  // nobody listened. Before anything of the site is stored.
  void Remember(std::string_view site, uint64_t last_unix_ms, uint32_t hourly,
                uint64_t now_unix_ms);

  // Something of one of the sites was stored, which had not been stored before.
  struct Stored {
    std::string_view site;
    std::string_view document_id;
    uint32_t sequence = 0;
    // When the document began, by the collector's clock.
    uint64_t began_unix_ms = 0;
    uint64_t received_unix_ms = 0;
  };
  void OnStored(const Stored& stored);

  // In the order of the sites' keys.
  std::vector<SiteFigures> Read(uint64_t now_unix_ms) const;

 private:
  static constexpr size_t kMinutes = 60;
  static constexpr size_t kLatestSilences = 20;

  struct Document {
    uint64_t hash = 0;
    uint32_t first = 0;
    uint32_t highest = 0;
  };
  // Those that hash alike, the latest first.
  using Set = std::array<Document, 8>;

  struct Site {
    SiteFigures figures;
    // By minute, in a ring: what came in the hour before the last.
    std::array<uint32_t, kMinutes> by_minute{};
    uint64_t last_minute = 0;
    // Since when it would have been heard.
    uint64_t listening_unix_ms = 0;
  };

  // How many more are missing than before.
  int64_t Follow(const Stored& stored);
  static uint32_t HourlyOf(const Site& site);
  static uint64_t SilenceMs(const Site& site, uint64_t now_unix_ms);
  static void NoteSilence(uint64_t ended_unix_ms, Site* site);
  static void CountMinute(uint64_t received_unix_ms, Site* site);

  const uint64_t seed_;
  const ResumedCallback on_resumed_;
  mutable std::mutex mutex_;
  std::vector<Set> documents_;
  std::map<std::string, Site, std::less<>> sites_;
  // Receipt of the first: documents that began before may have said something to an earlier run.
  uint64_t first_unix_ms_ = 0;
};

}  // namespace paceline::ingest
