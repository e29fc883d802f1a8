#include "collector/ingest/calls_in_place.h"

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <utility>
#include <vector>

#include "collector/ingest/validate_fields.h"
#include "collector/ingest/wire_cursor.h"
#include "collector/store/read_calls.h"
#include "paceline/v1/beacon.pb.h"

namespace paceline::ingest {
namespace {

// Of events, beyond that of their calls.
constexpr size_t kRoomForEvents = 256;

using v1::Beacon;
using v1::Event;

bool Skip(uint64_t tag, WireCursor* cursor) {
  uint64_t number = 0;
  uint32_t fixed = 0;
  std::string_view bytes;
  switch (static_cast<WireType>(tag & 7)) {
    case WireType::kVarint:
      return cursor->TakeVarint(&number);
    case WireType::kFixed64:
      return cursor->TakeFixed(&number);
    case WireType::kBytes:
      return cursor->TakeBytes(&bytes);
    case WireType::kFixed32:
      return cursor->TakeFixed(&fixed);
  }
  return false;
}

bool HasCall(std::string_view event) {
  WireCursor cursor(event);
  uint64_t tag = 0;
  while (cursor.TakeVarint(&tag)) {
    if (tag == TagOf(Event::kCallFieldNumber, WireType::kBytes)) return true;
    if (!Skip(tag, &cursor)) break;
  }
  return false;
}

// Where what has to do with calls stands in a Beacon's bytes: fields with their tags.
struct Places {
  std::vector<std::string_view> strings;
  std::string_view context;
  std::vector<std::string_view> calls;
};

// False for what is not canonical.
bool Find(std::string_view body, Places* places) {
  WireCursor cursor(body);
  uint64_t before = 0;
  while (!cursor.AtEnd()) {
    const char* const begin = cursor.position();
    uint64_t tag = 0;
    std::string_view bytes;
    // Strings are before events: what is put together from them relies on that.
    if (!cursor.TakeVarint(&tag) || tag < std::exchange(before, tag)) return false;
    const bool taken = static_cast<WireType>(tag & 7) == WireType::kBytes ? cursor.TakeBytes(&bytes)
                                                                          : Skip(tag, &cursor);
    if (!taken) return false;
    const std::string_view field(begin, static_cast<size_t>(cursor.position() - begin));
    switch (tag) {
      case TagOf(Beacon::kStringsFieldNumber, WireType::kBytes):
        places->strings.push_back(field);
        break;
      case TagOf(Beacon::kContextFieldNumber, WireType::kBytes):
        places->context = field;
        break;
      case TagOf(Beacon::kEventsFieldNumber, WireType::kBytes):
        if (HasCall(bytes)) places->calls.push_back(field);
        break;
      default:
        break;
    }
  }
  return true;
}

// A Beacon of these places only, with its calls read; null where that is not for here. The
// thread's next call reuses it.
const Beacon* ReadAt(const Places& places) {
  thread_local std::string bytes;
  thread_local Beacon beacon;
  bytes.clear();
  for (const std::string_view text : places.strings) bytes += text;
  bytes += places.context;
  for (const std::string_view call : places.calls) bytes += call;
  if (!beacon.ParseFromString(bytes)) return nullptr;
  for (const Event& event : beacon.events()) {
    if (!event.has_call()) return nullptr;
  }
  if (!CheckFields(&beacon, beacon.strings_size()).empty()) return nullptr;
  store::ReadCalls(&beacon);
  // Which of them has gone is not known.
  if (static_cast<size_t>(beacon.events_size()) != places.calls.size()) return nullptr;
  return &beacon;
}

}  // namespace

std::optional<std::string> WithCallsRead(std::string_view body) {
  Places places;
  if (!Find(body, &places) || places.calls.empty() || places.strings.empty()) return std::nullopt;
  const Beacon* beacon = ReadAt(places);
  if (beacon == nullptr) return std::nullopt;

  std::string read;
  read.reserve(body.size() + kRoomForEvents);
  protozero::pbf_writer writer(read);
  const char* from = body.data();
  const auto copy_to = [&](const char* to) { read.append(std::exchange(from, to), to); };
  copy_to(places.strings.back().data() + places.strings.back().size());
  for (auto i = static_cast<int>(places.strings.size()); i < beacon->strings_size(); ++i) {
    writer.add_string(Beacon::kStringsFieldNumber, beacon->strings(i));
  }
  for (size_t i = 0; i < places.calls.size(); ++i) {
    copy_to(places.calls[i].data());
    writer.add_message(Beacon::kEventsFieldNumber,
                       beacon->events(static_cast<int>(i)).SerializeAsString());
    from += places.calls[i].size();
  }
  copy_to(body.data() + body.size());
  return read;
}

}  // namespace paceline::ingest
