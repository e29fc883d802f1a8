#include "collector/store/rocks_salvage.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/keys.h"
#include "collector/store/rocks_options.h"
#include "collector/store/rocks_status.h"
#include "rocksdb/sst_file_reader.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

// Commit numbers that are tried one by one behind the last record that could be read: a block holds
// some hundreds.
constexpr uint64_t kMaxSkippedCommits = 100'000;

std::optional<Family> FamilyNamed(const std::string& name) {
  for (size_t i = 0; i < kFamilyCount; ++i) {
    if (kFamilyNames[i] == name) return static_cast<Family>(i);
  }
  return std::nullopt;
}

// Reads what can be read of a table, over bad blocks where commit numbers lead past them.
void SaveReadable(rocksdb::SstFileReader* reader, Family family, Batch* saved) {
  const std::unique_ptr<rocksdb::Iterator> iterator(reader->NewIterator(rocksdb::ReadOptions()));
  JourneyKey last{};
  bool moved = true;
  for (iterator->SeekToFirst(); moved;) {
    for (; iterator->Valid(); iterator->Next()) {
      const std::string key = iterator->key().ToString();
      saved->Put(family, key, iterator->value().ToString());
      if (const auto journey = DecodeJourneyKey(key)) last = *journey;
    }
    moved = false;
    if (iterator->status().ok() || family != Family::kJourneys || last.commit == 0) return;
    for (uint64_t skip = 1; skip <= kMaxSkippedCommits && !moved; ++skip) {
      iterator->Seek(EncodeJourneyKey({last.day, last.commit + skip}));
      if (iterator->Valid()) moved = true;
      if (!iterator->Valid() && iterator->status().ok()) return;
    }
  }
}

fs::path LostDirectory(const std::string& data_dir) { return fs::path(data_dir) / "lost"; }

// Moves tables that are damaged to lost/, after saving what can be saved. Returns their names.
std::vector<std::string> SetDamagedTablesAside(const RocksKeyValue::Options& options,
                                               Batch* saved) {
  std::vector<std::string> damaged;
  rocksdb::Options table_options;
  if (options.env != nullptr) table_options.env = options.env;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(options.data_dir, error)) {
    if (entry.path().extension() != ".sst") continue;
    rocksdb::SstFileReader reader(table_options);
    const rocksdb::Status opened = reader.Open(entry.path());
    if (opened.ok() && reader.VerifyChecksum().ok()) continue;
    if (opened.ok()) {
      const auto family = FamilyNamed(reader.GetTableProperties()->column_family_name);
      if (family == Family::kJourneys || family == Family::kMeta) {
        SaveReadable(&reader, *family, saved);
      }
    }
    damaged.push_back(entry.path().filename());
  }
  const fs::path lost = LostDirectory(options.data_dir);
  if (!damaged.empty()) fs::create_directories(lost, error);
  for (const std::string& name : damaged) {
    fs::rename(fs::path(options.data_dir) / name, lost / name, error);
  }
  return damaged;
}

absl::Status MakeManifestAnew(const RocksKeyValue::Options& options) {
  rocksdb::DBOptions database_options = DatabaseOptions();
  if (options.env != nullptr) database_options.env = options.env;
  // Repairing writes one manifest, family by family, and cannot begin another meanwhile.
  database_options.max_manifest_file_size = 1u << 30;
  return ToAbsl(rocksdb::RepairDB(options.data_dir, database_options, FamilyDescriptors()),
                absl::StrCat("repairing ", options.data_dir));
}

}  // namespace

absl::StatusOr<OpenedDisk> OpenOrSalvage(RocksKeyValue::Options options, bool suspect) {
  OpenedDisk opened;
  if (!suspect) {
    auto disk = RocksKeyValue::Open(options);
    if (disk.ok()) return OpenedDisk{*std::move(disk), {}};
    if (disk.status().code() != absl::StatusCode::kDataLoss) return disk.status();
    opened.damage.emplace_back(disk.status().message());
    options.past_damage = true;
    disk = RocksKeyValue::Open(options);
    if (disk.ok()) return OpenedDisk{*std::move(disk), std::move(opened.damage)};
    if (disk.status().code() != absl::StatusCode::kDataLoss) return disk.status();
    opened.damage.emplace_back(disk.status().message());
  }
  options.past_damage = true;
  Batch saved;
  for (const std::string& name : SetDamagedTablesAside(options, &saved)) {
    opened.damage.push_back(absl::StrCat("table ", name, " was damaged and is in lost/ now"));
  }
  // All is well after all: what was met went with a compaction, or was the log.
  if (!opened.damage.empty()) {
    if (const absl::Status made = MakeManifestAnew(options); !made.ok()) return made;
  }
  auto disk = RocksKeyValue::Open(options);
  if (!disk.ok()) return disk.status();
  opened.disk = *std::move(disk);
  if (!saved.empty()) {
    const absl::Status written = opened.disk->Write(saved, KeyValue::Durability::kSynced);
    if (!written.ok()) return written;
  }
  return opened;
}

absl::Status RemoveSetAside(const std::string& data_dir) {
  std::error_code error;
  fs::remove_all(LostDirectory(data_dir), error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot remove ", LostDirectory(data_dir).string(), ": ", error.message()));
}

}  // namespace paceline::store
