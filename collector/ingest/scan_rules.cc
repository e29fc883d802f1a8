#include "collector/ingest/scan_rules.h"

#include <map>
#include <memory>
#include <string_view>

#include "collector/ingest/limits.h"
#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Kind = FieldRule::Kind;

constexpr uint64_t kMaxVarint = UINT64_MAX;

// The scores of layout shifts, in units of 1e-9.
bool IsClsNano(std::string_view name) {
  return name == "value_nano" || name == "largest_shift_nano" || name == "cls_nano";
}

// Bit n for the value n.
uint64_t ValuesOf(const EnumDescriptor& type) {
  uint64_t values = 0;
  for (int i = 0; i < type.value_count(); ++i) {
    const int number = type.value(i)->number();
    if (number >= 0 && number < 64) values |= uint64_t{1} << number;
  }
  return values;
}

uint32_t MaxCount(const FieldDescriptor& field) {
  if (!field.is_repeated()) return 1;
  return field.containing_type() == v1::Event::LayoutShift::descriptor() ? kMaxShiftSources
                                                                         : kMaxListedMessages;
}

MessageCheck CheckOf(const Descriptor* type) {
  if (type == v1::Context::descriptor()) return MessageCheck::kContext;
  if (type == v1::PageView::descriptor()) return MessageCheck::kPageView;
  if (type == v1::Event::descriptor()) return MessageCheck::kEvent;
  if (type == v1::Vital::descriptor()) return MessageCheck::kVital;
  if (type == v1::Event::Conversion::descriptor()) return MessageCheck::kConversion;
  if (type == v1::Attribute::descriptor()) return MessageCheck::kAttribute;
  return MessageCheck::kNone;
}

class Rules {
 public:
  Rules() {
    Add(v1::Context::descriptor());
    Add(v1::PageView::descriptor());
    Add(v1::Event::descriptor());
  }

  const MessageRule& Of(const Descriptor* type) const { return *rules_.at(type); }

 private:
  const MessageRule* Add(const Descriptor* type) {
    auto& place = rules_[type];
    if (place != nullptr) return place.get();
    place = std::make_unique<MessageRule>();
    MessageRule* const rule = place.get();
    rule->check = CheckOf(type);
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      const auto number = static_cast<size_t>(field.number());
      if (rule->fields.size() <= number) rule->fields.resize(number + 1);
      rule->fields[number] = RuleOf(field);
    }
    return rule;
  }

  FieldRule RuleOf(const FieldDescriptor& field) {
    FieldRule rule;
    rule.use = UseOf(field.name());
    rule.optional = field.has_optional_keyword();
    rule.alternative = field.real_containing_oneof() != nullptr;
    rule.max_count = MaxCount(field);
    if (field.message_type() == v1::Event::Call::descriptor()) {
      // Not plain: it has to be read.
      rule.kind = Kind::kNone;
    } else if (field.message_type() != nullptr) {
      rule.kind = Kind::kMessage;
      rule.nested = Add(field.message_type());
    } else if (field.is_repeated()) {
      rule.kind =
          std::string_view(field.name()).ends_with("_refs") ? Kind::kReferences : Kind::kNone;
      rule.max_count = 1;
    } else {
      SetNumber(field, &rule);
    }
    return rule;
  }

  static void SetNumber(const FieldDescriptor& field, FieldRule* rule) {
    const std::string_view name = field.name();
    switch (field.type()) {
      case FieldDescriptor::TYPE_UINT32:
        rule->kind = name.ends_with("_ref") ? Kind::kReference : Kind::kNumber;
        rule->limit = UINT32_MAX;
        return;
      case FieldDescriptor::TYPE_SINT32:
        rule->kind = Kind::kNumber;
        rule->limit = UINT32_MAX;
        return;
      case FieldDescriptor::TYPE_UINT64:
      case FieldDescriptor::TYPE_SINT64:
        rule->kind = Kind::kNumber;
        rule->limit = IsClsNano(name) ? kMaxClsNano : kMaxVarint;
        return;
      case FieldDescriptor::TYPE_BOOL:
        rule->kind = Kind::kNumber;
        rule->limit = 1;
        return;
      case FieldDescriptor::TYPE_ENUM:
        rule->kind = Kind::kEnum;
        rule->limit = ValuesOf(*field.enum_type());
        return;
      case FieldDescriptor::TYPE_FIXED32:
        rule->kind = Kind::kFixed32;
        return;
      case FieldDescriptor::TYPE_DOUBLE:
        rule->kind = Kind::kDouble;
        return;
      case FieldDescriptor::TYPE_BYTES:
        rule->kind = name == "trace_id" ? Kind::kTraceId : Kind::kNone;
        return;
      default:
        return;
    }
  }

  std::map<const Descriptor*, std::unique_ptr<MessageRule>> rules_;
};

}  // namespace

const MessageRule& ScanRuleOf(const Descriptor* type) {
  static const auto& rules = *new Rules;
  return rules.Of(type);
}

}  // namespace paceline::ingest
