// What a slow interaction's time was spent on: the events that its frame presented, and the long
// animation frames that it took. https://w3c.github.io/event-timing/,
// https://w3c.github.io/long-animation-frames/
//
// Events and long animation frames arrive in either order, so those of the latest frames are kept.
#pragma once

#include <cstdint>
#include <vector>

namespace paceline::core {

class InteractionFrames {
 public:
  // Where in an interaction a script ran.
  enum class Subpart : uint8_t {
    kNone = 0,
    kInputDelay = 1,
    kProcessing = 2,
    kPresentation = 3,
  };

  struct Script {
    double start_ms = 0;
    double duration_ms = 0;
    double forced_style_and_layout_ms = 0;
  };

  struct Parts {
    double processing_start_ms = 0;
    double processing_end_ms = 0;
    double next_paint_ms = 0;
    double input_delay_ms = 0;
    double processing_ms = 0;
    double presentation_ms = 0;
  };

  struct ScriptTotals {
    // Of the long animation frame `longest_frame`, its script `longest_script`, as they were added.
    Subpart longest_subpart = Subpart::kNone;
    uint32_t longest_frame = 0;
    uint32_t longest_script = 0;
    double longest_ms = 0;
    double script_ms = 0;
    double style_and_layout_ms = 0;
    double paint_ms = 0;
    double unattributed_ms = 0;
  };

  // An event of the frame that was presented when it ended. Returns the frame's number, from 1.
  uint32_t AddEvent(double start_ms, double duration_ms, double processing_start_ms,
                    double processing_end_ms);

  // A long animation frame; returns its number, from 1. Its scripts follow, in their order.
  uint32_t AddLongFrame(double start_ms, double duration_ms, double style_and_layout_start_ms);
  void AddScript(const Script& script) { long_frames_.back().scripts.push_back(script); }

  // Divides an interaction whose first entry has these times and was presented by `frame`.
  Parts Divide(double start_ms, double duration_ms, uint32_t frame) const;

  // Numbers of the long animation frames that it took, earliest first.
  std::vector<uint32_t> LongFramesOf(double start_ms, const Parts& parts) const;

  // All 0 when there is none.
  ScriptTotals Total(double start_ms, const Parts& parts,
                     const std::vector<uint32_t>& long_frames) const;

  // Forgets frames but the latest and those `needed`, and long animation frames that
  // neither meet one of them nor are later than all events.
  void Prune(const std::vector<uint32_t>& needed);
  bool HasFrame(uint32_t number) const;
  bool HasLongFrame(uint32_t number) const;

 private:
  struct Frame {
    uint32_t number = 0;
    double start_ms = 0;
    double processing_start_ms = 0;
    double processing_end_ms = 0;
    double presented_ms = 0;
  };
  struct LongFrame {
    uint32_t number = 0;
    double start_ms = 0;
    double end_ms = 0;
    double duration_ms = 0;
    double style_and_layout_start_ms = 0;
    std::vector<Script> scripts;
  };

  std::vector<Frame> frames_;
  std::vector<LongFrame> long_frames_;
  uint32_t last_frame_ = 0;
  uint32_t last_long_frame_ = 0;
  double latest_processing_end_ms_ = 0;
};

}  // namespace paceline::core
