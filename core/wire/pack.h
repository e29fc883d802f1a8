// Packs Beacons for their way. A Beacon is short, and much like all others: before a general
// compressor such as gzip has learnt what it is like, it is over, and what a browser offers takes
// its time, which a page that is being closed has not. So a Beacon is written with references into
// a text that both sides know, a dictionary of what Beacons are made of, followed by itself.
//
//   packed   = mark run sequence*            the end of the body ends it
//   run      = varint(length) byte{length}   literals
//   sequence = match run of its literals
//   match    = 16 bits, the low byte first:
//                bits 5 to 15  distance: how far before this place the copied bytes begin, from 1
//                bits 2 to 4   length - 3; 7: at least 10, and varint(length - 10) follows
//                bits 0 and 1  number of literals that follow; 3: at least 3, and
//                              varint(number - 3) follows
//
// The copied bytes may overlap those that they make. The dictionary and the format never change: a
// later one would have a mark of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace paceline::core {

// No message begins so: as a protobuf tag it would be field 0.
inline constexpr char kPackedMark = 0x07;

// What comes before every text; itself a Beacon, of the most usual strings and events.
extern const std::string_view kPackDictionary;

// Replaces `*packed`. The same text always gives the same bytes.
void Pack(std::string_view plain, Bytes* packed);

inline bool IsPacked(std::string_view body) { return body.starts_with(kPackedMark); }

enum class UnpackStatus : uint8_t {
  kOk,
  // Cut short, or with a match of what is not there.
  kMalformed,
  // More than the limit. Found before more than that is held in memory.
  kTooLarge,
};

// Replaces `*plain` with what `packed` holds, `max_bytes` at most. Unless kOk, `*plain` is empty.
UnpackStatus Unpack(std::string_view packed, size_t max_bytes, std::string* plain);

}  // namespace paceline::core
