// The schema as tables: for every message that the core reads, writes or passes on, its fields with
// their numbers, what they are, and where they stand in the struct of the same name. One decoder
// and one encoder (message_codec.h) serve all of them, so that a further kind of entry costs the
// page a few bytes. tests/unit/core/wire/schema_test.cc compares the tables with the schema.
#pragma once

#include <cstdint>
#include <span>

#include "core/wire/fields.h"

namespace paceline::core {

struct BatchHeader;
struct BeaconHeader;
struct BehaviorRules;
struct Device;
struct LayoutShiftSource;
struct PageViewHeader;
struct Script;
struct VitalEvent;

enum class FieldKind : uint8_t {
  // None of the message's fields.
  kNone,
  // Varints. uint32, or an enumeration:
  kUint32,
  // a uint that says something by being 0, and has no place in a struct;
  kOptional,
  // the time of an entry, which in an event is not part of the message;
  kTime,
  // a reference to a string;
  kRef,
  kUint64,
  kSint32,
  kBool,
  kDouble,
  // fixed32, which is passed on and has no place in a struct.
  kFixed32,
  // Length-delimited. string or bytes, a string_view in the struct; references, packed:
  kBytes,
  kRefs,
  // messages with tables of their own.
  kAttribute,
  kScript,
  kShiftSource,
  kRect,
};

inline constexpr FieldKind kFirstMessageKind = FieldKind::kAttribute;

// Field::offset of what has no place in a struct.
inline constexpr uint8_t kNotInStruct = UINT8_MAX;

struct Field {
  FieldKind kind = FieldKind::kNone;
  uint8_t offset = kNotInStruct;
};

// The fields of a message by their numbers, from 1.
using MessageTable = std::span<const Field>;

// Fields of an entry or an event of that kind; empty for one that is not known.
MessageTable TableOf(EntryField kind);
MessageTable TableOf(EventField kind);
// Fields of a vital's attribution of that kind; empty for none.
MessageTable TableOf(VitalField attribution);
// Fields of the message in a field of that kind, which is at least kFirstMessageKind.
MessageTable TableOf(FieldKind kind);
// Fields of the message that a struct is of.
template <typename Struct>
MessageTable TableOf();
template <>
MessageTable TableOf<BatchHeader>();
template <>
MessageTable TableOf<BeaconHeader>();
template <>
MessageTable TableOf<BehaviorRules>();
template <>
MessageTable TableOf<Device>();
template <>
MessageTable TableOf<LayoutShiftSource>();
template <>
MessageTable TableOf<PageViewHeader>();
template <>
MessageTable TableOf<Script>();
template <>
MessageTable TableOf<VitalEvent>();

}  // namespace paceline::core
