#include "collector/receive/ingest_request.h"

#include <algorithm>
#include <protozero/pbf_reader.hpp>

#include "absl/strings/str_cat.h"
#include "paceline/v1/ingest.pb.h"

namespace paceline::receive {
namespace {

using Kind = ingest::Submission::Kind;
using protozero::pbf_wire_type;

struct Fields {
  const char* message;
  // 0: has none.
  uint32_t position;
  uint32_t beacons;
  uint32_t entry_batches;
};

constexpr Fields kSendFields = {"SendRequest", 0, v1::SendRequest::kBeaconsFieldNumber,
                                v1::SendRequest::kEntryBatchesFieldNumber};
constexpr Fields kStreamFields = {"StreamRequest", v1::StreamRequest::kPositionFieldNumber,
                                  v1::StreamRequest::kBeaconsFieldNumber,
                                  v1::StreamRequest::kEntryBatchesFieldNumber};

// False when a known field has a type of its own making. Throws on what is no protobuf.
bool ReadFields(protozero::pbf_reader reader, const Fields& fields, IngestRequest* request) {
  while (reader.next()) {
    const uint32_t tag = reader.tag();
    if (tag == fields.beacons || tag == fields.entry_batches) {
      if (reader.wire_type() != pbf_wire_type::length_delimited) return false;
      const protozero::data_view item = reader.get_view();
      request->items.push_back(
          {tag == fields.beacons ? Kind::kBeacon : Kind::kEntryBatch, {item.data(), item.size()}});
      // One more than allowed says enough.
      if (request->items.size() > kMaxItemsPerRequest) return true;
    } else if (tag == fields.position) {
      if (reader.wire_type() != pbf_wire_type::varint) return false;
      request->position = reader.get_uint64();
    } else {
      reader.skip();
    }
  }
  return true;
}

std::string Read(std::string_view bytes, const Fields& fields, IngestRequest* request) {
  request->position = 0;
  request->items.clear();
  bool is_message = false;
  try {
    is_message = ReadFields(protozero::pbf_reader(bytes.data(), bytes.size()), fields, request);
  } catch (const protozero::exception&) {
  }
  if (!is_message) {
    return absl::StrCat("The message is not a paceline.v1.", fields.message, ".");
  }
  if (request->items.size() > kMaxItemsPerRequest) {
    return absl::StrCat("A message has at most ", kMaxItemsPerRequest,
                        " beacons and entry batches; send more messages.");
  }
  std::stable_partition(request->items.begin(), request->items.end(),
                        [](const IngestItem& item) { return item.kind == Kind::kBeacon; });
  return {};
}

}  // namespace

std::string_view SiteOf(std::string_view item) {
  static_assert(int{v1::Beacon::kSiteFieldNumber} == int{v1::EntryBatch::kSiteFieldNumber});
  try {
    protozero::pbf_reader reader(item.data(), item.size());
    if (!reader.next(v1::Beacon::kSiteFieldNumber, pbf_wire_type::length_delimited)) return {};
    const protozero::data_view site = reader.get_view();
    return {site.data(), site.size()};
  } catch (const protozero::exception&) {
    return {};
  }
}

std::string ReadSendRequest(std::string_view bytes, IngestRequest* request) {
  return Read(bytes, kSendFields, request);
}

std::string ReadStreamRequest(std::string_view bytes, IngestRequest* request) {
  return Read(bytes, kStreamFields, request);
}

}  // namespace paceline::receive
