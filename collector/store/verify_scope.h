// What a recount can be compared with, when retention has dropped journeys.
//
// Sessions all of whose records are kept are recounted. Those that began before the first kept day,
// and went on, are left out of both sides, and so are the rollups of the days on which they did.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"

namespace paceline::store {

class VerifyScope {
 public:
  static absl::StatusOr<VerifyScope> Of(const KeyValueReader& stored);

  // Whether the record's session is recounted.
  bool Covers(const BeaconId& id) const;
  // Whether all records are; then nobody has to ask for each.
  bool CoversAllRecords() const { return spanning_.empty(); }
  // Whether an entry of facts, sessions or rollups has to be equal. `value` is that of either side.
  absl::StatusOr<bool> Covers(Family family, std::string_view key, std::string_view value,
                              const KeyValueReader& recounted) const;

 private:
  absl::StatusOr<bool> CoversSession(std::string_view site, std::string_view session_id,
                                     uint64_t began_unix_ms, const KeyValueReader& recounted) const;

  uint64_t kept_from_unix_ms_ = 0;
  // By resolution.
  std::array<uint64_t, 3> cells_from_unix_ms_{};
  // SessionKey of those with records before and after the first kept day.
  std::set<std::string> spanning_;
};

}  // namespace paceline::store
