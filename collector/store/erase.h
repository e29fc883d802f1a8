// Deletes a session, or all of a user's sessions, to the last trace.
//
// What a session left is its records, its facts, its part of the rollups, itself and its places in
// the indexes. A record's place in the journeys stays,
// with nothing in it, so that a commit number that is missing always means a loss.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/committer.h"
#include "collector/store/erasures.h"
#include "collector/store/key_value.h"

namespace paceline::store {

// Erases while the committer writes, and rewrites the files that had what was erased. `list` is
// what the committer asks: from the first moment on nothing more comes from an erased session.
// InvalidArgument: the request names nobody.
absl::StatusOr<EraseReport> Erase(const EraseRequest& request, KeyValue* disk, Committer* committer,
                                  ErasureList* list, const EraseProgress& progress);

// Takes over `erasures` of elsewhere, and erases what they name and is there: after a restore.
absl::StatusOr<EraseReport> EraseAgain(const std::vector<Erasure>& erasures, uint64_t now_unix_ms,
                                       KeyValue* disk, Committer* committer, ErasureList* list);

}  // namespace paceline::store
