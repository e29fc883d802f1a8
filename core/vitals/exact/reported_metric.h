// One metric as a page's callbacks see it: its current value, and whether that is news.
//
// exact/ works with the entries' own doubles, in ms and in layout shift scores, because what it
// says goes back into the page; the trackers beside it work with the wire's integers.
#pragma once

#include <optional>

#include "core/base/types.h"

namespace paceline::core {

class ReportedMetric {
 public:
  // `value` below 0: none yet.
  ReportedMetric(Metric metric, bool report_all_changes, double value)
      : metric_(metric), report_all_changes_(report_all_changes), value_(value) {}

  // Another instance of the metric begins: a restore, a soft navigation.
  void Begin(double value) {
    value_ = value;
    said_.reset();
  }
  void Set(double value) { value_ = value; }

  // True when the callback is due: there is a value, it was never said or has changed since, and
  // either every change is wanted or this is the time to say it.
  bool Report(bool is_time);

  double value() const { return value_; }
  // Between the last report and the one before it; the value itself on the first.
  double delta() const { return delta_; }
  Rating rating() const;

 private:
  Metric metric_;
  bool report_all_changes_;
  double value_;
  double delta_ = 0;
  std::optional<double> said_;
};

}  // namespace paceline::core
