// Views folded anew from the journeys, beside those that are stored: what verifying and rebuilding
// have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/verify_scope.h"

namespace paceline::store {

// The families that are views.
inline constexpr Family kViewFamilies[] = {Family::kFacts, Family::kSessions, Family::kRollups};

// Up to which commit the views that `reader` has are complete; 0: nothing was flushed yet.
absl::StatusOr<uint64_t> ReadCompleteTo(const KeyValueReader& reader);

// Called with the records folded so far, now and then. An error ends the work, and is its result.
using RecountProgress = std::function<absl::Status(uint64_t records)>;

// Folds the journeys of `stored` up to `to_commit`, of the sessions that the scope covers, into
// `fresh`, which is empty. Returns how many records that were.
absl::StatusOr<uint64_t> RecountViews(const KeyValueReader& stored, const VerifyScope& scope,
                                      uint64_t to_commit, KeyValue* fresh,
                                      const RecountProgress& progress);

// An entry of a view on either side, or on both.
struct ComparedEntry {
  Family family;
  std::string_view key;
  std::optional<std::string_view> stored;
  std::optional<std::string_view> recounted;
  // Whether the two have to be equal. True where they are.
  bool covered = true;

  bool differs() const { return stored != recounted; }
};

// Walks over both sides of a family at once, in key order, within the scope's range of time.
absl::Status CompareViews(Family family, const VerifyScope& scope, const KeyValueReader& stored,
                          const KeyValueReader& recounted,
                          const std::function<absl::Status(const ComparedEntry&)>& visit);

}  // namespace paceline::store
