// Visits what a Beacon or EntryBatch refers to and enumerates, wherever it stands, by the names of
// fields: a new kind of event is validated and scrubbed without any code for it.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace paceline::ingest {

// What a reference leads to.
enum class TextUse : uint8_t {
  kText,
  kUrl,
  // A URL when it looks like one: a tag's or an attribute's value, what invoked a script.
  kAny,
};

// What the reference of a field named so leads to.
TextUse UseOf(std::string_view field_name);

struct MessagePlan;

// A field that needs a look.
struct FieldPlan {
  enum class Kind : uint8_t {
    // `x_ref`, and `x_refs`.
    kReference,
    kReferences,
    kEnum,
    kDouble,
    kBytes,
    kMessage,
    kMessages,
  };
  const google::protobuf::FieldDescriptor* field = nullptr;
  Kind kind = Kind::kReference;
  TextUse use = TextUse::kText;
  const MessagePlan* nested = nullptr;
};

// The fields of a message that need a look; those of its oneof are found by number.
struct MessagePlan {
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  std::vector<FieldPlan> fields;
  std::vector<FieldPlan> alternatives;
};

// Made once, with those of all messages within. `type` is Beacon's or EntryBatch's.
const MessagePlan& PlanOf(const google::protobuf::Descriptor* type);

// Where the walk stands.
struct PathStep {
  const google::protobuf::FieldDescriptor* field = nullptr;
  // -1: not repeated.
  int index = -1;
};
using Path = std::vector<PathStep>;

// "events[3].resource.url_ref".
std::string ToString(const Path& path);

class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  // Called for each planned field that is not a message, of messages that are there, and for each
  // list of messages. `path` ends with the field. False ends the walk.
  virtual bool Visit(const FieldPlan& plan, google::protobuf::Message* message,
                     const Path& path) = 0;
  // Called for each message before its fields.
  virtual void Enter(google::protobuf::Message* /*message*/) {}
};

// False when the visitor ended it; `path` says where.
bool Walk(google::protobuf::Message* message, Path* path, FieldVisitor* visitor);

}  // namespace paceline::ingest
