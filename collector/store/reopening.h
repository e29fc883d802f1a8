// Something that is opened again, by itself, after it has failed. Readers always have one.
//
// After a failure nothing that was written last is trusted: another one is opened for reading
// beside the failed one, so that reading goes on; the failed one is closed when nobody uses it any
// more; and one for writing is opened as soon as there is room, tried again once a second.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace paceline::store {

// Thread-safe.
template <typename T>
class Reopening {
 public:
  struct Options {
    // `suspect`: what failed was damaged.
    std::function<absl::StatusOr<std::shared_ptr<T>>(bool read_only, bool suspect)> open;
    // Called once a second, and before opening for writing: whether there is room for that.
    std::function<bool()> has_room;
    // What came of opening for writing.
    std::function<void(const absl::Status&)> on_reopened;
    std::chrono::milliseconds interval{1000};
  };

  explicit Reopening(Options options) : options_(std::move(options)) {}
  ~Reopening() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    // While it can still say that it failed.
    current_.reset();
  }

  // Begins with `first`. Before, nothing may be asked for.
  void Start(std::shared_ptr<T> first) {
    current_ = std::move(first);
    thread_ = std::thread([this] { Run(); });
  }

  // Stays open until it is let go of.
  std::shared_ptr<T> Pin() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  // Asks for another one. Any thread, the failed one's own too.
  void Fail(const absl::Status& status) {
    {
      const std::lock_guard lock(mutex_);
      if (failure_.ok()) failure_ = status;
    }
    wake_.notify_all();
  }

  // OK, or why nothing can be written until it has been opened again.
  absl::Status failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
  }
  bool has_room() const { return has_room_; }
  uint64_t reopened() const { return reopened_; }

 private:
  enum class Use : uint8_t { kReading, kWriting };

  void Run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      const bool failed = !failure_.ok();
      lock.unlock();
      has_room_ = options_.has_room();
      if (failed) Reopen();
      lock.lock();
      wake_.wait_for(lock, options_.interval,
                     [&] { return stopping_ || (!failed && !failure_.ok()); });
    }
  }

  void Reopen() {
    const absl::Status why = failure();
    const bool suspect = why.code() == absl::StatusCode::kDataLoss;
    if (!reading_only_) {
      auto reader = options_.open(true, false);
      // Then those who read go on with the failed one.
      if (!reader.ok()) return options_.on_reopened(reader.status());
      Replace(*std::move(reader), Use::kReading);
      reading_only_ = true;
    }
    if (!has_room_) return;
    auto writer = options_.open(false, suspect);
    if (writer.ok()) {
      reading_only_ = false;
      Replace(*std::move(writer), Use::kWriting);
    }
    options_.on_reopened(writer.status());
  }

  // Closes the one before, when nobody uses it any more. One for writing has not failed: from the
  // moment on in which it can be had.
  void Replace(std::shared_ptr<T> next, Use use) {
    std::shared_ptr<T> before;
    {
      const std::lock_guard lock(mutex_);
      before = std::exchange(current_, std::move(next));
      if (use == Use::kWriting) {
        failure_ = absl::OkStatus();
        ++reopened_;
      }
    }
    while (before.use_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<T> current_;
  absl::Status failure_;
  bool stopping_ = false;
  std::atomic<bool> has_room_ = true;
  std::atomic<uint64_t> reopened_ = 0;
  // This thread's: whether what is open is for reading.
  bool reading_only_ = false;
  std::thread thread_;
};

}  // namespace paceline::store
