// What the vitals of one page view have in common: its times, and whether it was still visible and
// untouched.
#pragma once

#include <cstdint>

#include "core/base/units.h"
#include "core/wire/entry.h"

namespace paceline::core {

struct PageViewState {
  uint32_t start_100us = 0;
  uint32_t activation_start_100us = 0;
  // When the page view was first hidden: what is painted or first touched from then on does not
  // count.
  uint32_t first_hidden_100us = kNever100us;
  // First trusted key or click: the browser's last largest paint is before it.
  uint32_t first_input_100us = kNever100us;
  // Back from the back/forward cache: nothing was loaded, its paint is the one after the restore.
  bool restored = false;
  // A soft navigation: nothing was loaded, and it counts from its start, which is its activation.
  bool soft = false;
  // A route: it has shifts of its own, but no paints that anybody could tell from others.
  bool route = false;
  // PageViewStart::unmeasurable_metrics.
  uint32_t unmeasurable_metrics = 0;

  bool CanMeasure(Metric metric) const {
    return (unmeasurable_metrics >> static_cast<unsigned>(metric) & 1u) == 0;
  }
  // A prerendered page counts from its activation; what was painted before counts as painted then.
  uint32_t SinceActivation(uint32_t time_100us) const {
    return SaturatingDifference(time_100us, activation_start_100us);
  }
  bool VisibleUntil(uint32_t time_100us) const { return time_100us < first_hidden_100us; }
};

}  // namespace paceline::core
