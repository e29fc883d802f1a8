// Finds runs of angry clicks.
//
// A run is three or more clicks of one page view (ClickRules has the numbers), each at most one
// second after the one before and around one place: within 30 CSS pixels of the run's first click,
// or on the same named target (a button that moves is still the button). Clicks where many are
// natural (carets, selects, players, carousels, selecting text) are no part of a run, and what came
// before them counts only if it was three clicks already: the first click of a double click has
// selected nothing yet. A run is over when a click comes that is not of it, when more than a second
// has passed, when the page is hidden, or when another page view begins. So what a run is follows
// from the clicks alone, never from how they were batched.
//
// Not thread-safe.
#pragma once

#include <cstdint>

#include "core/behavior/click_rules.h"
#include "core/wire/entry.h"
#include "core/wire/event_log.h"

namespace paceline::core {

class RageClickDetector {
 public:
  void SetRules(const ClickRules& rules) { rules_ = rules; }
  const ClickRules& rules() const { return rules_; }

  // Each of these appends to `events` the run that is over by it, if it was three clicks or more,
  // at the time of its first click.
  void Observe(const Click& click, uint32_t page_view, EventLog* events);
  // Time has come to `now_100us`.
  void Advance(uint32_t now_100us, EventLog* events);
  // The page was hidden, or its page view ended.
  void End(EventLog* events);

  // The run that goes on is already one of rage.
  bool InRage() const { return run_.count >= rules_.rage_clicks; }

 private:
  bool Continues(const Click& click) const;

  ClickRules rules_;
  // No click yet: count 0.
  RageClickEvent run_;
  uint32_t page_view_ = 0;
  uint32_t first_100us_ = 0;
  uint32_t last_100us_ = 0;
};

}  // namespace paceline::core
