// Backups of a RocksDB directory. backup.h is what others see.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/backup.h"
#include "rocksdb/db.h"

namespace paceline::store {

// Adds a backup of `db` to `dir`, and removes the oldest ones beyond `keep` (0: none). The database
// is written meanwhile; the backup is its state at some moment after the call.
absl::StatusOr<BackupInfo> BackUp(rocksdb::DB* db, const std::string& dir, uint32_t keep,
                                  const BackupProgress& progress);

// Checks the backup and copies it into `data_dir`, which exists and is empty. `number` 0: the
// latest.
absl::StatusOr<BackupInfo> CopyBackup(const std::string& dir, uint32_t number,
                                      const std::string& data_dir, const BackupProgress& progress);

}  // namespace paceline::store
