// What the site said of a session's visitor.
#pragma once

#include "absl/functional/function_ref.h"
#include "collector/store/record_view.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

// Of one session; further keys are in the journeys only.
inline constexpr int kMaxTagsPerSession = 32;

using SessionTags = google::protobuf::RepeatedPtrField<v1::SessionTag>;

// Takes the tags of `record`'s context into `tags`, which is asked for only when there are any: the
// last one of a key, in commit order, is kept. In the order of their keys.
void NoteTags(const RecordView& record, absl::FunctionRef<SessionTags*()> tags);

}  // namespace paceline::store
