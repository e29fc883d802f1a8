#include "collector/ingest/decode.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <string_view>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"

namespace paceline::ingest {
namespace {

using google::protobuf::MessageLite;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Where a message type keeps what is counted before it is decoded.
struct Layout {
  std::string_view name;
  std::string_view items_name;
  int site;
  int strings;
  int items;
  // 0: has none.
  int page_views;
};

constexpr Layout kBeaconLayout = {"Beacon",
                                  "events",
                                  v1::Beacon::kSiteFieldNumber,
                                  v1::Beacon::kStringsFieldNumber,
                                  v1::Beacon::kEventsFieldNumber,
                                  v1::Beacon::kPageViewsFieldNumber};
constexpr Layout kEntryBatchLayout = {"EntryBatch",
                                      "entries",
                                      v1::EntryBatch::kSiteFieldNumber,
                                      v1::EntryBatch::kStringsFieldNumber,
                                      v1::EntryBatch::kEntriesFieldNumber,
                                      0};

SubmitResult Malformed(const Layout& layout) {
  return EndWith(
      v1::OUTCOME_REFUSED_MALFORMED,
      absl::StrCat("the body is not a protobuf message paceline.v1.", std::string(layout.name),
                   "; send its serialized bytes as they are, without encoding"));
}

SubmitResult TooMany(std::string_view what, size_t limit) {
  return EndWith(v1::OUTCOME_REFUSED_INVALID,
                 absl::StrCat("more than ", limit, " ", std::string(what),
                              "; split them over several messages"));
}

// Walks the top level of the message: a few nanoseconds a field, no allocation.
Ended CheckShape(std::string_view body, const Layout& layout, const Limits& limits) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(body.data()),
                         static_cast<int>(body.size()));
  size_t strings = 0;
  size_t items = 0;
  size_t page_views = 0;
  while (true) {
    const uint32_t tag = input.ReadTag();
    if (tag == 0) break;
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      // Groups could nest without end, and proto3 has none.
      if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_START_GROUP ||
          !WireFormatLite::SkipField(&input, tag)) {
        return Malformed(layout);
      }
      continue;
    }
    uint32_t length = 0;
    if (!input.ReadVarint32(&length) ||
        length > body.size() - static_cast<size_t>(input.CurrentPosition())) {
      return Malformed(layout);
    }
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (field == layout.strings || field == layout.site) {
      if (length > limits.max_string_bytes) {
        return EndWith(v1::OUTCOME_REFUSED_INVALID,
                       absl::StrCat("a string of ", length, " bytes; at most ",
                                    limits.max_string_bytes, " are allowed"));
      }
      if (!core::IsValidUtf8(body.substr(static_cast<size_t>(input.CurrentPosition()), length))) {
        return EndWith(v1::OUTCOME_REFUSED_INVALID, "a string is not valid UTF-8");
      }
      if (field == layout.strings && ++strings > limits.max_strings) {
        return TooMany("strings", limits.max_strings);
      }
    } else if (field == layout.items && ++items > limits.max_items) {
      return TooMany(layout.items_name, limits.max_items);
    } else if (field == layout.page_views && ++page_views > limits.max_page_views) {
      return TooMany("page_views", limits.max_page_views);
    }
    input.Skip(static_cast<int>(length));
  }
  if (!input.ConsumedEntireMessage()) return Malformed(layout);
  return std::nullopt;
}

bool Parse(std::string_view body, MessageLite* message) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(body.data()),
                         static_cast<int>(body.size()));
  input.SetRecursionLimit(kMaxNesting);
  return message->ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

}  // namespace

Ended Decode(const Submission& submission, const Limits& limits, v1::JournalRecord* record) {
  const std::string_view body = submission.body;
  if (body.empty()) {
    return EndWith(v1::OUTCOME_REFUSED_EMPTY,
                   "the body is empty; a serialized message is expected");
  }
  if (body.size() > limits.max_body_bytes) {
    return EndWith(v1::OUTCOME_REFUSED_TOO_LARGE,
                   absl::StrCat("the body has ", body.size(), " bytes; at most ",
                                limits.max_body_bytes, " are allowed"));
  }
  const bool is_beacon = submission.kind == Submission::Kind::kBeacon;
  const Layout& layout = is_beacon ? kBeaconLayout : kEntryBatchLayout;
  if (Ended ended = CheckShape(body, layout, limits)) return ended;
  if (is_beacon) {
    v1::Beacon* beacon = record->mutable_beacon();
    if (!Parse(body, beacon)) return Malformed(layout);
    beacon->DiscardUnknownFields();
  } else {
    v1::EntryBatch* batch = record->mutable_entry_batch();
    if (!Parse(body, batch)) return Malformed(layout);
    batch->DiscardUnknownFields();
  }
  return std::nullopt;
}

}  // namespace paceline::ingest
