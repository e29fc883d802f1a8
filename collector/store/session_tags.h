// What the site said of a session's visitor.
#pragma once

#include "paceline/v1/record.pb.h"

namespace paceline::store {

// Of one session; further keys are in the journeys only.
inline constexpr int kMaxTagsPerSession = 32;

// Takes the tags of `record`'s context into `session`: the last one of a key, in commit order, is
// kept.
void NoteTags(const v1::JournalRecord& record, v1::SessionRecord* session);

}  // namespace paceline::store
