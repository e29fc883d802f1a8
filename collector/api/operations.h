// Long work on a running collector, one piece at a time: backup, erasing, rebuilding.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "paceline/v1/operation.pb.h"

namespace paceline::api {

// Thread-safe.
class Operations {
 public:
  // Says how far it is; total 0: not known. False: the collector stops, and what can stop should.
  using Progress = std::function<bool(uint64_t done, uint64_t total)>;
  // Answers what came of it, in a sentence.
  using Work = std::function<absl::StatusOr<std::string>(const Progress&)>;

  // Called when one has ended, for the log.
  explicit Operations(std::function<void(const v1::OperationStatus&)> on_end)
      : on_end_(std::move(on_end)) {}
  // Asks what runs to stop, and waits for it.
  ~Operations();

  // Begins `work` on a thread of its own. Aborted: another one runs.
  absl::StatusOr<v1::OperationStatus> Start(std::string name, std::string unit, Work work);
  // What runs, or ran last.
  v1::OperationStatus Status() const;

 private:
  void Run(const Work& work);

  const std::function<void(const v1::OperationStatus&)> on_end_;
  mutable std::mutex mutex_;
  v1::OperationStatus status_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace paceline::api
