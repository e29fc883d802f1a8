#include "collector/store/rocks_replacement.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "collector/store/rocks_status.h"
#include "rocksdb/sst_file_writer.h"

namespace paceline::store {
namespace {

constexpr uint64_t kEntriesBetweenProgress = 10'000;

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

// Before the first key of every family, and after the last.
const std::string kBeforeAll(1, '\0');
const std::string kAfterAll(1 << 10, '\xff');

}  // namespace

std::string RocksReplacement::NewTable(Family family) {
  auto& tables = tables_[static_cast<size_t>(family)];
  tables.push_back(absl::StrCat(directory_, "/",
                                std::string(kFamilyNames[static_cast<size_t>(family)]), "-",
                                tables.size(), ".sst"));
  return tables.back();
}

absl::Status RocksReplacement::ReplaceAll(Family family, const KeyValueReader& source,
                                          const std::function<absl::Status()>& progress) {
  rocksdb::ColumnFamilyHandle* handle = disk_->HandleOf(family);
  rocksdb::SstFileWriter table(rocksdb::EnvOptions(), disk_->db_->GetOptions(handle), handle);
  rocksdb::Status written = table.Open(NewTable(family));
  // It does not delete what stands beside it in the table.
  if (written.ok()) written = table.DeleteRange(kBeforeAll, kAfterAll);
  const std::unique_ptr<Cursor> cursor = source.NewCursor(family);
  uint64_t entries = 0;
  for (cursor->Seek(""); written.ok() && cursor->valid(); cursor->Next()) {
    written = table.Put(ToSlice(cursor->key()), ToSlice(cursor->value()));
    if (++entries % kEntriesBetweenProgress == 0 && progress) {
      if (const absl::Status goes_on = progress(); !goes_on.ok()) return goes_on;
    }
  }
  if (const absl::Status read = cursor->status(); !read.ok()) return read;
  if (written.ok()) written = table.Finish();
  return ToAbsl(written, "writing a table");
}

absl::Status RocksReplacement::ReplaceKeys(Family family, const std::set<std::string>& keys,
                                           const KeyValueReader& source) {
  if (keys.empty()) return absl::OkStatus();
  rocksdb::ColumnFamilyHandle* handle = disk_->HandleOf(family);
  rocksdb::SstFileWriter table(rocksdb::EnvOptions(), disk_->db_->GetOptions(handle), handle);
  rocksdb::Status written = table.Open(NewTable(family));
  for (const std::string& key : keys) {
    if (!written.ok()) break;
    const auto value = source.Get(family, key);
    if (!value.ok()) return value.status();
    written = value->has_value() ? table.Put(key, **value) : table.Delete(key);
  }
  if (written.ok()) written = table.Finish();
  return ToAbsl(written, "writing a table");
}

absl::Status RocksReplacement::Commit() {
  if (const absl::Status writable = disk_->CheckWritable(); !writable.ok()) return writable;
  rocksdb::IngestExternalFileOptions how;
  how.move_files = true;
  std::vector<rocksdb::IngestExternalFileArg> families;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    if (tables_[i].empty()) continue;
    rocksdb::IngestExternalFileArg& family = families.emplace_back();
    family.column_family = disk_->families_[i];
    family.external_files = tables_[i];
    family.options = how;
  }
  if (families.empty()) return absl::OkStatus();
  return disk_->NoteWritten(disk_->db_->IngestExternalFiles(families), "replacing views");
}

}  // namespace paceline::store
