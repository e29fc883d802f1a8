// Walks over the fields of one serialized protobuf message.
//
// protozero's own reader tells malformed input by exceptions, which WebAssembly built without them
// cannot catch; this one tells it by a return value, so that page and collector treat the same
// bytes alike. Allocates nothing. As real protobuf does: unknown fields and fields of another wire
// type than expected are passed over, 64-bit varints given to 32-bit fields lose their upper half.
// Groups, gone since proto3, are malformed.
//
// Usage: `while (reader.Next()) switch (reader.field()) { … }`, then ok() says whether the whole
// message was read.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/wire/fields.h"

namespace paceline::core {

class MessageReader {
 public:
  explicit MessageReader(std::string_view message) : rest_(message) {}

  // Moves to the next field. False at the end, and for malformed input.
  bool Next();

  // False once anything malformed was met. Stays false.
  bool ok() const { return ok_; }
  // For a caller that finds a value unacceptable.
  void Fail() { ok_ = false; }

  FieldNumber field() const { return field_; }
  template <typename Field>
  Field FieldAs() const {
    return static_cast<Field>(field_);
  }

  // Each leaves its target alone when the field on the wire has another type.
  void Read(uint32_t* value) const;
  void Read(uint64_t* value) const;
  // sint32 (zigzag).
  void Read(int32_t* value) const;
  void Read(bool* value) const;
  void Read(double* value) const;
  // string, bytes or a message.
  void Read(std::string_view* value) const;
  bool IsLengthDelimited() const {
    return wire_type_ == protozero::pbf_wire_type::length_delimited;
  }

 private:
  bool ReadVarint(uint64_t* value);
  bool ReadValue();

  std::string_view rest_;
  bool ok_ = true;
  FieldNumber field_ = 0;
  protozero::pbf_wire_type wire_type_ = protozero::pbf_wire_type::unknown;
  // The current value: of a varint or fixed field, or of a length-delimited one.
  uint64_t number_ = 0;
  std::string_view bytes_;
};

// Calls `handle(reader, field)` for each field of the message in `parent`'s current field. When
// that message is malformed, so is its parent.
template <typename Field, typename Handle>
void DecodeMessage(MessageReader& parent, Handle handle) {
  std::string_view bytes;
  parent.Read(&bytes);
  MessageReader reader(bytes);
  while (reader.Next()) handle(reader, reader.template FieldAs<Field>());
  if (!reader.ok()) parent.Fail();
}

}  // namespace paceline::core
