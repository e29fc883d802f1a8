#include "collector/commands/housekeeping.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "collector/commands/times.h"

namespace paceline::commands {
namespace {

constexpr std::chrono::hours kDropInterval{1};
constexpr std::chrono::seconds kSaveInterval{10};

uint64_t NowUnixMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// What is folded from journeys is kept no shorter than they are: a recount would bring it back.
uint64_t NoShorter(uint64_t days, uint64_t journeys_days) {
  return days == 0 || journeys_days == 0 ? 0 : std::max(days, journeys_days);
}

}  // namespace

Housekeeping::Housekeeping(const config::Settings& settings, store::Store* store,
                           ingest::QualityLog* quality)
    : retention_{.journeys_days = settings.keep_journeys_days,
                 .facts_days = NoShorter(settings.keep_facts_days, settings.keep_journeys_days),
                 .sessions_days =
                     NoShorter(settings.keep_sessions_days, settings.keep_journeys_days),
                 .minutes_days = settings.keep_minutes_days,
                 .hours_days = settings.keep_hours_days,
                 .days_days = settings.keep_days_days},
      store_(store),
      quality_(quality),
      thread_([this] { Run(); }) {}

Housekeeping::~Housekeeping() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Housekeeping::AddMetrics(telemetry::Metrics* metrics) const {
  metrics->AddCounter("paceline_retention_runs_total", "Times that what is too old was looked for.",
                      [this] { return static_cast<double>(counts_.runs); });
  metrics->AddCounter("paceline_retention_failures_total", "Times that it could not be dropped.",
                      [this] { return static_cast<double>(counts_.failures); });
  metrics->AddCounter("paceline_retention_dropped_ranges_total",
                      "Ranges of journeys, page views and rollups that were dropped.",
                      [this] { return static_cast<double>(counts_.dropped_ranges); });
  metrics->AddCounter("paceline_retention_dropped_sessions_total", "Sessions that were dropped.",
                      [this] { return static_cast<double>(counts_.dropped_sessions); });
  metrics->AddGauge("paceline_retention_held",
                    "1 while nothing is dropped because the clock has jumped ahead by days.",
                    [this] { return counts_.held_until_unix_ms > 0 ? 1.0 : 0.0; });
}

void Housekeeping::Run() {
  using std::chrono::steady_clock;
  steady_clock::time_point next_drop = steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    SaveQuality();
    if (steady_clock::now() >= next_drop) {
      next_drop = steady_clock::now() + kDropInterval;
      DropOld();
    }
    lock.lock();
    stop_.wait_for(lock, kSaveInterval, [this] { return stopping_; });
  }
}

void Housekeeping::SaveQuality() {
  // It is kept and saved with the next. The store says itself when it cannot write.
  if (const absl::Status saved = quality_->Save(NowUnixMs()); !saved.ok()) {
    spdlog::debug("outcomes could not be saved: {}", saved.ToString());
  }
}

void Housekeeping::DropOld() {
  const auto report = store_->ApplyRetention(retention_, NowUnixMs());
  ++counts_.runs;
  if (!report.ok()) {
    ++counts_.failures;
    spdlog::error("what is too old could not be dropped: {}", report.status().ToString());
    return;
  }
  counts_.held_until_unix_ms = report->held_until_unix_ms;
  if (report->held_until_unix_ms > 0) {
    spdlog::warn(
        "the clock has jumped ahead by days: nothing that is too old is dropped before {}. If the "
        "clock is wrong, set it right before then",
        FormatTime(report->held_until_unix_ms));
  }
  counts_.dropped_ranges += report->ranges;
  counts_.dropped_sessions += report->sessions;
  if (report->ranges + report->sessions == 0) return;
  spdlog::info("dropped what was too old: {} ranges and {} sessions", report->ranges,
               report->sessions);
}

}  // namespace paceline::commands
