#include "collector/store/rocks_salvage.h"

#include <filesystem>
#include <fstream>
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

// What was saved may be older than what another table or the log has: of meta, only what is gone is
// put back. Changes to rollups are not: they may have been added to the cells since.
absl::StatusOr<Batch> WithoutKnownMeta(const Batch& saved, const KeyValueReader& disk) {
  Batch batch;
  for (const Batch::Change& change : saved.changes()) {
    if (change.family == Family::kMeta) {
      if (DecodeRollupChangesKey(change.key)) continue;
      const auto known = disk.Get(Family::kMeta, change.key);
      if (!known.ok()) return known.status();
      if (known->has_value()) continue;
    }
    batch.Put(change.family, change.key, std::string(*change.Put()));
  }
  return batch;
}

fs::path MendingMark(const std::string& data_dir) { return fs::path(data_dir) / "MENDING"; }

// From here on something may be gone that the next start would not miss.
absl::Status BeginMending(const std::string& data_dir) {
  std::ofstream mark(MendingMark(data_dir));
  mark << "Views have to be made anew: the collector does it when it starts.\n";
  mark.close();
  if (mark) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot write ", MendingMark(data_dir).string(), ": there has to be room"));
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
  if (IsMending(options.data_dir)) {
    opened.damage.emplace_back("an earlier start ended while it mended what was damaged");
    suspect = true;
  }
  if (!suspect) {
    auto disk = RocksKeyValue::Open(options);
    if (disk.ok()) return OpenedDisk{*std::move(disk), {}};
    if (disk.status().code() != absl::StatusCode::kDataLoss) return disk.status();
    opened.damage.emplace_back(disk.status().message());
    if (const absl::Status begun = BeginMending(options.data_dir); !begun.ok()) return begun;
    options.past_damage = true;
    disk = RocksKeyValue::Open(options);
    if (disk.ok()) return OpenedDisk{*std::move(disk), std::move(opened.damage)};
    if (disk.status().code() != absl::StatusCode::kDataLoss) return disk.status();
    opened.damage.emplace_back(disk.status().message());
  }
  if (const absl::Status begun = BeginMending(options.data_dir); !begun.ok()) return begun;
  options.past_damage = true;
  Batch saved;
  const std::vector<std::string> set_aside = SetDamagedTablesAside(options, &saved);
  for (const std::string& name : set_aside) {
    opened.damage.push_back(absl::StrCat("table ", name, " was damaged and is in lost/ now"));
  }
  // Not unless it has to be: what only the log has of a family without tables does not survive it.
  absl::StatusOr<std::unique_ptr<RocksKeyValue>> disk =
      set_aside.empty() ? RocksKeyValue::Open(options)
                        : absl::DataLossError("the manifest names tables that are gone");
  if (disk.status().code() == absl::StatusCode::kDataLoss) {
    if (const absl::Status made = MakeManifestAnew(options); !made.ok()) return made;
    disk = RocksKeyValue::Open(options);
  }
  if (!disk.ok()) return disk.status();
  opened.disk = *std::move(disk);
  if (!saved.empty()) {
    const auto known = WithoutKnownMeta(saved, *opened.disk);
    if (!known.ok()) return known.status();
    const absl::Status written = opened.disk->Write(*known, KeyValue::Durability::kSynced);
    if (!written.ok()) return written;
  }
  return opened;
}

bool IsMending(const std::string& data_dir) {
  std::error_code error;
  return fs::exists(MendingMark(data_dir), error);
}

void EndMending(const std::string& data_dir) {
  std::error_code error;
  fs::remove(MendingMark(data_dir), error);
}

absl::Status RemoveSetAside(const std::string& data_dir) {
  std::error_code error;
  fs::remove_all(LostDirectory(data_dir), error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot remove ", LostDirectory(data_dir).string(), ": ", error.message()));
}

}  // namespace paceline::store
