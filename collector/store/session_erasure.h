// Everything that goes with one session that is erased.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/erasures.h"
#include "collector/store/facets.h"
#include "collector/store/key_value.h"
#include "collector/store/pending_rollups.h"
#include "collector/store/store.h"

namespace paceline::store {

// What was changed, by family: what has to be rewritten.
using TouchedKeys = std::array<std::set<std::string>, kFamilyCount>;

// Collects what is stored of a session, and then writes in one step that it is gone. For one
// session, while nobody else writes.
class SessionErasure {
 public:
  // `disk` has to outlive it.
  SessionErasure(const KeyValueReader& disk, std::string site, std::string session_id);

  // False: there is no such session. DataLoss: what is stored of it cannot be read.
  absl::StatusOr<bool> Collect();

  // Notes `erasure` with it. Adds what was written to `touched`, and what went to `report`.
  absl::Status Write(KeyValue* disk, const Erasure& erasure, TouchedKeys* touched,
                     EraseReport* report);

 private:
  void Put(Family family, std::string key, std::string value);
  void Delete(Family family, std::string key);
  absl::StatusOr<bool> CollectFactsAlone();
  absl::Status CollectFact(const std::string& key, std::string_view bytes, uint64_t began_unix_ms);
  absl::Status CollectCells();

  const KeyValueReader& disk_;
  const std::string site_;
  const std::string session_id_;
  Batch batch_;
  Facets facets_;
  PendingRollups rollups_;
  uint64_t records_ = 0;
  uint64_t page_views_ = 0;
};

}  // namespace paceline::store
