// Threads for what may take long (queries), so that the event loops stay free for ingest.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace paceline::api {

class WorkerPool {
 public:
  WorkerPool(size_t threads, size_t max_queued);
  // Ends what is running, drops what waits.
  ~WorkerPool();

  // False when too much waits already.
  bool Run(std::function<void()> task);

 private:
  void Work();

  const size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace paceline::api
