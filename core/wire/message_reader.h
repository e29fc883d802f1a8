// Walks over the fields of one serialized protobuf message.
//
// protozero's own reader tells malformed input by exceptions, which WebAssembly built without them
// cannot catch; this one tells it by a return value, so that page and collector treat the same
// bytes alike. Allocates nothing. Groups, gone since proto3, are malformed.
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

  FieldNumber field() const { return field_; }
  template <typename Field>
  Field FieldAs() const {
    return static_cast<Field>(field_);
  }

  protozero::pbf_wire_type wire_type() const { return wire_type_; }

  // Value of a varint or fixed field, as its bits stand on the wire.
  uint64_t number() const { return number_; }
  // Value of a length-delimited field; empty for others.
  std::string_view bytes() const { return bytes_; }

 private:
  bool ReadValue();

  std::string_view rest_;
  bool ok_ = true;
  // Of the current field; none of it before the first.
  FieldNumber field_;
  protozero::pbf_wire_type wire_type_;
  // Its value: of a varint or fixed field, or of a length-delimited one.
  uint64_t number_;
  std::string_view bytes_;
};

// Takes a varint off the beginning of `rest`. False, with `rest` as it was, when there is none.
bool TakeVarint(std::string_view* rest, uint64_t* value);

}  // namespace paceline::core
