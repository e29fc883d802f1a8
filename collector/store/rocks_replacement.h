// Replaces what is in whole families, all at once: before Commit everything is as it was, after it
// everything is new, whatever happens between.
//
// The new content is written to tables beside the database, each with a deletion of everything that
// was there before, and RocksDB takes the tables in with one change of its manifest.
#pragma once

#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "collector/store/key_value.h"
#include "collector/store/rocks_key_value.h"

namespace paceline::store {

class RocksReplacement {
 public:
  // Tables are written to `directory`, which is there, on the same file system. `disk` outlives the
  // object.
  RocksReplacement(RocksKeyValue* disk, std::string directory)
      : disk_(disk), directory_(std::move(directory)) {}

  // Everything that `source` has of the family takes the place of everything that `disk` has of it
  // by then. Each family once. `progress` is called now and then; an error ends the work.
  absl::Status ReplaceAll(Family family, const KeyValueReader& source,
                          const std::function<absl::Status()>& progress);
  // These keys become what they are in `source`, or go: after ReplaceAll, and each family once.
  absl::Status ReplaceKeys(Family family, const std::set<std::string>& keys,
                           const KeyValueReader& source);
  // Durable when it returns. Nobody else writes meanwhile.
  absl::Status Commit();

 private:
  std::string NewTable(Family family);

  RocksKeyValue* const disk_;
  const std::string directory_;
  // By family, the later ones over those before.
  std::array<std::vector<std::string>, kFamilyCount> tables_;
};

}  // namespace paceline::store
