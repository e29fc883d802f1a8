#include "core/wire/message_reader.h"

#include <bit>
#include <cstring>
#include <protozero/varint.hpp>

namespace paceline::core {
namespace {

using protozero::pbf_wire_type;

static_assert(std::endian::native == std::endian::little,
              "fixed fields are copied as they stand on the wire");

constexpr int kMaxVarintBytes = 10;

}  // namespace

bool MessageReader::Next() {
  if (!ok_ || rest_.empty()) return false;
  uint64_t key = 0;
  ok_ = ReadVarint(&key) && key <= UINT32_MAX;
  field_ = static_cast<FieldNumber>(key >> 3);
  wire_type_ = static_cast<pbf_wire_type>(key & 7);
  ok_ = ok_ && field_ != 0 && ReadValue();
  return ok_;
}

bool MessageReader::ReadValue() {
  switch (wire_type_) {
    case pbf_wire_type::varint:
      return ReadVarint(&number_);
    case pbf_wire_type::length_delimited: {
      uint64_t length = 0;
      if (!ReadVarint(&length) || length > rest_.size()) return false;
      bytes_ = rest_.substr(0, static_cast<size_t>(length));
      rest_.remove_prefix(bytes_.size());
      return true;
    }
    case pbf_wire_type::fixed64:
    case pbf_wire_type::fixed32: {
      const size_t size = wire_type_ == pbf_wire_type::fixed64 ? 8 : 4;
      if (rest_.size() < size) return false;
      number_ = 0;
      std::memcpy(&number_, rest_.data(), size);
      rest_.remove_prefix(size);
      return true;
    }
    default:
      return false;
  }
}

bool MessageReader::ReadVarint(uint64_t* value) {
  uint64_t result = 0;
  for (int i = 0; i < kMaxVarintBytes && static_cast<size_t>(i) < rest_.size(); ++i) {
    const auto byte = static_cast<uint8_t>(rest_[static_cast<size_t>(i)]);
    result |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80) {
      rest_.remove_prefix(static_cast<size_t>(i) + 1);
      *value = result;
      return true;
    }
  }
  return false;
}

void MessageReader::Read(uint32_t* value) const {
  if (wire_type_ == pbf_wire_type::varint) *value = static_cast<uint32_t>(number_);
}

void MessageReader::Read(uint64_t* value) const {
  if (wire_type_ == pbf_wire_type::varint) *value = number_;
}

void MessageReader::Read(int32_t* value) const {
  if (wire_type_ == pbf_wire_type::varint) {
    *value = protozero::decode_zigzag32(static_cast<uint32_t>(number_));
  }
}

void MessageReader::Read(bool* value) const {
  if (wire_type_ == pbf_wire_type::varint) *value = number_ != 0;
}

void MessageReader::Read(double* value) const {
  if (wire_type_ != pbf_wire_type::fixed64) return;
  // std::bit_cast, where the library of Emscripten has it.
  static_assert(sizeof(*value) == sizeof(number_));
  std::memcpy(value, &number_, sizeof(number_));
}

void MessageReader::Read(std::string_view* value) const {
  if (wire_type_ == pbf_wire_type::length_delimited) *value = bytes_;
}

}  // namespace paceline::core
