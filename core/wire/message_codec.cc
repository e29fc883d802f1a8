#include "core/wire/message_codec.h"

#include <cstring>

#include "core/base/limits.h"
#include "core/wire/message_reader.h"

namespace paceline::core {
namespace {

using protozero::pbf_wire_type;

constexpr size_t kMaxVarintBytes = 10;

// Returns where it ends.
char* PutVarint(uint64_t value, char* to) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
  *to++ = static_cast<char>(value);
  return to;
}

void AppendVarint(uint64_t value, Bytes* to) {
  char bytes[kMaxVarintBytes];
  to->append(bytes, static_cast<size_t>(PutVarint(value, bytes) - bytes));
}

uint32_t KeyOf(FieldNumber field, pbf_wire_type type) {
  return field << 3 | static_cast<uint32_t>(type);
}

// Bytes of the number in a struct.
size_t SizeOf(FieldKind kind) {
  if (kind == FieldKind::kUint64 || kind == FieldKind::kDouble) return 8;
  return kind == FieldKind::kBool ? 1 : 4;
}

pbf_wire_type WireTypeOf(FieldKind kind) {
  if (kind == FieldKind::kDouble) return pbf_wire_type::fixed64;
  if (kind == FieldKind::kFixed32) return pbf_wire_type::fixed32;
  return kind >= FieldKind::kBytes ? pbf_wire_type::length_delimited : pbf_wire_type::varint;
}

// A number on the wire, as it stands in a struct.
uint64_t ToStruct(FieldKind kind, uint64_t number) {
  if (kind == FieldKind::kBool) return number != 0;
  if (kind == FieldKind::kSint32) {
    return static_cast<uint64_t>(DecodeZigzag(static_cast<uint32_t>(number)));
  }
  return number;
}

// Packed references; `taken` counts them, of all such fields of the message.
bool CopyRefs(const MessageReader& reader, const RefMap& refs, uint32_t* taken, Bytes* copy) {
  MessageWriter writer(copy);
  const size_t begin = writer.Begin();
  std::string_view rest = reader.bytes();
  while (!rest.empty()) {
    uint64_t ref = 0;
    if (!TakeVarint(&rest, &ref)) return false;
    if ((*taken)++ >= kMaxRefsInARow) continue;
    AppendVarint(refs(static_cast<uint32_t>(ref)), copy);
  }
  if (copy->size() > begin) writer.End(reader.field(), begin);
  return true;
}

bool CopyMessages(const MessageReader& reader, FieldKind kind, const RefMap& refs, Bytes* copy) {
  MessageWriter writer(copy);
  const size_t begin = writer.Begin();
  if (!DecodeMessage(reader.bytes(), TableOf(kind), refs, nullptr, copy)) return false;
  if (copy->size() > begin) writer.End(reader.field(), begin);
  return true;
}

void CopyNumber(const MessageReader& reader, uint64_t number, Bytes* copy) {
  AppendVarint(KeyOf(reader.field(), reader.wire_type()), copy);
  if (reader.wire_type() == pbf_wire_type::varint) return AppendVarint(number, copy);
  const size_t size = reader.wire_type() == pbf_wire_type::fixed64 ? 8 : 4;
  copy->append(reinterpret_cast<const char*>(&number), size);
}

}  // namespace

bool DecodeMessage(std::string_view message, MessageTable table, const RefMap& refs, void* fields,
                   Bytes* copy) {
  // Messages or references; no message has both.
  uint32_t taken = 0;
  MessageReader reader(message);
  while (reader.Next()) {
    const size_t index = reader.field() - 1;
    if (index >= table.size()) continue;
    const auto [kind, offset] = table[index];
    if (kind == FieldKind::kNone || reader.wire_type() != WireTypeOf(kind)) continue;
    char* place =
        fields == nullptr || offset == kNotInStruct ? nullptr : static_cast<char*>(fields) + offset;
    if (kind >= kFirstMessageKind) {
      if (taken++ >= kMaxMessagesInARow) continue;
      if (!CopyMessages(reader, kind, refs, copy)) return false;
    } else if (kind == FieldKind::kRefs) {
      if (!CopyRefs(reader, refs, &taken, copy)) return false;
    } else if (kind == FieldKind::kBytes) {
      if (place != nullptr) *reinterpret_cast<std::string_view*>(place) = reader.bytes();
      if (!reader.bytes().empty()) MessageWriter(copy).AddBytes(reader.field(), reader.bytes());
    } else {
      uint64_t number = reader.number();
      if (kind == FieldKind::kRef) number = refs(static_cast<uint32_t>(number));
      const uint64_t value = ToStruct(kind, number);
      if (place != nullptr) std::memcpy(place, &value, SizeOf(kind));
      const bool said = number != 0 || kind == FieldKind::kOptional;
      if (said && kind != FieldKind::kTime) CopyNumber(reader, number, copy);
    }
  }
  return reader.ok();
}

void EncodeFields(const void* fields, MessageTable table, const RefMap& refs, Bytes* message) {
  MessageWriter writer(message);
  FieldNumber number = 0;
  for (const auto [kind, offset] : table) {
    ++number;
    if (offset == kNotInStruct) continue;
    const char* place = static_cast<const char*>(fields) + offset;
    if (kind == FieldKind::kBytes) {
      const auto& text = *reinterpret_cast<const std::string_view*>(place);
      if (!text.empty()) writer.AddBytes(number, text);
      continue;
    }
    uint64_t value = 0;
    std::memcpy(&value, place, SizeOf(kind));
    if (kind == FieldKind::kRef) value = refs(static_cast<uint32_t>(value));
    if (kind == FieldKind::kSint32) value = EncodeZigzag(static_cast<int32_t>(value));
    writer.AddNumber(number, value);
  }
}

void MessageWriter::PutUnlessZero(FieldNumber field, uint64_t value, Bytes* message) {
  if (value != 0) PutNumber(field, value, message);
}

void MessageWriter::PutNumber(FieldNumber field, uint64_t value, Bytes* message) {
  AppendVarint(KeyOf(field, pbf_wire_type::varint), message);
  AppendVarint(value, message);
}

void MessageWriter::Enclose(FieldNumber field, size_t begin, Bytes* message) {
  char head[2 * kMaxVarintBytes];
  char* end = PutVarint(KeyOf(field, pbf_wire_type::length_delimited), head);
  end = PutVarint(message->size() - begin, end);
  message->Insert(begin, {head, static_cast<size_t>(end - head)});
}

}  // namespace paceline::core
