// What the collector does to its data from time to time: drops what is too old, every hour, and
// saves what became of beacons, every ten seconds.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "collector/config/settings.h"
#include "collector/ingest/quality_log.h"
#include "collector/store/store.h"
#include "collector/telemetry/metrics.h"

namespace paceline::commands {

class Housekeeping {
 public:
  // Begins at once, and goes on until it is destroyed. The others outlive it.
  Housekeeping(const config::Settings& settings, store::Store* store, ingest::QualityLog* quality);
  ~Housekeeping();

  // `metrics` is read no longer than the object lives.
  void AddMetrics(telemetry::Metrics* metrics) const;

 private:
  struct Counts {
    std::atomic<uint64_t> runs = 0;
    std::atomic<uint64_t> failures = 0;
    std::atomic<uint64_t> dropped_ranges = 0;
    std::atomic<uint64_t> dropped_sessions = 0;
    // Until when nothing is dropped, because the clock has jumped ahead; 0: it is believed.
    std::atomic<uint64_t> held_until_unix_ms = 0;
  };

  void Run();
  void DropOld();
  void SaveQuality();

  const store::Retention retention_;
  store::Store* const store_;
  ingest::QualityLog* const quality_;
  Counts counts_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace paceline::commands
