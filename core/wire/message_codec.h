// Decodes, copies and encodes messages by their tables.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/wire/message_table.h"

namespace paceline::core {

// What stands for a reference to a string, in another table of strings. 0 stays 0. Without `map`
// they all stay as they are.
struct RefMap {
  uint32_t (*map)(void* context, uint32_t ref) = nullptr;
  void* context = nullptr;

  uint32_t operator()(uint32_t ref) const {
    return map == nullptr || ref == 0 ? ref : map(context, ref);
  }
};

// They all stay as they are.
inline constexpr RefMap kSameRefs{};

// Takes a message apart, with its references mapped: into the struct that its table is of (where
// there is one; fields that the message lacks are left alone), and again as a message, which is
// appended to `copy` without unknown fields, fields of another wire type, zeros and its time. Of
// messages and references in a row, only the first ones are taken (limits.h). False when it, or a
// message in it, is malformed; then the rest of it is missing.
bool DecodeMessage(std::string_view message, MessageTable table, const RefMap& refs, void* fields,
                   Bytes* copy);

// Appends the fields of a struct to `message`: those of value 0, and empty ones, are left out.
void EncodeFields(const void* fields, MessageTable table, const RefMap& refs, Bytes* message);

// sint32 and sint64 on the wire: small numbers of either sign take few bytes.
constexpr uint64_t EncodeZigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t DecodeZigzag(uint64_t number) {
  return static_cast<int64_t>(number >> 1 ^ (0 - (number & 1)));
}

// Appends single fields to a message.
class MessageWriter {
 public:
  explicit MessageWriter(Bytes* message) : message_(*message) {}

  // Left out when 0, as protobuf's own serializers do it.
  template <typename Number>
  void AddNumber(Number field, uint64_t value) {
    PutUnlessZero(static_cast<FieldNumber>(field), value, &message_);
  }
  // Also when 0.
  template <typename Number>
  void AddOptional(Number field, uint64_t value) {
    PutNumber(static_cast<FieldNumber>(field), value, &message_);
  }
  // Also when empty.
  template <typename Number>
  void AddBytes(Number field, std::string_view value) {
    const size_t begin = Begin();
    message_.Append(value);
    End(field, begin);
  }
  // What is appended between Begin and End becomes the value of `field`.
  size_t Begin() const { return message_.size(); }
  template <typename Number>
  void End(Number field, size_t begin) {
    Enclose(static_cast<FieldNumber>(field), begin, &message_);
  }

 private:
  // Not of the object, which so need not exist in memory.
  static void PutUnlessZero(FieldNumber field, uint64_t value, Bytes* message);
  static void PutNumber(FieldNumber field, uint64_t value, Bytes* message);
  static void Enclose(FieldNumber field, size_t begin, Bytes* message);

  Bytes& message_;
};

}  // namespace paceline::core
