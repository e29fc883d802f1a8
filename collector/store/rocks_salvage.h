// Opens a directory that may be damaged: with what can be read of it, and word of what cannot.
//
// Only journeys and meta are worth saving entry by entry; everything else can be folded again. A
// journey is never written over, so it does not matter in which of the files it is found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/store/rocks_key_value.h"

namespace paceline::store {

struct OpenedDisk {
  std::unique_ptr<RocksKeyValue> disk;
  // Why views, and what sequence numbers are bound to, have to be made again; empty: all is well.
  std::vector<std::string> damage;
};

// As RocksKeyValue::Open, for writing, but DataLoss is answered by salvage: a log is read past its
// bad records, tables that fail their checksums are moved to `lost/`, with what can be read of them
// saved, and a manifest that cannot be read is made anew. `suspect`: damage was met while the
// directory was open, so every table is looked at first. Whatever is mended, the directory bears a
// mark from then on, and is mended again, until EndMending.
absl::StatusOr<OpenedDisk> OpenOrSalvage(RocksKeyValue::Options options, bool suspect);

bool IsMending(const std::string& data_dir);
// Views are made anew, and everything is as it should be.
void EndMending(const std::string& data_dir);

// Removes `lost/`, if there is one: what is erased may be in it.
absl::Status RemoveSetAside(const std::string& data_dir);

}  // namespace paceline::store
