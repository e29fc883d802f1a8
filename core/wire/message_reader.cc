#include "core/wire/message_reader.h"

#include <bit>
#include <cstring>

namespace paceline::core {
namespace {

using protozero::pbf_wire_type;

static_assert(std::endian::native == std::endian::little,
              "fixed fields are copied as they stand on the wire");

constexpr size_t kMaxVarintBytes = 10;

}  // namespace

bool MessageReader::Next() {
  if (!ok_ || rest_.empty()) return false;
  uint64_t key = 0;
  ok_ = TakeVarint(&rest_, &key) && key <= UINT32_MAX;
  field_ = static_cast<FieldNumber>(key >> 3);
  wire_type_ = static_cast<pbf_wire_type>(key & 7);
  ok_ = ok_ && field_ != 0 && ReadValue();
  return ok_;
}

bool MessageReader::ReadValue() {
  number_ = 0;
  bytes_ = {};
  switch (wire_type_) {
    case pbf_wire_type::varint:
      return TakeVarint(&rest_, &number_);
    case pbf_wire_type::length_delimited: {
      uint64_t length = 0;
      if (!TakeVarint(&rest_, &length) || length > rest_.size()) return false;
      bytes_ = {rest_.data(), static_cast<size_t>(length)};
      rest_.remove_prefix(bytes_.size());
      return true;
    }
    case pbf_wire_type::fixed64:
    case pbf_wire_type::fixed32: {
      const size_t size = wire_type_ == pbf_wire_type::fixed64 ? 8 : 4;
      if (rest_.size() < size) return false;
      std::memcpy(&number_, rest_.data(), size);
      rest_.remove_prefix(size);
      return true;
    }
    default:
      return false;
  }
}

bool TakeVarint(std::string_view* rest, uint64_t* value) {
  uint64_t result = 0;
  for (size_t i = 0; i < kMaxVarintBytes && i < rest->size(); ++i) {
    const auto byte = static_cast<uint8_t>((*rest)[i]);
    result |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80) {
      rest->remove_prefix(i + 1);
      *value = result;
      return true;
    }
  }
  return false;
}

}  // namespace paceline::core
