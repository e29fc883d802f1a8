#include "core/wire/entry_batch_check.h"

#include <algorithm>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/message_codec.h"
#include "core/wire/message_reader.h"

namespace paceline::core {
namespace {

// Strings may stand behind the entries that refer to them, so only the largest reference is kept,
// and checked at the end.
uint32_t KeepLargest(void* largest, uint32_t ref) {
  auto& max_ref = *static_cast<uint32_t*>(largest);
  max_ref = std::max(max_ref, ref);
  return ref;
}

class Checker {
 public:
  bool CheckBatch(std::string_view bytes) {
    BatchHeader header;
    if (!Check(bytes, TableOf<BatchHeader>(), &header)) return false;
    MessageReader reader(bytes);
    while (reader.Next()) {
      const auto field = reader.FieldAs<EntryBatchField>();
      if (field == EntryBatchField::kStrings && !CheckString(reader)) return false;
      if (field == EntryBatchField::kEntries && !CheckEntry(reader)) return false;
    }
    return header.session_id.size() == kSessionIdBytes &&
           header.document_id.size() == kDocumentIdBytes && !header.site.empty() &&
           header.site.size() <= kMaxSiteBytes && IsValidUtf8(header.site) &&
           Check(header.context, TableOf<Device>()) &&
           Check(header.rules, TableOf<BehaviorRules>()) && max_ref_ <= strings_;
  }

 private:
  static bool IsBytes(const MessageReader& reader) {
    return reader.wire_type() == protozero::pbf_wire_type::length_delimited;
  }

  bool CheckString(const MessageReader& reader) {
    return IsBytes(reader) && ++strings_ <= kMaxStringsPerBatch && IsValidUtf8(reader.bytes());
  }

  bool CheckEntry(const MessageReader& entry) {
    if (!IsBytes(entry)) return false;
    MessageReader reader(entry.bytes());
    while (reader.Next()) {
      const auto kind = reader.FieldAs<EntryField>();
      if (TableOf(kind).empty()) continue;
      if (!IsBytes(reader) || !CheckKind(kind, reader.bytes())) return false;
    }
    return reader.ok();
  }

  bool CheckKind(EntryField kind, std::string_view message) {
    if (kind != EntryField::kLayoutShift) return Check(message, TableOf(kind));
    LayoutShift shift;
    // Written so that NaN fails too.
    return Check(message, TableOf(kind), &shift) && shift.value >= 0 &&
           shift.value <= kMaxLayoutShiftValue;
  }

  bool Check(std::string_view message, MessageTable table, void* fields = nullptr) {
    scratch_.clear();
    return DecodeMessage(message, table, {KeepLargest, &max_ref_}, fields, &scratch_);
  }

  uint32_t strings_ = 0;
  uint32_t max_ref_ = 0;
  Bytes scratch_;
};

}  // namespace

bool IsEntryBatch(std::string_view bytes) { return Checker().CheckBatch(bytes); }

}  // namespace paceline::core
