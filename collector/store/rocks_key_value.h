// KeyValue on RocksDB. With rocks_options the only files that know it.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "collector/store/backup.h"
#include "collector/store/key_value.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"

namespace paceline::store {

class RocksKeyValue : public KeyValue {
 public:
  struct Options {
    std::string data_dir;
    // Nothing is written and no lock is taken: another process may have the directory open. What is
    // read is its state at the time of opening.
    bool read_only = false;
    // Wraps the file system in tests of failing disks; the default one when null. Outlives the
    // object.
    rocksdb::Env* env = nullptr;
    // Reads the log past records that are damaged, instead of refusing it.
    bool past_damage = false;
  };

  // Creates the directory and the families as needed, unless read-only, and recovers what was
  // written. FailedPrecondition: locked by another process, or has families this version does not
  // know. NotFound: read-only, and there is nothing. DataLoss: cannot be read. Unavailable: any
  // other failure of the file system.
  static absl::StatusOr<std::unique_ptr<RocksKeyValue>> Open(const Options& options);
  ~RocksKeyValue() override;

  RocksKeyValue(const RocksKeyValue&) = delete;
  RocksKeyValue& operator=(const RocksKeyValue&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 std::string_view key) const override;
  std::unique_ptr<Cursor> NewCursor(Family family) const override;
  absl::Status Write(const Batch& batch, Durability durability) override;
  absl::Status DeleteRange(Family family, std::string_view begin, std::string_view end) override;
  absl::Status Compact(const std::vector<KeyRange>& ranges) override;
  std::unique_ptr<KeyValueReader> Snapshot() const override;

  // As BackUp in rocks_backup.h, of this database. Not read-only.
  absl::StatusOr<BackupInfo> BackUp(const std::string& dir, uint32_t keep,
                                    const BackupProgress& progress);

 private:
  friend class RocksSnapshot;
  friend class RocksReplacement;
  RocksKeyValue() = default;

  // Why nothing is written any more; OK while all is well.
  absl::Status CheckWritable() const;
  // Remembers the first failure.
  absl::Status NoteWritten(const rocksdb::Status& status, std::string_view doing);
  rocksdb::ColumnFamilyHandle* HandleOf(Family family) const {
    return families_[static_cast<size_t>(family)];
  }
  absl::Status OpenDatabase(const Options& options);
  absl::Status OpenBesideWriter(const Options& options);
  absl::StatusOr<std::optional<std::string>> GetAt(const rocksdb::Snapshot* snapshot, Family family,
                                                   std::string_view key) const;
  std::unique_ptr<Cursor> NewCursorAt(const rocksdb::Snapshot* snapshot, Family family) const;

  bool read_only_ = false;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilyCount> families_{};
  rocksdb::ColumnFamilyHandle* default_family_ = nullptr;

  // Set by the first write that failed. RocksDB itself may go on after some errors; we do not, for
  // the failed batch may come back when the directory is opened again, and its commit numbers must
  // not name anything else until then.
  mutable std::mutex failure_mutex_;
  absl::Status failure_;
};

}  // namespace paceline::store
