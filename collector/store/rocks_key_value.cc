#include "collector/store/rocks_key_value.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/store/meta_copies.h"
#include "collector/store/rocks_backup.h"
#include "collector/store/rocks_options.h"
#include "collector/store/rocks_status.h"
#include "rocksdb/convenience.h"
#include "rocksdb/iterator.h"
#include "rocksdb/write_batch.h"

namespace paceline::store {
namespace {

// How often opening beside a writer is tried again because the writer changed its files meanwhile.
constexpr int kOpenBesideWriterTries = 20;

// Of the failures around the lock only these say that another has it: the others are files that
// cannot be opened.
bool IsLockHeld(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return status.IsIOError() && (text.find("While lock file") != std::string::npos ||
                                text.find("lock hold by") != std::string::npos);
}

// Why a directory could not be opened. RocksDB reports a held lock as an I/O error among others.
absl::Status ToOpenError(const rocksdb::Status& status, const std::string& data_dir) {
  const std::string text = status.ToString();
  if (IsLockHeld(status)) {
    return absl::FailedPreconditionError(
        absl::StrCat(data_dir, " is in use by another process (", text, ")"));
  }
  if (status.IsInvalidArgument() && text.find("olumn famil") != std::string::npos) {
    return absl::FailedPreconditionError(
        absl::StrCat(data_dir, " was written by a newer version of Paceline (", text, ")"));
  }
  return ToAbsl(status, absl::StrCat("cannot open ", data_dir));
}

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class RocksCursor : public Cursor {
 public:
  explicit RocksCursor(std::unique_ptr<rocksdb::Iterator> iterator)
      : iterator_(std::move(iterator)) {}

  void Seek(std::string_view key) override { iterator_->Seek(ToSlice(key)); }
  void SeekForPrevious(std::string_view key) override { iterator_->SeekForPrev(ToSlice(key)); }
  void Next() override { iterator_->Next(); }
  void Previous() override { iterator_->Prev(); }
  bool valid() const override { return iterator_->Valid(); }
  absl::Status status() const override { return ToAbsl(iterator_->status(), "reading"); }
  std::string_view key() const override { return ToView(iterator_->key()); }
  std::string_view value() const override { return ToView(iterator_->value()); }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// Changes whenever a writer adds or drops a file: the name of its manifest, and how long that is.
// NotFound: there is no database. Unavailable: it cannot be read, as when the process has no file
// descriptor left.
absl::StatusOr<std::string> ManifestState(const std::string& data_dir) {
  const std::filesystem::path path = std::filesystem::path(data_dir) / "CURRENT";
  std::error_code error;
  // Takes no file descriptor.
  if (!std::filesystem::exists(path, error) && !error) {
    return absl::NotFoundError(absl::StrCat("there is no data in ", data_dir));
  }
  errno = 0;
  std::ifstream current(path);
  std::string manifest;
  if (!std::getline(current, manifest)) {
    return absl::UnavailableError(
        absl::StrCat("cannot read ", path.string(), ": ", std::strerror(errno)));
  }
  // Gone: the writer has begun another one.
  const auto size = std::filesystem::file_size(std::filesystem::path(data_dir) / manifest, error);
  return absl::StrCat(manifest, " ", error ? 0 : size);
}

}  // namespace

class RocksSnapshot : public KeyValueReader {
 public:
  explicit RocksSnapshot(const RocksKeyValue* engine)
      // A read-only database stands still; it needs no snapshot.
      : engine_(engine), snapshot_(engine->read_only_ ? nullptr : engine->db_->GetSnapshot()) {}
  ~RocksSnapshot() override {
    if (snapshot_ != nullptr) engine_->db_->ReleaseSnapshot(snapshot_);
  }
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 std::string_view key) const override {
    return engine_->GetAt(snapshot_, family, key);
  }
  std::unique_ptr<Cursor> NewCursor(Family family) const override {
    return engine_->NewCursorAt(snapshot_, family);
  }

 private:
  const RocksKeyValue* engine_;
  const rocksdb::Snapshot* snapshot_;
};

absl::StatusOr<std::unique_ptr<RocksKeyValue>> RocksKeyValue::Open(const Options& options) {
  std::unique_ptr<RocksKeyValue> engine(new RocksKeyValue);
  engine->read_only_ = options.read_only;
  const absl::Status opened =
      options.read_only ? engine->OpenBesideWriter(options) : engine->OpenDatabase(options);
  if (!opened.ok()) return opened;
  return engine;
}

absl::Status RocksKeyValue::OpenDatabase(const Options& options) {
  std::error_code error;
  std::filesystem::create_directories(options.data_dir, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot create ", options.data_dir, ": ", error.message()));
  }
  rocksdb::DBOptions database_options = DatabaseOptions();
  if (options.env != nullptr) database_options.env = options.env;
  // Compaction can wait; pages cannot.
  database_options.env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow);
  if (options.past_damage) {
    database_options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::Open(database_options, options.data_dir, FamilyDescriptors(), &handles, &db);
  if (!opened.ok()) return ToOpenError(opened, options.data_dir);
  db_.reset(db);
  default_family_ = handles[0];
  for (size_t i = 0; i < kFamilyCount; ++i) families_[i] = handles[i + 1];
  return absl::OkStatus();
}

// The files a writer has listed in its manifest are there until it lists others. So when the
// manifest is the same before and after opening, what was opened is one state of the database, its
// log included.
absl::Status RocksKeyValue::OpenBesideWriter(const Options& options) {
  rocksdb::DBOptions database_options = DatabaseOptions();
  database_options.create_if_missing = false;
  database_options.create_missing_column_families = false;
  // All files stay open, so a writer that removes some does not take them away.
  database_options.max_open_files = -1;
  rocksdb::Status opened;
  for (int i = 0; i < kOpenBesideWriterTries; ++i) {
    const auto before = ManifestState(options.data_dir);
    if (!before.ok()) return before.status();
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    opened = rocksdb::DB::OpenForReadOnly(database_options, options.data_dir, FamilyDescriptors(),
                                          &handles, &db);
    const auto after = ManifestState(options.data_dir);
    const bool unchanged = after.ok() && *before == *after;
    if (opened.ok() && unchanged) {
      db_.reset(db);
      default_family_ = handles[0];
      for (size_t k = 0; k < kFamilyCount; ++k) families_[k] = handles[k + 1];
      return absl::OkStatus();
    }
    if (opened.ok()) {
      for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
      delete db;
    } else if (unchanged) {
      break;
    }
  }
  if (!opened.ok()) return ToOpenError(opened, options.data_dir);
  return absl::UnavailableError(
      absl::StrCat(options.data_dir, " changes too fast to be opened beside its writer"));
}

RocksKeyValue::~RocksKeyValue() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : families_) db_->DestroyColumnFamilyHandle(handle);
  db_->DestroyColumnFamilyHandle(default_family_);
}

