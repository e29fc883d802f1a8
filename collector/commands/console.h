// What commands say on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/status/status.h"

namespace paceline::commands {

// The status of a command that could not do its work.
inline constexpr int kFailed = 2;

inline int Fail(const absl::Status& status) {
  std::fprintf(stderr, "error: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

// Says how far something is, once a second at most.
class ProgressLine {
 public:
  void Say(const std::string& what, uint64_t done, uint64_t total, const std::string& unit) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    std::fprintf(stderr, "%s: %llu", what.c_str(), static_cast<unsigned long long>(done));
    if (total > 0) std::fprintf(stderr, " of %llu", static_cast<unsigned long long>(total));
    std::fprintf(stderr, " %s\n", unit.c_str());
  }

 private:
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace paceline::commands
