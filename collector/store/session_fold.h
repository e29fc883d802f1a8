// Folds one record into its session: which page views change, and how. Reads, but changes nothing
// but the session it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/store/fold.h"
#include "collector/store/keys.h"
#include "collector/store/store.h"

namespace paceline::store {

// Records of one session, and their bytes in all; beyond either, Append answers kSessionLimit. They
// bound what one record can make the writer read again, and what one journey takes to tell. A visit
// of four hours that sends 1 kB every 30 s stays far below.
inline constexpr int kMaxRecordsPerSession = 1024;
inline constexpr uint64_t kMaxBytesPerSession = 4u << 20;
// External conversions have room beyond that: they come late, and are what the visit was for.
inline constexpr int kMoreExternalRecords = 256;
inline constexpr uint64_t kMoreExternalBytes = 1u << 20;
// Page views of one session that are counted; further ones are kept in the journeys only.
inline constexpr int kMaxPageViewsPerSession = 1024;

// What folding reads: what earlier records made, and the records themselves.
struct FoldSource {
  // A page view's fact; nullopt when there is none.
  std::function<absl::StatusOr<std::optional<v1::PageViewFact>>(const std::string& fact_key)> fact;
  // A record that is stored.
  std::function<absl::StatusOr<v1::JournalRecord>(JourneyKey)> record;
};

// One page view's change. At least one is there.
struct FactChange {
  std::optional<v1::PageViewFact> before;
  std::optional<v1::PageViewFact> after;
};

// Adds `record`, stored under `key`, to `session` (empty for the session's first record), and
// returns what changes.
absl::StatusOr<std::vector<FactChange>> FoldIntoSession(JourneyKey key,
                                                        const v1::JournalRecord& record,
                                                        const FoldSource& source,
                                                        v1::SessionRecord* session);

}  // namespace paceline::store
