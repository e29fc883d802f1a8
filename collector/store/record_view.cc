#include "collector/store/record_view.h"

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

#include "collector/store/content_hash.h"

namespace paceline::store {
namespace {

using protozero::pbf_reader;

// Field numbers of record.proto and beacon.proto.
enum class Record : protozero::pbf_tag_type {
  kReceivedUnixMs = 1,
  kClockOffsetMs = 2,
  kContentHash = 3,
  kWeightMicro = 4,
  kDimensions = 5,
  kPageGroups = 6,
  kBeacon = 7,
  kEntryBatch = 8,
  kExternalConversion = 9,
  kStages = 10,
};
// Site to sequence are the same in all payloads, but for an ExternalConversion's fourth field.
enum class Payload : protozero::pbf_tag_type {
  kSite = 1,
  kSessionId = 2,
  kDocumentId = 3,
  kSequence = 4,
  kOriginUnixMs = 5,
  kCoversEntriesBefore = 8,
  kStrings = 9,
  kContext = 10,
  kPageViews = 11,
  kEvents = 12,
};
enum class Event : protozero::pbf_tag_type { kPageView = 1, kAt100us = 2 };
enum class Header : protozero::pbf_tag_type {
  kIndex = 1,
  kStart100us = 2,
  kNavigationType = 3,
  kUrlRef = 4,
  kReferrerRef = 5,
};

// A field of the wire type that the schema gives it. One of another type is unknown, as it is to
// protobuf.
template <typename Field>
constexpr uint32_t Varint(Field field) {
  return protozero::tag_and_type(field, protozero::pbf_wire_type::varint);
}
template <typename Field>
constexpr uint32_t Fixed64(Field field) {
  return protozero::tag_and_type(field, protozero::pbf_wire_type::fixed64);
}
template <typename Field>
constexpr uint32_t Bytes(Field field) {
  return protozero::tag_and_type(field, protozero::pbf_wire_type::length_delimited);
}

std::string_view TakeBytes(pbf_reader* reader) {
  const protozero::data_view view = reader->get_view();
  return {view.data(), view.size()};
}

PageViewHeader ReadHeader(std::string_view bytes) {
  PageViewHeader header;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case Varint(Header::kIndex):
        header.index = reader.get_uint32();
        break;
      case Varint(Header::kStart100us):
        header.start_100us = reader.get_uint32();
        break;
      case Varint(Header::kNavigationType):
        header.navigation_type = reader.get_enum();
        break;
      case Varint(Header::kUrlRef):
        header.url_ref = reader.get_uint32();
        break;
      case Varint(Header::kReferrerRef):
        header.referrer_ref = reader.get_uint32();
        break;
      default:
        reader.skip();
    }
  }
  return header;
}

EventView ReadEvent(std::string_view bytes) {
  EventView event;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case Varint(Event::kPageView):
        event.page_view = reader.get_uint32();
        break;
      case Varint(Event::kAt100us):
        event.at_100us = reader.get_uint32();
        break;
      default:
        // Everything else is a message, one of a kind.
        if (reader.wire_type() != protozero::pbf_wire_type::length_delimited) {
          reader.skip();
          break;
        }
        event.kind = static_cast<uint32_t>(reader.tag());
        event.body = TakeBytes(&reader);
    }
  }
  return event;
}

// Of a Beacon; an EntryBatch has the same up to its context.
void ReadBeaconField(pbf_reader* reader, RecordView* view) {
  const bool is_beacon = view->payload == RecordView::Payload::kBeacon;
  switch (reader->tag_and_type()) {
    case Varint(Payload::kOriginUnixMs):
      view->origin_unix_ms = reader->get_uint64();
      break;
    case Varint(Payload::kCoversEntriesBefore):
      if (!is_beacon) return reader->skip();
      view->covers_entries_before = reader->get_uint32();
      break;
    case Bytes(Payload::kStrings):
      view->strings.push_back(TakeBytes(reader));
      break;
    case Bytes(Payload::kContext):
      view->context = TakeBytes(reader);
      break;
    case Bytes(Payload::kPageViews):
      if (!is_beacon) return reader->skip();
      view->page_views.push_back(ReadHeader(TakeBytes(reader)));
      break;
    case Bytes(Payload::kEvents):
      if (!is_beacon) return reader->skip();
      view->events.push_back(ReadEvent(TakeBytes(reader)));
      break;
    default:
      reader->skip();
  }
}

