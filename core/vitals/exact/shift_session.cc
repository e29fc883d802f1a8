#include "core/vitals/exact/shift_session.h"

namespace paceline::core {
namespace {

constexpr double kMaxGapMs = 1000;
constexpr double kMaxSpanMs = 5000;

}  // namespace

bool ShiftSession::Add(double start_ms, double score) {
  const bool continues =
      sum_ > 0 && start_ms - last_ms_ < kMaxGapMs && start_ms - first_ms_ < kMaxSpanMs;
  if (!continues) {
    sum_ = 0;
    first_ms_ = start_ms;
  }
  sum_ += score;
  last_ms_ = start_ms;
  return !continues;
}

}  // namespace paceline::core
