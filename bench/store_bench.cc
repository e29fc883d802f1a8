// Durable appends a second: beacons of many visitors, each in a group that is synced before it is
// acknowledged.
//
//   store_bench [--seconds N] [--waiting N] [--bytes N]
//
// `--waiting` senders' beacons wait for their answers at any time, as connections of an HTTP server
// do. Prints one JSON object: appends per second, microseconds to the answer (median, 99th
// percentile), and what the fold gave.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "collector/store/store.h"

namespace paceline::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kOriginUnixMs = 1'772'366'400'000;
constexpr uint32_t kBeaconsPerPageView = 3;

struct Settings {
  uint64_t seconds = 5;
  uint64_t waiting = 64;
  uint64_t bytes = 1000;
};

std::string Bytes(size_t size, uint64_t number) {
  std::string bytes(size, '\0');
  // Spread like random ids, and different for different numbers.
  const uint64_t spread = number * 0x9e3779b97f4a7c15;
  std::memcpy(bytes.data(), &spread, std::min(size, sizeof(spread)));
  return bytes;
}

// Beacons that differ in who sent them, made once and then written over: what is measured is the
// store, not the making.
class Beacons {
 public:
  explicit Beacons(uint64_t bytes) {
    for (uint32_t i = 0; i < kKinds; ++i) kinds_.push_back(Make(i, bytes));
  }

  // The `number`th: three of a page view.
  NewRecord At(uint64_t number) const {
    const uint64_t page_view = number / kBeaconsPerPageView;
    NewRecord record = kinds_[number % kKinds];
    Replace(Bytes(16, kKinds), Bytes(16, page_view), &record.id.session_id, &record.bytes);
    Replace(Bytes(8, kKinds), Bytes(8, page_view), &record.id.document_id, &record.bytes);
    return record;
  }

 private:
  // A multiple of the beacons of a page view, and of what page views differ in.
  static constexpr uint32_t kKinds = kBeaconsPerPageView * 6;

  static void Replace(const std::string& old, const std::string& fresh, std::string* id,
                      std::string* bytes) {
    bytes->replace(bytes->find(old), old.size(), fresh);
    *id = fresh;
  }

  // With the page view's vitals, and as many clicks as fill `bytes`.
  static NewRecord Make(uint32_t kind, uint64_t bytes) {
    const uint32_t page_view = kind / kBeaconsPerPageView;
    v1::JournalRecord record;
    record.set_received_unix_ms(kOriginUnixMs + 60'000);
    record.set_content_hash(kind);
    record.set_weight_micro(1'000'000);
    record.add_page_groups(page_view % 2 == 0 ? "home" : "lesson");
    v1::Dimensions* dimensions = record.mutable_dimensions();
    dimensions->set_device_type(page_view % 3 == 0 ? "phone" : "desktop");
    dimensions->set_device_tier("mid-range");
    dimensions->set_connection("4g");
    dimensions->set_browser("Chrome");
    v1::Beacon* beacon = record.mutable_beacon();
    beacon->set_site("academy");
    beacon->set_session_id(Bytes(16, kKinds));
    beacon->set_document_id(Bytes(8, kKinds));
    beacon->set_sequence(kind % kBeaconsPerPageView);
    beacon->set_origin_unix_ms(kOriginUnixMs);
    beacon->add_page_views()->set_navigation_type(v1::NAVIGATION_TYPE_NAVIGATE);
    for (int metric = v1::METRIC_LCP; metric <= v1::METRIC_TTFB; ++metric) {
      v1::Vital* vital = beacon->add_events()->mutable_vital();
      vital->set_metric(static_cast<v1::Metric>(metric));
      vital->set_value(1'000 + kind * 7919 % 50'000);
      vital->set_rating(v1::RATING_GOOD);
    }
    while (record.ByteSizeLong() < bytes) {
      v1::Event* event = beacon->add_events();
      event->set_at_100us(static_cast<uint32_t>(beacon->events_size()) * 1'000);
      event->mutable_click()->set_x(beacon->events_size());
      event->mutable_click()->set_y(beacon->events_size());
    }
    return ToNewRecord(record);
  }

  std::vector<NewRecord> kinds_;
};

// Keeps a number of beacons waiting until the time is up.
class Load {
 public:
  Load(Store* store, const Settings& settings) : store_(store), settings_(settings) {}

  void Run() {
    const Clock::time_point start = Clock::now();
    const Clock::time_point end = start + std::chrono::seconds(settings_.seconds);
    const Beacons beacons(settings_.bytes);
    for (uint64_t number = 0; Clock::now() < end; ++number) {
      NewRecord record = beacons.At(number);
      {
        std::unique_lock lock(mutex_);
        answered_.wait(lock, [this] { return waiting_ < settings_.waiting; });
        ++waiting_;
      }
      const Clock::time_point sent = Clock::now();
      store_->Append(std::move(record),
                     [this, sent](const AppendResult& result) { Answered(sent, result); });
    }
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return waiting_ == 0; });
    elapsed_seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  void Print() {
    std::sort(micros_.begin(), micros_.end());
    const auto percentile = [&](double share) {
      return micros_.empty()
                 ? 0
                 : micros_[static_cast<size_t>(share * static_cast<double>(micros_.size() - 1))];
    };
    std::printf(
        "{\"bench\": \"store\", \"figures\": {\"appends_per_second\": %.0f, \"answer_p50_us\": "
        "%lld, "
        "\"answer_p99_us\": %lld, \"appends\": %zu, \"failed\": %llu, \"waiting\": %llu, "
        "\"record_bytes\": %llu}}\n",
        static_cast<double>(micros_.size()) / elapsed_seconds_,
        static_cast<long long>(percentile(0.5)), static_cast<long long>(percentile(0.99)),
        micros_.size(), static_cast<unsigned long long>(failed_),
        static_cast<unsigned long long>(settings_.waiting),
        static_cast<unsigned long long>(settings_.bytes));
  }
  bool failed() const { return failed_ > 0; }

 private:
  void Answered(Clock::time_point sent, const AppendResult& result) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - sent);
    const std::lock_guard lock(mutex_);
    if (result.outcome == AppendOutcome::kStored) {
      micros_.push_back(took.count());
    } else {
      ++failed_;
    }
    --waiting_;
    answered_.notify_one();
  }

  Store* store_;
  const Settings settings_;
  std::mutex mutex_;
  std::condition_variable answered_;
  uint64_t waiting_ = 0;
  uint64_t failed_ = 0;
  std::vector<int64_t> micros_;
  double elapsed_seconds_ = 0;
};

int Run(const Settings& settings) {
  std::string pattern = (std::filesystem::temp_directory_path() / "paceline-bench-XXXXXX").string();
  const std::string dir = mkdtemp(pattern.data());
  bool failed = true;
  if (auto store = Store::Open({.data_dir = dir}); store.ok()) {
    Load load(store->get(), settings);
    load.Run();
    load.Print();
    failed = load.failed();
  } else {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
  }
  std::filesystem::remove_all(dir);
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace paceline::store

int main(int argc, char** argv) {
  paceline::store::Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seconds") == 0) settings.seconds = value;
    if (std::strcmp(argv[i], "--waiting") == 0) settings.waiting = value;
    if (std::strcmp(argv[i], "--bytes") == 0) settings.bytes = value;
  }
  return paceline::store::Run(settings);
}
