// What became of each site's beacons, by day of their receipt: saved from time to time, so that a
// restart keeps it, and read with what came since.
//
// Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/ingest/pipeline.h"
#include "collector/store/store.h"
#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

// Page views by day.
using PageViewsByDay = std::map<uint32_t, uint64_t>;

// Notes what a site's own servers saw, in the place of what was noted of those days before; on disk
// afterwards. For whoever has the store alone; beside a QualityLog, it does that.
absl::Status WriteServerPageViews(std::string_view site, const PageViewsByDay& days,
                                  store::Store* store);

class QualityLog {
 public:
  // A day keeps no more gaps than these.
  static constexpr int kMaxGapsPerDay = 100;

  // Both outlive the object. What the pipeline has counted so far is not saved yet.
  QualityLog(const Pipeline* pipeline, store::Store* store);

  // Adds what came since the last time to the day of `now_unix_ms`. What cannot be saved is kept,
  // and saved with the next.
  absl::Status Save(uint64_t now_unix_ms);

  // As the function above.
  absl::Status WriteServerPageViews(std::string_view site, const PageViewsByDay& days);

  // A site's days (empty: nobody's), both included, as they are at `now_unix_ms`. A silence that
  // goes on is the last gap of its day then.
  absl::StatusOr<store::QualityDays> Read(std::string_view site, uint32_t first_day,
                                          uint32_t last_day, uint64_t now_unix_ms) const;

 private:
  // Since the start.
  struct Counted {
    std::array<uint64_t, v1::Outcome_ARRAYSIZE> outcomes{};
    SiteFigures traffic;
  };
  using CountedBySite = std::map<std::string, Counted, std::less<>>;

  CountedBySite Count(uint64_t now_unix_ms) const;
  // Adds to `day` what `now` has and `saved` has not. False: nothing.
  static bool AddNew(const Counted& now, const Counted& saved, v1::QualityDay* day);

  const Pipeline* pipeline_;
  store::Store* store_;
  mutable std::mutex mutex_;
  CountedBySite saved_;
};

}  // namespace paceline::ingest
