// Decodes an EntryBatch and checks all of it, before anything of it is consumed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/wire/context.h"
#include "core/wire/entry.h"

namespace paceline::core {

// A decoded batch. Its strings point into the bytes that were decoded.
struct EntryBatchView {
  std::string_view site;
  std::string_view session_id;
  std::string_view document_id;
  uint64_t origin_unix_ms = 0;
  uint64_t sent_unix_ms = 0;
  uint32_t sample_rate_ppm = 0;
  uint32_t interaction_count = 0;
  bool kept_unsampled = false;
  std::vector<std::string_view> strings;
  Context context;
  std::vector<Entry> entries;
  std::vector<LayoutShiftSource> shift_sources;

  // Empty for 0.
  std::string_view String(uint32_t ref) const {
    return ref == 0 ? std::string_view() : strings[ref - 1];
  }
};

enum class DecodeStatus : uint8_t {
  kOk,
  // Not protobuf; an id of the wrong length; a site's key that is empty or too long; a reference
  // outside the table of strings; a string that is not UTF-8; a score of a layout shift that is
  // none.
  kMalformed,
  // More than `max_entries`.
  kTooManyEntries,
};

// `batch` is defined only when kOk is returned; then every reference in it is inside its table.
DecodeStatus DecodeEntryBatch(std::string_view bytes, uint32_t max_entries, EntryBatchView* batch);

}  // namespace paceline::core
