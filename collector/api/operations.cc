#include "collector/api/operations.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace paceline::api {

Operations::~Operations() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<v1::OperationStatus> Operations::Start(std::string name, std::string unit,
                                                      Work work) {
  const std::lock_guard lock(mutex_);
  if (status_.state() == v1::OperationStatus::STATE_RUNNING) {
    return absl::AbortedError(
        absl::StrCat("another operation runs: ", status_.name(), "; wait until it has ended"));
  }
  if (thread_.joinable()) thread_.join();
  const uint64_t number = status_.number() + 1;
  status_.Clear();
  status_.set_number(number);
  status_.set_name(std::move(name));
  status_.set_unit(std::move(unit));
  status_.set_state(v1::OperationStatus::STATE_RUNNING);
  thread_ = std::thread([this, work = std::move(work)] { Run(work); });
  return status_;
}

void Operations::Run(const Work& work) {
  const absl::StatusOr<std::string> result = work([this](uint64_t done, uint64_t total) {
    const std::lock_guard lock(mutex_);
    status_.set_done(done);
    status_.set_total(total);
    return !stopping_;
  });
  v1::OperationStatus ended;
  {
    const std::lock_guard lock(mutex_);
    ended = status_;
  }
  ended.set_state(result.ok() ? v1::OperationStatus::STATE_DONE
                              : v1::OperationStatus::STATE_FAILED);
  ended.set_message(result.ok() ? *result : std::string(result.status().message()));
  if (on_end_) on_end_(ended);
  const std::lock_guard lock(mutex_);
  status_ = std::move(ended);
}

v1::OperationStatus Operations::Status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace paceline::api
