// RocksDB's statuses as ours.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/status.h"

namespace paceline::store {

// DataLoss: something cannot be read as it was written. ResourceExhausted: the disk is full.
// Unavailable: any other failure of the file system.
inline absl::Status ToAbsl(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat(std::string(doing), ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  return absl::UnavailableError(message);
}

}  // namespace paceline::store
