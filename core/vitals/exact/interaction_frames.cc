#include "core/vitals/exact/interaction_frames.h"

#include <algorithm>
#include <cmath>

namespace paceline::core {
namespace {

// Durations are rounded to 8 ms: events that end closer to each other were presented together.
constexpr double kSameFrameMs = 8;

// Frames that are kept whatever they are: entries of one frame come within a frame or two of each
// other.
constexpr size_t kLatestFrames = 10;

}  // namespace

uint32_t InteractionFrames::AddEvent(double start_ms, double duration_ms,
                                     double processing_start_ms, double processing_end_ms) {
  const double presented_ms = start_ms + duration_ms;
  latest_processing_end_ms_ = std::max(latest_processing_end_ms_, processing_end_ms);
  const auto known = std::find_if(frames_.rbegin(), frames_.rend(), [&](const Frame& frame) {
    return std::abs(presented_ms - frame.presented_ms) <= kSameFrameMs;
  });
  if (known == frames_.rend()) {
    frames_.push_back(
        {++last_frame_, start_ms, processing_start_ms, processing_end_ms, presented_ms});
    return last_frame_;
  }
  known->start_ms = std::min(known->start_ms, start_ms);
  known->processing_start_ms = std::min(known->processing_start_ms, processing_start_ms);
  known->processing_end_ms = std::max(known->processing_end_ms, processing_end_ms);
  return known->number;
}

uint32_t InteractionFrames::AddLongFrame(double start_ms, double duration_ms,
                                         double style_and_layout_start_ms) {
  long_frames_.push_back({++last_long_frame_,
                          start_ms,
                          start_ms + duration_ms,
                          duration_ms,
                          style_and_layout_start_ms,
                          {}});
  return last_long_frame_;
}

InteractionFrames::Parts InteractionFrames::Divide(double start_ms, double duration_ms,
                                                   uint32_t number) const {
  Parts parts;
  const auto frame = std::find_if(frames_.begin(), frames_.end(),
                                  [&](const Frame& known) { return known.number == number; });
  // A frame may have begun with an event of before this interaction.
  parts.processing_start_ms =
      frame == frames_.end() ? start_ms : std::max(frame->processing_start_ms, start_ms);
  // Durations may be rounded down, so the paint may seem to come before the processing. And
  // processing may seem to end after the paint: a modal dialog stops neither.
  parts.next_paint_ms = std::max(start_ms + duration_ms, parts.processing_start_ms);
  parts.processing_end_ms = frame == frames_.end()
                                ? parts.processing_start_ms
                                : std::min(frame->processing_end_ms, parts.next_paint_ms);
  parts.input_delay_ms = parts.processing_start_ms - start_ms;
  parts.processing_ms = parts.processing_end_ms - parts.processing_start_ms;
  parts.presentation_ms = parts.next_paint_ms - parts.processing_end_ms;
  return parts;
}

std::vector<uint32_t> InteractionFrames::LongFramesOf(double start_ms, const Parts& parts) const {
  std::vector<uint32_t> numbers;
  for (const LongFrame& frame : long_frames_) {
    if (frame.end_ms < start_ms) continue;
    // They are in order: what follows is later still.
    if (frame.start_ms > parts.processing_end_ms) break;
    numbers.push_back(frame.number);
  }
  return numbers;
}

InteractionFrames::ScriptTotals InteractionFrames::Total(
    double start_ms, const Parts& parts, const std::vector<uint32_t>& numbers) const {
  ScriptTotals totals;
  const double processing_start_ms = start_ms + parts.input_delay_ms;
  const double processing_end_ms = processing_start_ms + parts.processing_ms;
  double last_end_ms = 0;
  for (const LongFrame& frame : long_frames_) {
    if (std::find(numbers.begin(), numbers.end(), frame.number) == numbers.end()) continue;
    last_end_ms = frame.end_ms;
    totals.style_and_layout_ms = totals.style_and_layout_ms + frame.start_ms + frame.duration_ms -
                                 frame.style_and_layout_start_ms;
    uint32_t index = 0;
    for (const Script& script : frame.scripts) {
      const uint32_t this_script = index++;
      const double end_ms = script.start_ms + script.duration_ms;
      if (end_ms < start_ms) continue;
      const double within_ms = end_ms - std::max(start_ms, script.start_ms);
      // Of the layout that the script forced, as much as of the script itself.
      const double forced_ms = script.duration_ms > 0 ? within_ms / script.duration_ms *
                                                            script.forced_style_and_layout_ms
                                                      : 0;
      totals.script_ms += within_ms - forced_ms;
      totals.style_and_layout_ms += forced_ms;
      if (!(within_ms > totals.longest_ms)) continue;
      totals.longest_ms = within_ms;
      totals.longest_frame = frame.number;
      totals.longest_script = this_script;
      totals.longest_subpart = script.start_ms < processing_start_ms  ? Subpart::kInputDelay
                               : script.start_ms >= processing_end_ms ? Subpart::kPresentation
                                                                      : Subpart::kProcessing;
    }
  }
  if (numbers.empty()) return totals;
  if (last_end_ms >= processing_end_ms) totals.paint_ms = parts.next_paint_ms - last_end_ms;
  totals.unattributed_ms = parts.next_paint_ms - start_ms - totals.script_ms -
                           totals.style_and_layout_ms - totals.paint_ms;
  return totals;
}

void InteractionFrames::Prune(const std::vector<uint32_t>& needed) {
  const size_t old_frames = frames_.size() - std::min(frames_.size(), kLatestFrames);
  const auto end_of_old = frames_.begin() + static_cast<std::ptrdiff_t>(old_frames);
  frames_.erase(std::remove_if(frames_.begin(), end_of_old,
                               [&](const Frame& frame) {
                                 return std::find(needed.begin(), needed.end(), frame.number) ==
                                        needed.end();
                               }),
                end_of_old);

  const auto meets_a_frame = [&](const LongFrame& long_frame) {
    return std::any_of(frames_.begin(), frames_.end(), [&](const Frame& frame) {
      return long_frame.end_ms >= frame.start_ms && long_frame.start_ms <= frame.processing_end_ms;
    });
  };
  const size_t old_long_frames = long_frames_.size() - std::min(long_frames_.size(), kLatestFrames);
  std::vector<LongFrame> kept;
  for (size_t i = 0; i < long_frames_.size(); ++i) {
    LongFrame& frame = long_frames_[i];
    // Its events may still be on their way.
    const bool is_latest = i >= old_long_frames && frame.start_ms > latest_processing_end_ms_;
    if (is_latest || meets_a_frame(frame)) kept.push_back(std::move(frame));
  }
  long_frames_ = std::move(kept);
}

bool InteractionFrames::HasFrame(uint32_t number) const {
  return std::any_of(frames_.begin(), frames_.end(),
                     [&](const Frame& frame) { return frame.number == number; });
}

bool InteractionFrames::HasLongFrame(uint32_t number) const {
  return std::any_of(long_frames_.begin(), long_frames_.end(),
                     [&](const LongFrame& frame) { return frame.number == number; });
}

}  // namespace paceline::core
