#include "collector/store/session_tags.h"

#include <algorithm>
#include <string>

namespace paceline::store {
namespace {

void SetTag(const std::string& key, const std::string& value, v1::SessionRecord* session) {
  auto* tags = session->mutable_tags();
  const auto at = std::lower_bound(tags->begin(), tags->end(), key,
                                   [](const auto& tag, const auto& k) { return tag.key() < k; });
  if (at != tags->end() && at->key() == key) return at->set_value(value);
  if (tags->size() >= kMaxTagsPerSession) return;
  const auto place = static_cast<int>(at - tags->begin());
  tags->Add();
  for (int i = tags->size() - 1; i > place; --i) tags->SwapElements(i, i - 1);
  tags->Mutable(place)->set_key(key);
  tags->Mutable(place)->set_value(value);
}

template <typename Message>
void NoteTagsOf(const Message& message, v1::SessionRecord* session) {
  const auto text = [&](uint32_t ref) {
    const bool there = ref > 0 && ref <= static_cast<uint32_t>(message.strings_size());
    return there ? message.strings(static_cast<int>(ref) - 1) : std::string();
  };
  const v1::Context& context = message.context();
  for (int i = 0; i + 1 < context.tag_refs_size(); i += 2) {
    const std::string key = text(context.tag_refs(i));
    if (!key.empty()) SetTag(key, text(context.tag_refs(i + 1)), session);
  }
}

}  // namespace

void NoteTags(const v1::JournalRecord& record, v1::SessionRecord* session) {
  if (record.has_beacon()) NoteTagsOf(record.beacon(), session);
  if (record.has_entry_batch()) NoteTagsOf(record.entry_batch(), session);
}

}  // namespace paceline::store
