// Takes an EntryBatch apart, into its header and entries.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/pod_vector.h"
#include "core/wire/entry.h"
#include "core/wire/fields.h"
#include "core/wire/message_table.h"

namespace paceline::core {

// Fields of an EntryBatch that there are one each of. Texts point into the bytes that were decoded.
struct BatchHeader {
  std::string_view site;
  std::string_view session_id;
  std::string_view document_id;
  uint64_t origin_unix_ms = 0;
  uint64_t sent_unix_ms = 0;
  uint32_t sample_rate_ppm = 0;
  uint32_t interaction_count = 0;
  bool kept_unsampled = false;
  // Messages Context and BehaviorRules; empty when there is none.
  std::string_view context;
  std::string_view rules;
};

// One entry, not taken apart yet.
struct EntryView {
  // kUnknown for one that this version does not know.
  EntryField kind = EntryField::kUnknown;
  // Its fields.
  MessageTable table;
  // The message of that kind.
  std::string_view message;
};

// A decoded batch.
struct EntryBatchView {
  BatchHeader header;
  PodVector<std::string_view> strings;
  PodVector<EntryView> entries;
};

// Of bytes that IsEntryBatch (entry_batch_check.h), into a `batch` that is empty.
void ReadEntryBatch(std::string_view bytes, EntryBatchView* batch);

}  // namespace paceline::core