absl::StatusOr<std::optional<std::string>> RocksKeyValue::Get(Family family,
                                                              std::string_view key) const {
  return GetAt(nullptr, family, key);
}

std::unique_ptr<Cursor> RocksKeyValue::NewCursor(Family family) const {
  return NewCursorAt(nullptr, family);
}

std::unique_ptr<KeyValueReader> RocksKeyValue::Snapshot() const {
  return std::make_unique<RocksSnapshot>(this);
}

absl::Status RocksKeyValue::Write(const Batch& batch, Durability durability) {
  if (const absl::Status writable = CheckWritable(); !writable.ok()) return writable;
  rocksdb::WriteBatch changes;
  for (const Batch::Change& change : batch.changes()) {
    rocksdb::ColumnFamilyHandle* family = HandleOf(change.family);
    const std::optional<std::string_view> value = change.Put();
    const rocksdb::Status added = value ? changes.Put(family, change.key, ToSlice(*value))
                                        : changes.Delete(family, change.key);
    if (!added.ok()) return ToAbsl(added, "building a batch");
    if (change.family != Family::kMeta || !HasCopy(change.key)) continue;
    const std::string key = CopyKey(change.key);
    const rocksdb::Status copied = value
                                       ? changes.Put(HandleOf(Family::kSeen), key, ToSlice(*value))
                                       : changes.Delete(HandleOf(Family::kSeen), key);
    if (!copied.ok()) return ToAbsl(copied, "building a batch");
  }
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::kSynced;
  return NoteWritten(db_->Write(options, &changes), "writing");
}

absl::Status RocksKeyValue::DeleteRange(Family family, std::string_view begin,
                                        std::string_view end) {
  if (const absl::Status writable = CheckWritable(); !writable.ok()) return writable;
  const rocksdb::Slice first = ToSlice(begin);
  const rocksdb::Slice last = ToSlice(end);
  rocksdb::Status deleted =
      rocksdb::DeleteFilesInRange(db_.get(), HandleOf(family), &first, &last, false);
  if (deleted.ok()) {
    deleted = db_->DeleteRange(rocksdb::WriteOptions(), HandleOf(family), first, last);
  }
  return NoteWritten(deleted, "deleting a range");
}

absl::Status RocksKeyValue::Compact(const std::vector<KeyRange>& ranges) {
  if (const absl::Status writable = CheckWritable(); !writable.ok()) return writable;
  // All families: the log goes when nothing of it is only in memory.
  rocksdb::Status compacted =
      db_->Flush(rocksdb::FlushOptions(),
                 std::vector<rocksdb::ColumnFamilyHandle*>(families_.begin(), families_.end()));
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (const KeyRange& range : ranges) {
    if (!compacted.ok()) break;
    const rocksdb::Slice first = ToSlice(range.first);
    const rocksdb::Slice last = ToSlice(range.last);
    compacted =
        db_->CompactRange(options, HandleOf(range.family), range.first.empty() ? nullptr : &first,
                          range.last.empty() ? nullptr : &last);
  }
  return ToAbsl(compacted, "compacting");
}

absl::StatusOr<BackupInfo> RocksKeyValue::BackUp(const std::string& dir, uint32_t keep,
                                                 const BackupProgress& progress) {
  if (const absl::Status writable = CheckWritable(); !writable.ok()) return writable;
  return store::BackUp(db_.get(), dir, keep, progress);
}

absl::Status RocksKeyValue::CheckWritable() const {
  if (read_only_) return absl::FailedPreconditionError("opened for reading only");
  const std::lock_guard lock(failure_mutex_);
  return failure_;
}

absl::Status RocksKeyValue::NoteWritten(const rocksdb::Status& status, std::string_view doing) {
  const absl::Status written = ToAbsl(status, doing);
  if (!written.ok()) {
    const std::lock_guard lock(failure_mutex_);
    if (failure_.ok()) failure_ = written;
  }
  return written;
}

absl::StatusOr<std::optional<std::string>> RocksKeyValue::GetAt(const rocksdb::Snapshot* snapshot,
                                                                Family family,
                                                                std::string_view key) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status read = db_->Get(options, HandleOf(family), ToSlice(key), &value);
  if (read.IsNotFound()) return std::nullopt;
  if (!read.ok()) return ToAbsl(read, "reading");
  return std::string(value.data(), value.size());
}

std::unique_ptr<Cursor> RocksKeyValue::NewCursorAt(const rocksdb::Snapshot* snapshot,
                                                   Family family) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  return std::make_unique<RocksCursor>(
      std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, HandleOf(family))));
}

}  // namespace paceline::store
