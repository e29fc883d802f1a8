// Compressed bodies. A sender cannot say so in a header: a request with Content-Encoding would make
// the browser ask first (CORS preflight). So the body says it itself, by its first bytes, with
// which no serialized Beacon or EntryBatch begins: the agent's Beacons are packed
// (core/wire/pack.h), and gzip's two bytes would, as a protobuf tag, be field 3, wire type 7, which
// there is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paceline::receive {

// Whether `body` says that it is packed, or gzip (RFC 1952): 0x1f 0x8b.
bool IsCompressed(std::string_view body);

enum class DecompressStatus : uint8_t {
  kOk,
  // Neither, cut short, or of gzip, with a wrong checksum, or with anything (another member, too)
  // behind its end.
  kMalformed,
  // More than the limit. Found before more than that is held in memory.
  kTooLarge,
};

// Replaces `*plain` with what `body` holds, `max_bytes` at most. Unless kOk, `*plain` is empty.
DecompressStatus Decompress(std::string_view body, uint64_t max_bytes, std::string* plain);

}  // namespace paceline::receive
