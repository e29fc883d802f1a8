// Backups: copies of a store, made while it is written, that share the files they have in common.
//
// A backup directory holds numbered backups (RocksDB's BackupEngine: every file with its checksum)
// and `erasures`: what has been erased since, so that restoring an older backup does not bring it
// back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace paceline::store {

struct BackupInfo {
  uint32_t number = 0;
  uint64_t made_unix_ms = 0;
  uint64_t size_bytes = 0;
  uint32_t files = 0;
};

// Called now and then, with bytes copied.
using BackupProgress = std::function<void(uint64_t done_bytes)>;

struct RestoreOptions {
  std::string from;
  // Empty or missing.
  std::string data_dir;
  // 0: the latest.
  uint32_t number = 0;
  // Another backup directory, or a file named `erasures`, whose erasures count too; may be empty.
  std::string erasures = {};
};

struct RestoreReport {
  BackupInfo backup;
  // Sessions that had been erased after the backup was made, and were erased again.
  uint64_t erased_sessions = 0;
};

// The list of erasures in a directory of backups.
std::string ErasureFileIn(const std::string& dir);

// Oldest first. NotFound: there is no backup.
absl::StatusOr<std::vector<BackupInfo>> ListBackups(const std::string& dir);

// Checks every file of the backup against its checksum, copies it, and erases again what was erased
// since. FailedPrecondition: the data directory is not empty. NotFound: no such backup. DataLoss: a
// file is damaged. Leaves nothing behind when it fails.
absl::StatusOr<RestoreReport> RestoreBackup(const RestoreOptions& options,
                                            const BackupProgress& progress);

}  // namespace paceline::store
