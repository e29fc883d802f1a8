// The events of a document that are still to be said, but for vitals, which say themselves when
// they changed.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/wire/event.h"

namespace paceline::core {

class EventLog {
 public:
  // An event that is a struct with a kind of its own. References are numbers of the pool.
  template <typename Struct>
  void Add(uint32_t page_view, uint32_t at_100us, const Struct& event) {
    AddFields(page_view, at_100us, Struct::kKind, &event);
  }
  // The same: `fields` is the struct of that kind.
  void AddFields(uint32_t page_view, uint32_t at_100us, EventField kind, const void* fields);
  // One whose message is written already; `kind` is its number in Event.
  void AddMessage(uint32_t page_view, uint32_t at_100us, FieldNumber kind,
                  std::string_view message);

  // In the order in which they came.
  const PodVector<Event>& events() const { return events_; }
  // What Event::begin counts in.
  std::string_view bytes() const { return bytes_; }
  // Forgets the first `count`.
  void EraseFirst(size_t count);

 private:
  PodVector<Event> events_;
  Bytes bytes_;
};

}  // namespace paceline::core
