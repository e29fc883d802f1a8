// Compressed bodies. A page compresses what is worth it and cannot say so in a header: a request
// with Content-Encoding would make the browser ask first (CORS preflight). So gzip says it itself,
// by its first two bytes, with which no serialized Beacon or EntryBatch begins: as a protobuf tag
// they would be field 3, wire type 7, which there is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paceline::receive {

// Whether `body` says that it is gzip (RFC 1952): 0x1f 0x8b.
bool IsGzip(std::string_view body);

enum class DecompressStatus : uint8_t {
  kOk,
  // Not gzip, cut short, with a wrong checksum, or with anything (another member, too) behind its
  // end.
  kMalformed,
  // More than the limit. Found before more than that is held in memory.
  kTooLarge,
};

// Replaces `*plain` with what `gzip` holds, `max_bytes` at most. Unless kOk, `*plain` is empty.
DecompressStatus Decompress(std::string_view gzip, uint64_t max_bytes, std::string* plain);

}  // namespace paceline::receive
