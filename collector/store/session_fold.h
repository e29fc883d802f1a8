// Folds one record into its session: its page views' facts, and what the rollups have to be changed
// by.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/facets.h"
#include "collector/store/keys.h"
#include "collector/store/pending_rollups.h"
#include "collector/store/record_view.h"
#include "collector/store/session_state.h"

namespace paceline::store {

// Records of one session, and their bytes in all; beyond either, Append answers kSessionLimit. They
// bound what one record can make the writer read again, and what one journey takes to tell. A visit
// of four hours that sends 1 kB every 30 s stays far below.
inline constexpr size_t kMaxRecordsPerSession = 1024;
inline constexpr uint64_t kMaxBytesPerSession = 4u << 20;
// External conversions have room beyond that: they come late, and are what the visit was for.
inline constexpr size_t kMoreExternalRecords = 256;
inline constexpr uint64_t kMoreExternalBytes = 1u << 20;
// Page views of one session that are counted; further ones are kept in the journeys only.
inline constexpr size_t kMaxPageViewsPerSession = 1024;

// What folding reads and changes besides the session.
struct FoldContext {
  // The stored value of a fact; nullopt when there is none.
  std::function<absl::StatusOr<std::optional<std::string>>(const std::string& fact_key)> read_fact;
  // From when on facts are kept; retention has dropped those of page views that began before.
  std::function<absl::StatusOr<uint64_t>()> facts_from_unix_ms;
  // A record that is stored.
  std::function<absl::StatusOr<v1::JournalRecord>(JourneyKey)> read_record;
  Facets* facets = nullptr;
  PendingRollups* rollups = nullptr;
  // Gets the keys of facts that are on disk and are no more.
  std::vector<std::string>* void_facts = nullptr;
};

// Adds `record`, stored under `key`, to `session`, which is new when it has no records. Facts that
// it changes are held afterwards, and marked with its commit.
absl::Status FoldIntoSession(JourneyKey key, const RecordView& record, const FoldContext& context,
                             SessionState* session);

// The key of a page view's fact.
std::string FactKey(const SessionState& session, const PageViewEntry& view);

}  // namespace paceline::store
