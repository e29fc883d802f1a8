#include "collector/store/session_tags.h"

#include <algorithm>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>

namespace paceline::store {
namespace {

constexpr protozero::pbf_tag_type kTagRefsField = 15;

void SetTag(std::string_view key, std::string_view value, SessionTags* tags) {
  const auto at = std::lower_bound(tags->begin(), tags->end(), key,
                                   [](const auto& tag, const auto& k) { return tag.key() < k; });
  if (at != tags->end() && at->key() == key) {
    if (at->value() != value) at->set_value(std::string(value));
    return;
  }
  if (tags->size() >= kMaxTagsPerSession) return;
  const auto place = static_cast<int>(at - tags->begin());
  tags->Add();
  for (int i = tags->size() - 1; i > place; --i) tags->SwapElements(i, i - 1);
  tags->Mutable(place)->set_key(std::string(key));
  tags->Mutable(place)->set_value(std::string(value));
}

}  // namespace

void NoteTags(const RecordView& record, absl::FunctionRef<SessionTags*()> tags) try {
  protozero::pbf_reader context(record.context.data(), record.context.size());
  uint32_t refs = 0;
  std::string_view key;
  while (context.next(kTagRefsField)) {
    for (const uint32_t ref : context.get_packed_uint32()) {
      if (refs++ % 2 == 0) {
        key = record.Text(ref);
      } else if (!key.empty()) {
        SetTag(key, record.Text(ref), tags());
      }
    }
  }
} catch (const protozero::exception&) {
  // Whoever writes records has parsed them.
}

}  // namespace paceline::store
