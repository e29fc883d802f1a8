// What a recount can be compared with, when retention has dropped journeys.
//
// Sessions all of whose records are kept are recounted. Those that began before the first kept day,
// and went on, are left out of both sides, and so are the rollups of the days on which they did.
//
// A range of time narrows that: page views and sessions that began in it, and rollups that lie in
// it from their first to their last millisecond. What can have a part in them is recounted.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "collector/store/journey_reader.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"

namespace paceline::store {

class VerifyScope {
 public:
  static absl::StatusOr<VerifyScope> Of(const KeyValueReader& stored, const TimeRange& range = {});

  // Whether the session is recounted.
  bool CoversSession(std::string_view site, std::string_view session_id) const;
  // Whether all records are; then nobody has to ask for each.
  bool CoversAllRecords() const { return spanning_.empty() && !range_.bounded(); }
  // Between which their records lie.
  uint64_t first_commit() const { return commits_.first; }
  uint64_t last_commit() const { return commits_.last; }
  // Whether an entry of facts, sessions or rollups has to be equal. `value` is that of either side.
  absl::StatusOr<bool> Covers(Family family, std::string_view key, std::string_view value,
                              const KeyValueReader& recounted) const;
  // Where to read on when `key` is before the range, or behind it; nullopt: it is in it, or its key
  // does not tell.
  std::optional<std::string> NextInRange(Family family, std::string_view key) const;

 private:
  absl::Status FindSpanning(const KeyValueReader& stored, uint64_t journeys_from_day);
  absl::Status FindSessionsInRange(const KeyValueReader& stored);
  absl::StatusOr<bool> CoversSessionOf(std::string_view site, std::string_view session_id,
                                       uint64_t began_unix_ms,
                                       const KeyValueReader& recounted) const;

  TimeRange range_;
  CommitRange commits_{1, std::numeric_limits<uint64_t>::max()};
  // SessionKey of those that may have a part in the range, when it is bounded.
  std::set<std::string, std::less<>> in_range_;
  uint64_t kept_from_unix_ms_ = 0;
  uint64_t facts_from_unix_ms_ = 0;
  uint64_t sessions_from_unix_ms_ = 0;
  // By resolution.
  std::array<uint64_t, 3> cells_from_unix_ms_{};
  // SessionKey of those with records before and after the first kept day.
  std::set<std::string, std::less<>> spanning_;
};

}  // namespace paceline::store
