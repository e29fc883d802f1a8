// The module inside @paceline/agent/web-vitals: core/vitals/exact behind plain functions over
// numbers. No logic.
//
// A tracker is what one call of onLCP, onINP, onCLS, onFCP or onTTFB follows, named by a number.
// Answers of more than one number are read one by one with answer(), until the next call. The
// page keeps the entries themselves. exports.js repeats the functions' names;
// js-shim/src/web-vitals/core.ts has the types.
#include <emscripten.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/vitals/exact/interaction_frames.h"
#include "core/vitals/exact/longest_interactions.h"
#include "core/vitals/exact/reported_metric.h"
#include "core/vitals/exact/shift_session.h"
#include "core/vitals/interaction_counter.h"
#include "core/vitals/subparts.h"

namespace {

using paceline::core::InteractionFrames;
using paceline::core::LongestInteractions;
using paceline::core::Metric;
using paceline::core::ReportedMetric;
using paceline::core::ShiftSession;

constexpr uint32_t kOutputs = 64;

double g_output[kOutputs];

struct Tracker {
  Tracker(Metric metric, bool report_all_changes, double value)
      : reported(metric, report_all_changes, value) {}
  ReportedMetric reported;
  ShiftSession shifts;
  LongestInteractions interactions;
  InteractionFrames frames;
  // The frame of the interaction that is the metric's value.
  uint32_t reported_frame = 0;
  // The interaction count when the metric began.
  double first_interaction = 0;
};

// Never freed: a page asks for a handful, and they live as long as it does.
std::vector<Tracker*>& Trackers() {
  static std::vector<Tracker*> trackers;
  return trackers;
}

Tracker& At(uint32_t tracker) { return *Trackers()[tracker]; }

paceline::core::InteractionCounter& Counter() {
  static paceline::core::InteractionCounter counter;
  return counter;
}

template <typename... Values>
void Answer(Values... values) {
  double* output = g_output;
  ((*output++ = static_cast<double>(values)), ...);
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE double answer(uint32_t index) { return g_output[index]; }

// `metric`: its number in the schema. `value` below 0: none yet. Returns the tracker.
EMSCRIPTEN_KEEPALIVE uint32_t track(uint32_t metric, bool report_all_changes, double value) {
  Trackers().push_back(new Tracker(static_cast<Metric>(metric), report_all_changes, value));
  return static_cast<uint32_t>(Trackers().size() - 1);
}

// Another instance of the metric: after a restore or a soft navigation.
EMSCRIPTEN_KEEPALIVE void begin(uint32_t tracker, double value, double interaction_count) {
  Tracker& at = At(tracker);
  at.reported.Begin(value);
  at.shifts.End();
  at.interactions.Clear();
  at.reported_frame = 0;
  at.first_interaction = interaction_count;
}

// 0: nothing to report; else the rating. Answers value and delta.
EMSCRIPTEN_KEEPALIVE uint32_t report(uint32_t tracker, bool is_time) {
  ReportedMetric& reported = At(tracker).reported;
  if (!reported.Report(is_time)) return 0;
  Answer(reported.value(), reported.delta());
  return static_cast<uint32_t>(reported.rating());
}

// A time that counts from `origin_ms`, unless the page was hidden before. Returns whether it
// counts.
EMSCRIPTEN_KEEPALIVE bool reach(uint32_t tracker, double time_ms, double origin_ms,
                                double first_hidden_ms) {
  if (!(time_ms < first_hidden_ms)) return false;
  At(tracker).reported.Set(paceline::core::SinceOrZero(time_ms, origin_ms));
  return true;
}

// 0: after recent input, does not count; 1: in the window that is going on; 2: begins one.
EMSCRIPTEN_KEEPALIVE uint32_t shift(uint32_t tracker, double start_ms, double score,
                                    bool had_recent_input) {
  if (had_recent_input) return 0;
  return At(tracker).shifts.Add(start_ms, score) ? 2 : 1;
}

// Returns whether the window that is going on is the largest now, and so the value.
EMSCRIPTEN_KEEPALIVE bool take_window(uint32_t tracker) {
  Tracker& at = At(tracker);
  if (!(at.shifts.sum() > at.reported.value())) return false;
  at.reported.Set(at.shifts.sum());
  return true;
}

// A LongestInteractions::Verdict. Answers the entry's frame and the interaction dropped, or 0.
EMSCRIPTEN_KEEPALIVE uint32_t observe_event(uint32_t tracker, double interaction_id,
                                            double start_ms, double duration_ms,
                                            double processing_start_ms, double processing_end_ms) {
  Tracker& at = At(tracker);
  const uint32_t frame =
      at.frames.AddEvent(start_ms, duration_ms, processing_start_ms, processing_end_ms);
  LongestInteractions::Verdict verdict = LongestInteractions::Verdict::kPassedOver;
  if (interaction_id != 0) {
    verdict = at.interactions.Observe(interaction_id, start_ms, duration_ms, frame);
  }
  Answer(frame, at.interactions.dropped_id());
  return static_cast<uint32_t>(verdict);
}

// Whether the value is another one now. Answers the interaction's id; 0: it had no entry.
EMSCRIPTEN_KEEPALIVE bool estimate(uint32_t tracker, double interaction_count, bool may_be_unseen) {
  Tracker& at = At(tracker);
  const double count = interaction_count - at.first_interaction;
  const LongestInteractions::Interaction* found = at.interactions.Estimate(count);
  if (found == nullptr && !(may_be_unseen && count != 0)) return false;
  const double latency_ms = found != nullptr ? found->latency_ms : paceline::core::kTooShortToSeeMs;
  if (latency_ms == at.reported.value()) return false;
  at.reported.Set(latency_ms);
  at.reported_frame = found != nullptr ? found->frame : 0;
  Answer(found != nullptr ? found->id : 0);
  return true;
}

EMSCRIPTEN_KEEPALIVE uint32_t add_long_frame(uint32_t tracker, double start_ms, double duration_ms,
                                             double style_and_layout_start_ms) {
  return At(tracker).frames.AddLongFrame(start_ms, duration_ms, style_and_layout_start_ms);
}

// Of the long frame that was added last.
EMSCRIPTEN_KEEPALIVE void add_script(uint32_t tracker, double start_ms, double duration_ms,
                                     double forced_style_and_layout_ms) {
  At(tracker).frames.AddScript({start_ms, duration_ms, forced_style_and_layout_ms});
}

// Of the interaction that is the value and whose first entry has these times. Answers next paint,
// input delay, processing, presentation, the longest script's subpart, frame, index and time, the
// totals of scripts, style and layout, paint and the rest, and the numbers of the long frames,
// whose count is returned.
EMSCRIPTEN_KEEPALIVE uint32_t divide_interaction(uint32_t tracker, double start_ms,
                                                 double duration_ms) {
  const Tracker& at = At(tracker);
  const auto parts = at.frames.Divide(start_ms, duration_ms, at.reported_frame);
  const std::vector<uint32_t> long_frames = at.frames.LongFramesOf(start_ms, parts);
  const auto totals = at.frames.Total(start_ms, parts, long_frames);
  Answer(parts.next_paint_ms, parts.input_delay_ms, parts.processing_ms, parts.presentation_ms,
         totals.longest_subpart, totals.longest_frame, totals.longest_script, totals.longest_ms,
         totals.script_ms, totals.style_and_layout_ms, totals.paint_ms, totals.unattributed_ms);
  constexpr uint32_t kFirst = 12;
  const size_t count = std::min<size_t>(long_frames.size(), kOutputs - kFirst);
  std::copy_n(long_frames.begin(), count, g_output + kFirst);
  return static_cast<uint32_t>(count);
}

EMSCRIPTEN_KEEPALIVE void prune(uint32_t tracker) {
  Tracker& at = At(tracker);
  std::vector<uint32_t> needed = {at.reported_frame};
  for (const auto& interaction : at.interactions.longest()) needed.push_back(interaction.frame);
  at.frames.Prune(needed);
}

EMSCRIPTEN_KEEPALIVE bool has_frame(uint32_t tracker, uint32_t number) {
  return At(tracker).frames.HasFrame(number);
}

EMSCRIPTEN_KEEPALIVE bool has_long_frame(uint32_t tracker, uint32_t number) {
  return At(tracker).frames.HasLongFrame(number);
}

// For browsers without performance.interactionCount.
EMSCRIPTEN_KEEPALIVE void count_interaction(uint32_t interaction_id) {
  Counter().ObserveId(interaction_id);
}
EMSCRIPTEN_KEEPALIVE uint32_t interaction_count() { return Counter().Count(); }

// Answers time to first byte, load delay, load duration and render delay. A resource whose three
// times are 0 is none.
EMSCRIPTEN_KEEPALIVE void divide_lcp(double value_ms, double origin_ms, double response_start_ms,
                                     double resource_start_ms, double request_start_ms,
                                     double response_end_ms) {
  const paceline::core::ResourceTimes<double> resource = {resource_start_ms, request_start_ms,
                                                          response_end_ms};
  const bool has_resource = resource_start_ms != 0 || request_start_ms != 0 || response_end_ms != 0;
  const auto parts = paceline::core::DivideLcp(value_ms, origin_ms, response_start_ms,
                                               has_resource ? &resource : nullptr);
  Answer(parts.time_to_first_byte, parts.resource_load_delay, parts.resource_load_duration,
         parts.element_render_delay);
}

// Whether a resource was asked for before the paint, and so may be what was painted.
EMSCRIPTEN_KEEPALIVE bool may_have_painted(double resource_start_ms, double request_start_ms,
                                           double paint_ms) {
  const paceline::core::ResourceTimes<double> resource = {resource_start_ms, request_start_ms, 0};
  return resource.RequestOrStart() <= paint_ms;
}

// Answers time to first byte, and from there to the paint.
EMSCRIPTEN_KEEPALIVE void divide_fcp(double value_ms, double origin_ms, double response_start_ms) {
  const auto parts = paceline::core::DivideFcp(value_ms, origin_ms, response_start_ms);
  Answer(parts.time_to_first_byte, parts.first_byte_to_fcp);
}

// Answers waiting, cache, DNS, connection and request.
EMSCRIPTEN_KEEPALIVE void divide_ttfb(double value_ms, double origin_ms, double worker_start_ms,
                                      double fetch_start_ms, double domain_lookup_start_ms,
                                      double connect_start_ms, double connect_end_ms) {
  const auto parts = paceline::core::DivideTtfb(
      value_ms, origin_ms,
      {worker_start_ms, fetch_start_ms, domain_lookup_start_ms, connect_start_ms, connect_end_ms});
  Answer(parts.waiting, parts.cache, parts.dns, parts.connection, parts.request);
}

// A LoadState.
EMSCRIPTEN_KEEPALIVE uint32_t load_state(double at_ms, bool known, double dom_interactive_ms,
                                         double dom_content_loaded_ms, double dom_complete_ms) {
  return static_cast<uint32_t>(paceline::core::LoadStateAt(
      at_ms, known, {dom_interactive_ms, dom_content_loaded_ms, dom_complete_ms}));
}

}  // extern "C"
