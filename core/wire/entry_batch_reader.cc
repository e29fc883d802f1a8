#include "core/wire/entry_batch_reader.h"

#include "core/base/bytes.h"
#include "core/wire/message_codec.h"
#include "core/wire/message_reader.h"

namespace paceline::core {
namespace {

// Of a oneof's fields, the last is the one that counts.
EntryView ReadEntry(std::string_view message) {
  EntryView entry;
  MessageReader reader(message);
  while (reader.Next()) {
    const auto kind = reader.FieldAs<EntryField>();
    const MessageTable table = TableOf(kind);
    if (!table.empty()) entry = {kind, table, reader.bytes()};
  }
  return entry;
}

}  // namespace

void ReadEntryBatch(std::string_view bytes, EntryBatchView* batch) {
  Bytes ignored;
  DecodeMessage(bytes, TableOf<BatchHeader>(), kSameRefs, &batch->header, &ignored);
  MessageReader reader(bytes);
  while (reader.Next()) {
    const auto field = reader.FieldAs<EntryBatchField>();
    if (field == EntryBatchField::kStrings) batch->strings.push_back(reader.bytes());
    if (field == EntryBatchField::kEntries) batch->entries.push_back(ReadEntry(reader.bytes()));
  }
}

}  // namespace paceline::core