// False: the field is another.
bool ReadIdentityField(pbf_reader* reader, RecordView* view) {
  switch (reader->tag_and_type()) {
    case Bytes(Payload::kSite):
      view->site = TakeBytes(reader);
      return true;
    case Bytes(Payload::kSessionId):
      view->session_id = TakeBytes(reader);
      return true;
    case Bytes(Payload::kDocumentId):
      view->document_id = TakeBytes(reader);
      return true;
    case Varint(Payload::kSequence):
      if (view->external()) return false;
      view->sequence = reader->get_uint32();
      return true;
    default:
      return false;
  }
}

void ReadPayload(RecordView* view) {
  pbf_reader reader(view->payload_bytes.data(), view->payload_bytes.size());
  while (reader.next()) {
    if (ReadIdentityField(&reader, view)) continue;
    if (view->external()) {
      reader.skip();
    } else {
      ReadBeaconField(&reader, view);
    }
  }
}

void ReadIdentity(RecordView* view) {
  pbf_reader reader(view->payload_bytes.data(), view->payload_bytes.size());
  while (reader.next()) {
    if (!ReadIdentityField(&reader, view)) reader.skip();
  }
}

void SetPayload(RecordView::Payload payload, pbf_reader* reader, RecordView* view) {
  view->payload = payload;
  view->payload_bytes = TakeBytes(reader);
}

void ReadHead(std::string_view bytes, RecordView* view) {
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case Varint(Record::kReceivedUnixMs):
        view->received_unix_ms = reader.get_uint64();
        break;
      case Varint(Record::kClockOffsetMs):
        view->clock_offset_ms = reader.get_sint64();
        break;
      case Fixed64(Record::kContentHash):
        view->content_hash = reader.get_fixed64();
        break;
      case Varint(Record::kWeightMicro):
        view->weight_micro = reader.get_uint64();
        break;
      case Bytes(Record::kDimensions):
        view->dimensions = TakeBytes(&reader);
        break;
      case Bytes(Record::kPageGroups):
        view->page_groups.push_back(TakeBytes(&reader));
        break;
      case Bytes(Record::kStages):
        view->stages.push_back(TakeBytes(&reader));
        break;
      case Bytes(Record::kBeacon):
        SetPayload(RecordView::Payload::kBeacon, &reader, view);
        break;
      case Bytes(Record::kEntryBatch):
        SetPayload(RecordView::Payload::kEntryBatch, &reader, view);
        break;
      case Bytes(Record::kExternalConversion):
        SetPayload(RecordView::Payload::kExternalConversion, &reader, view);
        break;
      default:
        reader.skip();
    }
  }
}

void Clear(RecordView* view) {
  const auto emptied = [](auto* list) {
    list->clear();
    return std::move(*list);
  };
  RecordView empty;
  empty.page_groups = emptied(&view->page_groups);
  empty.stages = emptied(&view->stages);
  empty.strings = emptied(&view->strings);
  empty.page_views = emptied(&view->page_views);
  empty.events = emptied(&view->events);
  *view = std::move(empty);
}

}  // namespace

bool ReadRecord(std::string_view bytes, RecordView* view) {
  Clear(view);
  view->bytes = bytes.size();
  try {
    ReadHead(bytes, view);
    ReadPayload(view);
    if (view->content_hash == 0 && view->payload == RecordView::Payload::kBeacon) {
      view->content_hash = ContentHash(view->payload_bytes);
    }
  } catch (const protozero::exception&) {
    return false;
  }
  return view->payload != RecordView::Payload::kNone;
}

bool IsIdOf(const BeaconId& id, std::string_view bytes) {
  thread_local RecordView view;
  Clear(&view);
  try {
    ReadHead(bytes, &view);
    ReadIdentity(&view);
  } catch (const protozero::exception&) {
    return false;
  }
  return view.payload != RecordView::Payload::kNone && id.site == view.site &&
         id.session_id == view.session_id && id.document_id == view.document_id &&
         id.sequence == view.sequence && id.external == view.external();
}

}  // namespace paceline::store
