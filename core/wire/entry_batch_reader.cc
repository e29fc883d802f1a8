#include "core/wire/entry_batch_reader.h"

#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
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

class Decoder {
 public:
  Decoder(uint32_t max_entries, EntryBatchView* batch)
      : max_entries_(max_entries), batch_(*batch) {}

  DecodeStatus Decode(std::string_view bytes) {
    const BatchHeader& header = batch_.header;
    if (!DecodeFields(bytes)) {
      return too_many_entries_ ? DecodeStatus::kTooManyEntries : DecodeStatus::kMalformed;
    }
    const bool valid = header.session_id.size() == kSessionIdBytes &&
                       header.document_id.size() == kDocumentIdBytes && !header.site.empty() &&
                       header.site.size() <= kMaxSiteBytes && IsValidUtf8(header.site) &&
                       Check(header.context, TableOf<Device>()) &&
                       Check(header.rules, TableOf<BehaviorRules>()) &&
                       max_ref_ <= batch_.strings.size();
    return valid ? DecodeStatus::kOk : DecodeStatus::kMalformed;
  }

 private:
  bool DecodeFields(std::string_view bytes) {
    if (!Check(bytes, TableOf<BatchHeader>(), &batch_.header)) return false;
    MessageReader reader(bytes);
    while (reader.Next()) {
      if (reader.wire_type() != protozero::pbf_wire_type::length_delimited) continue;
      const auto field = reader.FieldAs<EntryBatchField>();
      if (field == EntryBatchField::kStrings && !AddString(reader.bytes())) return false;
      if (field == EntryBatchField::kEntries && !AddEntry(reader.bytes())) return false;
    }
    return true;
  }

  bool AddString(std::string_view text) {
    batch_.strings.push_back(text);
    return batch_.strings.size() <= kMaxStringsPerBatch && IsValidUtf8(text);
  }

  // Of a oneof's fields, the last is the one that counts.
  bool AddEntry(std::string_view message) {
    too_many_entries_ = batch_.entries.size() >= max_entries_;
    if (too_many_entries_) return false;
    EntryView entry;
    MessageReader reader(message);
    while (reader.Next()) {
      if (reader.wire_type() != protozero::pbf_wire_type::length_delimited) continue;
      const auto kind = reader.FieldAs<EntryField>();
      const MessageTable table = TableOf(kind);
      if (table.empty()) continue;
      entry = {kind, table, reader.bytes()};
      if (!CheckEntry(entry)) return false;
    }
    batch_.entries.push_back(entry);
    return reader.ok();
  }

  bool CheckEntry(const EntryView& entry) {
    if (entry.kind != EntryField::kLayoutShift) return Check(entry.message, entry.table);
    LayoutShift shift;
    // Written so that NaN fails too.
    return Check(entry.message, entry.table, &shift) && shift.value >= 0 &&
           shift.value <= kMaxLayoutShiftValue;
  }

  bool Check(std::string_view message, MessageTable table, void* fields = nullptr) {
    scratch_.clear();
    return DecodeMessage(message, table, {KeepLargest, &max_ref_}, fields, &scratch_);
  }

  const uint32_t max_entries_;
  EntryBatchView& batch_;
  bool too_many_entries_ = false;
  uint32_t max_ref_ = 0;
  Bytes scratch_;
};

}  // namespace

DecodeStatus DecodeEntryBatch(std::string_view bytes, uint32_t max_entries, EntryBatchView* batch) {
  return Decoder(max_entries, batch).Decode(bytes);
}

}  // namespace paceline::core
