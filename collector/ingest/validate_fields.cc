#include "collector/ingest/validate_fields.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "collector/ingest/message_walk.h"
#include "collector/ingest/validate_header.h"

namespace paceline::ingest {
namespace {

using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = FieldPlan::Kind;

constexpr size_t kTraceIdBytes = 16;
constexpr std::string_view kTraceIdField = "trace_id";
constexpr std::string_view kPairsField = "tag_refs";

class Checker : public FieldVisitor {
 public:
  explicit Checker(int strings) : strings_(strings) {}

  const std::string& wrong() const { return wrong_; }

  bool Visit(const FieldPlan& plan, Message* message, const Path& path) override {
    const Reflection& reflection = *message->GetReflection();
    switch (plan.kind) {
      case Kind::kReference:
        return CheckReference(reflection.GetUInt32(*message, plan.field), path);
      case Kind::kReferences:
        return CheckReferences(plan, *message, path);
      case Kind::kEnum:
        DropUnknown(plan, message);
        return true;
      case Kind::kDouble:
        if (std::isfinite(reflection.GetDouble(*message, plan.field))) return true;
        return Refuse(absl::StrCat(ToString(path), " is not a finite number"));
      case Kind::kBytes:
        DropBadTraceId(plan, message);
        return true;
      case Kind::kMessages:
        return CheckListSize(reflection.FieldSize(*message, plan.field), kMaxListedMessages, path);
      case Kind::kMessage:
        return true;
    }
    return true;
  }

 private:
  bool Refuse(std::string wrong) {
    wrong_ = std::move(wrong);
    return false;
  }

  bool CheckReference(uint32_t ref, const Path& path) {
    return RefInside(ref, strings_) || Refuse(BadRef(ToString(path), ref, strings_));
  }

  bool CheckReferences(const FieldPlan& plan, const Message& message, const Path& path) {
    const Reflection& reflection = *message.GetReflection();
    const int count = reflection.FieldSize(message, plan.field);
    if (!CheckListSize(count, kMaxListedReferences, path)) return false;
    if (plan.field->name() == kPairsField && count % 2 != 0) {
      return Refuse(absl::StrCat(ToString(path), " has ", count,
                                 " elements; a key and a value each are expected"));
    }
    for (int i = 0; i < count; ++i) {
      const uint32_t ref = reflection.GetRepeatedUInt32(message, plan.field, i);
      if (!CheckReference(ref, path)) return false;
    }
    return true;
  }

  // What stands at the top is counted before it is decoded.
  bool CheckListSize(int count, uint32_t limit, const Path& path) {
    if (path.size() == 1 || static_cast<uint32_t>(count) <= limit) return true;
    return Refuse(
        absl::StrCat(ToString(path), " has ", count, " elements; at most ", limit, " are allowed"));
  }

  static void DropUnknown(const FieldPlan& plan, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    const int value = reflection.GetEnumValue(*message, plan.field);
    if (plan.field->enum_type()->FindValueByNumber(value) != nullptr) return;
    reflection.ClearField(message, plan.field);
  }

  static void DropBadTraceId(const FieldPlan& plan, Message* message) {
    if (plan.field->name() != kTraceIdField) return;
    const Reflection& reflection = *message->GetReflection();
    std::string scratch;
    const std::string& id = reflection.GetStringReference(*message, plan.field, &scratch);
    if (!id.empty() && id.size() != kTraceIdBytes) reflection.ClearField(message, plan.field);
  }

  const int strings_;
  std::string wrong_;
};

}  // namespace

std::string CheckFields(Message* message, int strings) {
  Checker checker(strings);
  Path path;
  Walk(message, &path, &checker);
  return checker.wrong();
}

}  // namespace paceline::ingest
