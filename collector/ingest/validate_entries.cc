
#include "collector/ingest/validate.h"
#include "collector/ingest/validate_fields.h"
#include "collector/ingest/validate_header.h"

namespace paceline::ingest {
namespace {

std::string CheckLayoutShift(const v1::Entry::LayoutShift& shift, int index) {
  // Written so that NaN fails too.
  if (!(shift.value() >= 0 && shift.value() <= core::kMaxLayoutShiftValue)) {
    return absl::StrCat(Item("entries", index, "layout_shift.value"), " is ", shift.value(),
                        "; a number between 0 and ", core::kMaxLayoutShiftValue, " is expected");
  }
  if (shift.sources_size() > kMaxShiftSources) {
    return absl::StrCat(Item("entries", index, "layout_shift.sources"), " has ",
                        shift.sources_size(), " elements; a browser gives at most ",
                        kMaxShiftSources);
  }
  return {};
}

std::string CheckEntry(const v1::EntryBatch& batch, const v1::Entry& entry, int index) {
  switch (entry.entry_case()) {
    case v1::Entry::kPageViewStart:
      return CheckPageViewStart(batch, absl::StrCat("entries[", index, "].page_view_start"),
                                entry.page_view_start().start_100us(),
                                entry.page_view_start().navigation_type());
    case v1::Entry::kPaint:
      if (!v1::Entry::Paint::Kind_IsValid(entry.paint().kind()) ||
          entry.paint().kind() == v1::Entry::Paint::KIND_UNSPECIFIED) {
        return absl::StrCat(Item("entries", index, "paint.kind"), " is ",
                            static_cast<int>(entry.paint().kind()),
                            "; a value of Paint.Kind in entry.proto other than 0 is expected");
      }
      return {};
    case v1::Entry::kLayoutShift:
      return CheckLayoutShift(entry.layout_shift(), index);
    // Also something a newer agent saw and this version does not know: core passes it over.
    default:
      return {};
  }
}

}  // namespace

std::string ValidateEntryBatch(v1::EntryBatch* message, size_t max_page_views) {
  const v1::EntryBatch& batch = *message;
  if (auto bad = CheckHeader(batch); !bad.empty()) return bad;
  if (batch.entries().empty()) return "entries is empty; at least one entry is expected";
  size_t page_views = 0;
  bool known = false;
  for (int i = 0; i < batch.entries_size(); ++i) {
    const v1::Entry& entry = batch.entries(i);
    if (entry.has_page_view_start() && ++page_views > max_page_views) {
      return absl::StrCat("entries begin more than ", max_page_views,
                          " page views; split them over several batches");
    }
    if (auto bad = CheckEntry(batch, entry, i); !bad.empty()) return bad;
    if (entry.entry_case() != v1::Entry::ENTRY_NOT_SET) known = true;
  }
  // What another message looks like when it is read as this one.
  if (!known)
    return "none of the entries is of a known kind; is it a Beacon? They go to /v1/beacon";
  return CheckFields(message, batch.strings_size());
}

}  // namespace paceline::ingest
