// Takes canonical protobuf apart: what a serializer would write the same again. Used by
// plain_scan.cc and calls_in_place.cc only.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace paceline::ingest {

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

constexpr uint32_t TagOf(int field, WireType type) {
  return static_cast<uint32_t>(field) << 3 | static_cast<uint32_t>(type);
}

class WireCursor {
 public:
  explicit WireCursor(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool AtEnd() const { return at_ == end_; }
  const char* position() const { return at_; }

  // False also for a varint with more bytes than it needs.
  bool TakeVarint(uint64_t* value) {
    if (at_ == end_) return false;
    const auto byte = static_cast<uint8_t>(*at_);
    if (byte >= 0x80) return TakeLongVarint(value);
    ++at_;
    *value = byte;
    return true;
  }

  bool TakeBytes(std::string_view* bytes) {
    uint64_t length = 0;
    if (!TakeVarint(&length) || length > static_cast<uint64_t>(end_ - at_)) return false;
    *bytes = std::string_view(at_, length);
    at_ += length;
    return true;
  }

  // Little-endian, as the machine is.
  template <typename Number>
  bool TakeFixed(Number* number) {
    if (end_ - at_ < static_cast<ptrdiff_t>(sizeof(Number))) return false;
    std::memcpy(number, at_, sizeof(Number));
    at_ += sizeof(Number);
    return true;
  }

 private:
  bool TakeLongVarint(uint64_t* value) {
    uint64_t number = 0;
    for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<uint8_t>(*at_++);
      number |= uint64_t{byte & 0x7fu} << shift;
      if (byte >= 0x80) continue;
      *value = number;
      // The tenth byte has one bit left.
      return byte != 0 && (shift < 63 || byte == 1);
    }
    return false;
  }

  const char* at_;
  const char* end_;
};

}  // namespace paceline::ingest
