#include "collector/query/readable.h"

#include <cstdint>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/units.h"

namespace paceline::query {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::string_view kRef = "_ref";
constexpr std::string_view k100us = "_100us";
constexpr std::string_view kNano = "_nano";

enum class Rule { kNone, kCopy, kText, kMilliseconds, kUnit, kNumber, kHex, kMessage };

bool Is64Bits(FieldDescriptor::CppType type) {
  return type == FieldDescriptor::CPPTYPE_UINT64 || type == FieldDescriptor::CPPTYPE_INT64;
}

std::string ReadableName(std::string_view wire) {
  const auto without = [&](std::string_view suffix) {
    return std::string(wire.substr(0, wire.size() - suffix.size()));
  };
  if (wire.ends_with(kRef)) return without(kRef);
  if (wire.ends_with(k100us)) return without(k100us) + "_ms";
  if (wire.ends_with(kNano)) return without(kNano);
  return std::string(wire);
}

Rule RuleOf(const FieldDescriptor& wire, const FieldDescriptor& readable) {
  using Type = FieldDescriptor;
  const std::string_view name = wire.name();
  const bool shows_number = readable.cpp_type() == Type::CPPTYPE_DOUBLE;
  const bool shows_text = readable.cpp_type() == Type::CPPTYPE_STRING;
  if (wire.is_repeated() != readable.is_repeated()) return Rule::kNone;
  if (wire.cpp_type() == Type::CPPTYPE_MESSAGE) {
    return readable.cpp_type() == Type::CPPTYPE_MESSAGE ? Rule::kMessage : Rule::kNone;
  }
  if (wire.is_repeated()) return Rule::kNone;
  if (name.ends_with(kRef)) return shows_text ? Rule::kText : Rule::kNone;
  if (name.ends_with(k100us)) return shows_number ? Rule::kMilliseconds : Rule::kNone;
  if (name.ends_with(kNano)) return shows_number ? Rule::kUnit : Rule::kNone;
  if (wire.type() == Type::TYPE_BYTES) return shows_text ? Rule::kHex : Rule::kNone;
  if (Is64Bits(wire.cpp_type())) return shows_number ? Rule::kNumber : Rule::kNone;
  const bool same =
      wire.cpp_type() == readable.cpp_type() && wire.enum_type() == readable.enum_type();
  return same ? Rule::kCopy : Rule::kNone;
}

double NumberOf(const Message& message, const FieldDescriptor* field) {
  const Reflection& get = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return get.GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(get.GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(get.GetInt64(message, field));
    default:
      return 0;
  }
}

void Copy(const Message& wire, const FieldDescriptor* from, Message* readable,
          const FieldDescriptor* to) {
  const Reflection& get = *wire.GetReflection();
  const Reflection& set = *readable->GetReflection();
  switch (from->cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return set.SetUInt32(readable, to, get.GetUInt32(wire, from));
    case FieldDescriptor::CPPTYPE_INT32:
      return set.SetInt32(readable, to, get.GetInt32(wire, from));
    case FieldDescriptor::CPPTYPE_BOOL:
      return set.SetBool(readable, to, get.GetBool(wire, from));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set.SetDouble(readable, to, get.GetDouble(wire, from));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set.SetEnumValue(readable, to, get.GetEnumValue(wire, from));
    case FieldDescriptor::CPPTYPE_STRING:
      return set.SetString(readable, to, get.GetString(wire, from));
    default:
      return;
  }
}

void TranslateMessage(const Message& wire, const FieldDescriptor* from, const Strings& strings,
                      Message* readable, const FieldDescriptor* to) {
  const Reflection& get = *wire.GetReflection();
  const Reflection& set = *readable->GetReflection();
  if (!from->is_repeated()) {
    return MakeReadable(get.GetMessage(wire, from), strings, set.MutableMessage(readable, to));
  }
  for (int i = 0; i < get.FieldSize(wire, from); ++i) {
    MakeReadable(get.GetRepeatedMessage(wire, from, i), strings, set.AddMessage(readable, to));
  }
}

void Translate(const Message& wire, const FieldDescriptor* from, const Strings& strings,
               Message* readable, const FieldDescriptor* to) {
  const Reflection& get = *wire.GetReflection();
  const Reflection& set = *readable->GetReflection();
  switch (RuleOf(*from, *to)) {
    case Rule::kNone:
      return;
    case Rule::kCopy:
      return Copy(wire, from, readable, to);
    case Rule::kText:
      return set.SetString(readable, to, TextAt(strings, get.GetUInt32(wire, from)));
    case Rule::kMilliseconds:
      return set.SetDouble(readable, to, NumberOf(wire, from) / core::k100usPerMillisecond);
    case Rule::kUnit:
      return set.SetDouble(readable, to, NumberOf(wire, from) / core::kNanoPerUnit);
    case Rule::kNumber:
      return set.SetDouble(readable, to, NumberOf(wire, from));
    case Rule::kHex:
      return set.SetString(readable, to, absl::BytesToHexString(get.GetString(wire, from)));
    case Rule::kMessage:
      return TranslateMessage(wire, from, strings, readable, to);
  }
}

}  // namespace

const std::string& TextAt(const Strings& strings, uint32_t ref) {
  static const auto& none = *new std::string;
  return ref == 0 || ref > static_cast<uint32_t>(strings.size())
             ? none
             : strings.Get(static_cast<int>(ref) - 1);
}

void MakeReadable(const Message& wire, const Strings& strings, Message* readable) {
  std::vector<const FieldDescriptor*> fields;
  wire.GetReflection()->ListFields(wire, &fields);
  for (const FieldDescriptor* field : fields) {
    const FieldDescriptor* to =
        readable->GetDescriptor()->FindFieldByName(ReadableName(field->name()));
    if (to != nullptr) Translate(wire, field, strings, readable, to);
  }
}

std::vector<std::string> LeftOut(const Descriptor& wire, const Descriptor& readable) {
  std::vector<std::string> left_out;
  for (int i = 0; i < wire.field_count(); ++i) {
    const FieldDescriptor& field = *wire.field(i);
    const FieldDescriptor* to = readable.FindFieldByName(ReadableName(field.name()));
    const Rule rule = to == nullptr ? Rule::kNone : RuleOf(field, *to);
    if (rule == Rule::kNone) {
      left_out.push_back(absl::StrCat(wire.name(), ".", field.name()));
    } else if (rule == Rule::kMessage) {
      const auto nested = LeftOut(*field.message_type(), *to->message_type());
      left_out.insert(left_out.end(), nested.begin(), nested.end());
    }
  }
  return left_out;
}

}  // namespace paceline::query
