// Decodes one Entry of an EntryBatch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/wire/entry.h"
#include "core/wire/message_reader.h"

namespace paceline::core {

class EntryReader {
 public:
  // Appends the sources of layout shifts to `shift_sources`, which has to outlive the reader.
  explicit EntryReader(std::vector<LayoutShiftSource>* shift_sources)
      : shift_sources_(*shift_sources) {}

  // Decodes the message in `parent`'s current field; monostate for a kind that is not known.
  // Malformed input fails `parent`, and so does a layout shift whose score is none.
  void Decode(MessageReader& parent, Entry* entry);

  // Reads a string reference. The table may stand behind its users, so that the largest is checked
  // at the end.
  void ReadRef(const MessageReader& reader, uint32_t* ref) {
    reader.Read(ref);
    max_ref_ = std::max(max_ref_, *ref);
  }
  uint32_t max_ref() const { return max_ref_; }

 private:
  PageViewStart DecodePageViewStart(MessageReader& parent);
  Navigation DecodeNavigation(MessageReader& parent);
  Paint DecodePaint(MessageReader& parent);
  LargestContentfulPaint DecodeLargestContentfulPaint(MessageReader& parent);
  LayoutShift DecodeLayoutShift(MessageReader& parent);
  void AddShiftSource(MessageReader& parent, LayoutShift* shift);
  Rect DecodeRect(MessageReader& parent);
  EventTiming DecodeEventTiming(MessageReader& parent);
  VisibilityChange DecodeVisibilityChange(MessageReader& parent);
  UserInput DecodeUserInput(MessageReader& parent);
  Click DecodeClick(MessageReader& parent);

  std::vector<LayoutShiftSource>& shift_sources_;
  uint32_t max_ref_ = 0;
};

}  // namespace paceline::core
