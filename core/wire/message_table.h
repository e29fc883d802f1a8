// The schema as tables: for every message that the core reads, writes or passes on, its fields with
// their numbers, what they are, and where they stand in the struct of the same name. One decoder
// and one encoder (message_codec.h) serve all of them, so that a further kind of entry costs the
// page a few bytes. tests/unit/core/wire/schema_test.cc compares the tables with the schema.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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

// The fields of a message by their numbers, from 1: element 0 is that of number 1. One pointer, to
// a head that says how many fields follow it.
class MessageTable {
 public:
  // Of no fields.
  constexpr MessageTable() = default;
  // Table number `index`, from 0, of those that begin at `first` (see Together).
  constexpr MessageTable(const Field* first, size_t index) : head_(first) {
    for (; index > 0; --index) head_ += 1 + size();
  }

  constexpr size_t size() const { return head_->offset; }
  constexpr bool empty() const { return size() == 0; }
  constexpr const Field* begin() const { return head_ + 1; }
  constexpr const Field* end() const { return begin() + size(); }
  constexpr const Field& operator[](size_t index) const { return begin()[index]; }

 private:
  static constexpr Field kEmpty = {FieldKind::kNone, 0};

  const Field* head_ = &kEmpty;
};

// Tables one behind the other, each with its head: an array of pointers to them would be as long as
// they are.
template <size_t... kSizes>
constexpr auto Together(const Field (&... tables)[kSizes]) {
  std::array<Field, (kSizes + ...) + sizeof...(kSizes)> all;
  Field* end = all.data();
  const auto add = [&end](const Field* fields, size_t size) {
    *end++ = {FieldKind::kNone, static_cast<uint8_t>(size)};
    end = std::copy(fields, fields + size, end);
  };
  (add(tables, kSizes), ...);
  return all;
}

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
