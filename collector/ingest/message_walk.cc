#include "collector/ingest/message_walk.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = FieldPlan::Kind;

// References that lead to an address, by the field's name.
constexpr std::array<std::string_view, 10> kUrlFields = {
    "url_ref",
    "referrer_ref",
    "source_url_ref",
    "render_blocking_url_ref",
    "longest_script_url_ref",
    // Of an error, an API call, a transition, a long task.
    "source_ref",
    "endpoint_ref",
    "from_ref",
    "to_ref",
    "container_ref",
};
// Texts that may be an address.
constexpr std::array<std::string_view, 4> kAnyFields = {"value_ref", "invoker_ref", "argument_refs",
                                                        "tag_refs"};

// nullopt: nothing to look at.
std::optional<Kind> KindOf(const FieldDescriptor& field) {
  const std::string_view name = field.name();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      if (name.ends_with("_ref")) return Kind::kReference;
      if (name.ends_with("_refs")) return Kind::kReferences;
      return std::nullopt;
    case FieldDescriptor::CPPTYPE_ENUM:
      return Kind::kEnum;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Kind::kDouble;
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? std::optional(Kind::kBytes)
                                                         : std::nullopt;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return field.is_repeated() ? Kind::kMessages : Kind::kMessage;
    default:
      return std::nullopt;
  }
}

class Plans {
 public:
  Plans() {
    Add(v1::Beacon::descriptor());
    Add(v1::EntryBatch::descriptor());
  }

  const MessagePlan& Of(const Descriptor* type) const { return *plans_.at(type); }

 private:
  const MessagePlan* Add(const Descriptor* type) {
    auto& place = plans_[type];
    if (place != nullptr) return place.get();
    place = std::make_unique<MessagePlan>();
    MessagePlan* const plan = place.get();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      // An `optional` scalar has a oneof of its own, which is none.
      const bool alternative = field->real_containing_oneof() != nullptr;
      if (alternative) plan->oneof = field->real_containing_oneof();
      const std::optional<Kind> kind = KindOf(*field);
      if (!kind) continue;
      FieldPlan one{field, *kind, UseOf(field->name()), nullptr};
      if (field->message_type() != nullptr) one.nested = Add(field->message_type());
      auto& list = alternative ? plan->alternatives : plan->fields;
      const auto number = static_cast<size_t>(field->number());
      if (alternative && list.size() <= number) list.resize(number + 1);
      if (alternative) {
        list[number] = one;
      } else {
        list.push_back(one);
      }
    }
    return plan;
  }

  std::map<const Descriptor*, std::unique_ptr<MessagePlan>> plans_;
};

bool WalkMessage(const MessagePlan& plan, Message* message, Path* path, FieldVisitor* visitor);

bool WalkField(const FieldPlan& plan, Message* message, Path* path, FieldVisitor* visitor) {
  const Reflection& reflection = *message->GetReflection();
  const bool is_message = plan.kind == Kind::kMessage;
  if (is_message && !reflection.HasField(*message, plan.field)) return true;
  path->push_back({plan.field, -1});
  if (is_message) {
    if (!WalkMessage(*plan.nested, reflection.MutableMessage(message, plan.field), path, visitor)) {
      return false;
    }
  } else {
    if (!visitor->Visit(plan, message, *path)) return false;
    const int count = plan.kind == Kind::kMessages ? reflection.FieldSize(*message, plan.field) : 0;
    for (int i = 0; i < count; ++i) {
      path->back().index = i;
      Message* one = reflection.MutableRepeatedMessage(message, plan.field, i);
      if (!WalkMessage(*plan.nested, one, path, visitor)) return false;
    }
  }
  path->pop_back();
  return true;
}

bool WalkMessage(const MessagePlan& plan, Message* message, Path* path, FieldVisitor* visitor) {
  visitor->Enter(message);
  for (const FieldPlan& field : plan.fields) {
    if (!WalkField(field, message, path, visitor)) return false;
  }
  if (plan.oneof == nullptr) return true;
  const FieldDescriptor* chosen =
      message->GetReflection()->GetOneofFieldDescriptor(*message, plan.oneof);
  if (chosen == nullptr) return true;
  const auto number = static_cast<size_t>(chosen->number());
  if (number >= plan.alternatives.size() || plan.alternatives[number].field == nullptr) return true;
  return WalkField(plan.alternatives[number], message, path, visitor);
}

}  // namespace

TextUse UseOf(std::string_view field_name) {
  const auto is_in = [&](const auto& names) {
    return std::find(names.begin(), names.end(), field_name) != names.end();
  };
  if (is_in(kUrlFields)) return TextUse::kUrl;
  return is_in(kAnyFields) ? TextUse::kAny : TextUse::kText;
}

const MessagePlan& PlanOf(const Descriptor* type) {
  static const auto& plans = *new Plans;
  return plans.Of(type);
}

std::string ToString(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (!text.empty()) text += '.';
    text += step.field->name();
    if (step.index >= 0) absl::StrAppend(&text, "[", step.index, "]");
  }
  return text;
}

bool Walk(Message* message, Path* path, FieldVisitor* visitor) {
  return WalkMessage(PlanOf(message->GetDescriptor()), message, path, visitor);
}

}  // namespace paceline::ingest
