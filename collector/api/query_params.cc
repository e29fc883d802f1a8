#include "collector/api/query_params.h"

#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "collector/receive/http_text.h"

namespace paceline::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status Wrong(const std::string& name, const std::string& text, absl::string_view right) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is not right for ", name, ": ", right, "."));
}

// "METRIC_" of METRIC_UNSPECIFIED.
std::string EnumPrefix(const EnumDescriptor& type) {
  return std::string(absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED"));
}

std::string EnumChoices(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) {
    names.emplace_back(absl::StripPrefix(type.value(i)->name(), EnumPrefix(type)));
  }
  return absl::StrCat("one of ", absl::StrJoin(names, ", "));
}

absl::Status SetEnum(const FieldDescriptor& field, const std::string& text, Message* message) {
  const EnumDescriptor& type = *field.enum_type();
  const std::string upper = absl::AsciiStrToUpper(text);
  const EnumValueDescriptor* value = type.FindValueByName(upper);
  if (value == nullptr) value = type.FindValueByName(EnumPrefix(type) + upper);
  if (value == nullptr) return Wrong(field.name(), text, EnumChoices(type));
  message->GetReflection()->SetEnum(message, &field, value);
  return absl::OkStatus();
}

absl::Status SetField(const FieldDescriptor& field, const std::string& text, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(message, &field, text);
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value = 0;
      if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) {
        return Wrong(field.name(), text, "a number is asked for");
      }
      reflection.SetDouble(message, &field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      uint32_t value = 0;
      if (!absl::SimpleAtoi(text, &value))
        return Wrong(field.name(), text, "a whole number, 0 or more, is asked for");
      reflection.SetUInt32(message, &field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value = false;
      if (!absl::SimpleAtob(text, &value))
        return Wrong(field.name(), text, "true or false is asked for");
      reflection.SetBool(message, &field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(field, text, message);
    default:
      return absl::InternalError(absl::StrCat(field.full_name(), " cannot be a query parameter."));
  }
}

std::string KnownParams(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  if (names.empty()) return "there are none here";
  return absl::StrCat("there are ", absl::StrJoin(names, ", "));
}

}  // namespace

absl::Status ReadQueryParams(std::string_view query, Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  std::set<std::string> seen;
  for (absl::string_view item :
       absl::StrSplit(absl::string_view(query.data(), query.size()), '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    const auto decode = [](absl::string_view text) {
      return receive::PercentDecode({text.data(), text.size()}, /*is_query=*/true);
    };
    const std::optional<std::string> name = decode(parts.first);
    const std::optional<std::string> text = decode(parts.second);
    if (!name.has_value() || !text.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", item,
                       "' has a broken escape: '%' is followed by two hexadecimal digits, "
                       "and a '%' itself is written %25."));
    }
    const FieldDescriptor* const field = type.FindFieldByName(*name);
    if (field == nullptr || field->is_repeated()) {
      return absl::InvalidArgumentError(
          absl::StrCat("There is no parameter '", *name, "'; ", KnownParams(type), "."));
    }
    if (!seen.insert(*name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", *name, "' is given twice; give it once."));
    }
    if (absl::Status status = SetField(*field, *text, message); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace paceline::api
