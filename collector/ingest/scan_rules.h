// What the fields of a message within a Beacon have to be like for the Beacon to be plain
// (plain_scan.h). Made once from the schema, so a new kind of event is scanned without any code for
// it; what validate_beacon.cc demands of a kind beyond that stands in MessageCheck.
#pragma once

#include <cstdint>
#include <vector>

#include "collector/ingest/message_walk.h"

namespace paceline::ingest {

struct MessageRule;

struct FieldRule {
  enum class Kind : uint8_t {
    // No such field, or one that the scanner does not know to read.
    kNone,
    // A varint of at most `limit`; signed ones as they stand on the wire, in zigzag.
    kNumber,
    // Bit n of `limit`: the enum has the value n.
    kEnum,
    kReference,
    // Packed.
    kReferences,
    kFixed32,
    // Finite.
    kDouble,
    kTraceId,
    kMessage,
  };
  Kind kind = Kind::kNone;
  TextUse use = TextUse::kText;
  // Present when it is 0, too; any other number is left out then.
  bool optional = false;
  // One of a oneof.
  bool alternative = false;
  // How many times in a row.
  uint32_t max_count = 1;
  uint64_t limit = 0;
  const MessageRule* nested = nullptr;
};

// What has to hold between the fields of a message.
enum class MessageCheck : uint8_t {
  kNone,
  kContext,
  kPageView,
  kEvent,
  kVital,
  kConversion,
  kAttribute,
};

struct MessageRule {
  MessageCheck check = MessageCheck::kNone;
  // By the field's number.
  std::vector<FieldRule> fields;
};

// Of Context, PageView or Event.
const MessageRule& ScanRuleOf(const google::protobuf::Descriptor* type);

}  // namespace paceline::ingest
