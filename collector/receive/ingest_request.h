// What a SendRequest or a StreamRequest holds, found in its bytes. Beacons and entry batches stay
// bytes: they are decoded once, behind Submit, and most of them not even there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/ingest/submit.h"

namespace paceline::receive {

// Beacons and entry batches of one request.
inline constexpr size_t kMaxItemsPerRequest = 4096;

struct IngestItem {
  ingest::Submission::Kind kind;
  // In the request's bytes.
  std::string_view bytes;
};

struct IngestRequest {
  // Of a StreamRequest.
  uint64_t position = 0;
  // Beacons first, then entry batches, each in the sender's order.
  std::vector<IngestItem> items;
};

// The site that a Beacon or an EntryBatch names; empty when it names none, or is neither. Nothing
// but this field is looked at.
std::string_view SiteOf(std::string_view item);

// Read into `*request`; what is wrong, and what would be right, or nothing when all is well.
std::string ReadSendRequest(std::string_view bytes, IngestRequest* request);
std::string ReadStreamRequest(std::string_view bytes, IngestRequest* request);

}  // namespace paceline::receive
