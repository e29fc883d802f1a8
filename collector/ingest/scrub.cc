#include "collector/ingest/scrub.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "collector/ingest/scrub_text.h"
#include "core/wire/url_scrub.h"

namespace paceline::ingest {
namespace {

// One flag for each string: is it referred to as a URL?
class UrlMarks {
 public:
  explicit UrlMarks(int strings) : marks_(static_cast<size_t>(strings)) {}

  void Mark(uint32_t ref) {
    if (ref != 0) marks_[ref - 1] = true;
  }
  bool IsMarked(int index) const { return marks_[static_cast<size_t>(index)]; }

 private:
  std::vector<bool> marks_;
};

UrlMarks MarkUrls(const v1::Beacon& beacon) {
  UrlMarks marks(beacon.strings_size());
  for (const v1::PageView& view : beacon.page_views()) {
    marks.Mark(view.url_ref());
    marks.Mark(view.referrer_ref());
  }
  for (const v1::Event& event : beacon.events()) {
    if (event.vital().has_lcp()) marks.Mark(event.vital().lcp().url_ref());
  }
  return marks;
}

UrlMarks MarkUrls(const v1::EntryBatch& batch) {
  UrlMarks marks(batch.strings_size());
  for (const v1::Entry& entry : batch.entries()) {
    if (entry.has_page_view_start()) {
      marks.Mark(entry.page_view_start().url_ref());
      marks.Mark(entry.page_view_start().referrer_ref());
    } else if (entry.has_largest_contentful_paint()) {
      marks.Mark(entry.largest_contentful_paint().url_ref());
    }
  }
  return marks;
}

template <typename Message>
std::string ScrubMessage(Message* message) {
  std::string user_agent;
  if (const uint32_t ref = message->context().user_agent_ref(); ref != 0) {
    user_agent = std::exchange(*message->mutable_strings(static_cast<int>(ref) - 1), {});
    message->mutable_context()->clear_user_agent_ref();
  }
  const UrlMarks marks = MarkUrls(*message);
  for (int i = 0; i < message->strings_size(); ++i) {
    std::string* text = message->mutable_strings(i);
    if (marks.IsMarked(i)) *text = core::ScrubUrl(*text);
    *text = ScrubText(*text);
  }
  return user_agent;
}

}  // namespace

std::string ScrubPayload(v1::JournalRecord* record) {
  return record->has_beacon() ? ScrubMessage(record->mutable_beacon())
                              : ScrubMessage(record->mutable_entry_batch());
}

}  // namespace paceline::ingest
