// By which rules clicks are judged: the page's options with the defaults filled in.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/units.h"
#include "core/wire/entry.h"

namespace paceline::core {

// Numbers of proto/paceline/v1/entry.proto, Entry.ClickFlag.
enum class ClickFlag : uint8_t {
  kEdits = 1,
  kSelects = 2,
  kMedia = 3,
  kRepeats = 4,
  kSelectsText = 5,
  kModified = 6,
  kIgnored = 7,
  kInert = 8,
};

struct ClickRules {
  // Three or more, each within a second of the one before: what session tools commonly call a rage
  // click.
  uint32_t rage_clicks = 3;
  uint32_t rage_interval_100us = k100usPerSecond;
  // A pointer that is hit again and again moves a little; two buttons side by side lie farther
  // apart.
  uint32_t rage_radius_px = 30;
  uint32_t error_click_100us = k100usPerSecond;
  // Bit n: ClickFlag n excuses nothing.
  uint32_t judged_flags = 0;

  // A click in whose place many clicks are natural (EDITS to IGNORED): it is no part of a rage.
  bool IsExcused(uint32_t flags) const { return (flags & ~judged_flags & kExcusing) != 0; }
  // A click that nothing need come of: excused, or on nothing that looks like something to click.
  bool MayStayUnanswered(uint32_t flags) const {
    return (flags & ~judged_flags & (kExcusing | kInert)) != 0;
  }

 private:
  static constexpr uint32_t kInert = 1u << static_cast<unsigned>(ClickFlag::kInert);
  static constexpr uint32_t kExcusing = kInert - (1u << static_cast<unsigned>(ClickFlag::kEdits));
};

// `rules` with 0 read as the default, and bounded, so that nothing overflows.
constexpr ClickRules ClickRulesOf(const BehaviorRules& rules) {
  constexpr uint32_t kMaxMs = 60'000;
  constexpr uint32_t kMaxRadiusPx = 10'000;
  ClickRules result;
  if (rules.rage_clicks != 0) result.rage_clicks = rules.rage_clicks;
  if (rules.rage_interval_ms != 0) {
    result.rage_interval_100us = std::min(rules.rage_interval_ms, kMaxMs) * k100usPerMillisecond;
  }
  if (rules.rage_radius_px != 0) {
    result.rage_radius_px = std::min(rules.rage_radius_px, kMaxRadiusPx);
  }
  if (rules.error_click_ms != 0) {
    result.error_click_100us = std::min(rules.error_click_ms, kMaxMs) * k100usPerMillisecond;
  }
  result.judged_flags = rules.judged_click_flags;
  return result;
}

}  // namespace paceline::core
