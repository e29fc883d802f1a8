// The session window of layout shifts that is going on, summed from the entries' own doubles.
// https://web.dev/articles/cls
#pragma once

namespace paceline::core {

class ShiftSession {
 public:
  // True when the shift begins a window of its own, false when it continues the one that is going
  // on. Shifts after recent input are not for it.
  bool Add(double start_ms, double score);

  // The next shift begins a window.
  void End() { sum_ = 0; }

  double sum() const { return sum_; }

 private:
  double sum_ = 0;
  double first_ms_ = 0;
  double last_ms_ = 0;
};

}  // namespace paceline::core
