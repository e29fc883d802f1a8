#include "core/wire/event_log.h"

#include "core/wire/message_codec.h"

namespace paceline::core {

void EventLog::AddMessage(uint32_t page_view, uint32_t at_100us, FieldNumber kind,
                          std::string_view message) {
  events_.push_back({page_view, at_100us, kind, static_cast<uint32_t>(bytes_.size()),
                     static_cast<uint32_t>(message.size())});
  bytes_.Append(message);
}

void EventLog::AddFields(uint32_t page_view, uint32_t at_100us, EventField kind,
                         const void* fields) {
  Bytes message;
  EncodeFields(fields, TableOf(kind), kSameRefs, &message);
  AddMessage(page_view, at_100us, static_cast<FieldNumber>(kind), message);
}

void EventLog::EraseFirst(size_t count) {
  events_.erase(events_.begin(), events_.begin() + count);
  if (events_.empty()) bytes_.clear();
}

}  // namespace paceline::core
