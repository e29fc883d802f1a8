#include "collector/store/rocks_backup.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/rocks_status.h"
#include "rocksdb/utilities/backup_engine.h"

namespace paceline::store {
namespace {

using rocksdb::BackupEngine;
using rocksdb::BackupEngineOptions;
using rocksdb::BackupEngineReadOnly;

constexpr uint64_t kProgressBytes = 4u << 20;

BackupEngineOptions EngineOptions(const std::string& dir) {
  BackupEngineOptions options(dir);
  options.callback_trigger_interval_size = kProgressBytes;
  // Power may be lost right after.
  options.sync = true;
  return options;
}

BackupInfo ToInfo(const rocksdb::BackupInfo& info) {
  return {info.backup_id, static_cast<uint64_t>(info.timestamp) * 1000, info.size,
          info.number_files};
}

absl::StatusOr<std::unique_ptr<BackupEngineReadOnly>> OpenToRead(const std::string& dir) {
  // Opening would make the directories that are missing.
  std::error_code error;
  if (!std::filesystem::is_directory(std::filesystem::path(dir) / "meta", error)) {
    return absl::NotFoundError(absl::StrCat("there are no backups in ", dir));
  }
  BackupEngineReadOnly* engine = nullptr;
  const rocksdb::Status opened =
      BackupEngineReadOnly::Open(EngineOptions(dir), rocksdb::Env::Default(), &engine);
  if (!opened.ok()) return ToAbsl(opened, absl::StrCat("cannot open the backups in ", dir));
  return std::unique_ptr<BackupEngineReadOnly>(engine);
}

std::vector<BackupInfo> InfosOf(const rocksdb::BackupEngineReadOnlyBase& engine) {
  std::vector<rocksdb::BackupInfo> found;
  engine.GetBackupInfo(&found);
  std::vector<BackupInfo> infos;
  for (const rocksdb::BackupInfo& info : found) infos.push_back(ToInfo(info));
  std::sort(infos.begin(), infos.end(),
            [](const BackupInfo& a, const BackupInfo& b) { return a.number < b.number; });
  return infos;
}

}  // namespace

absl::StatusOr<BackupInfo> BackUp(rocksdb::DB* db, const std::string& dir, uint32_t keep,
                                  const BackupProgress& progress) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat("cannot make ", dir, ": ", error.message()));
  }
  BackupEngine* opened_engine = nullptr;
  const rocksdb::Status opened =
      BackupEngine::Open(EngineOptions(dir), rocksdb::Env::Default(), &opened_engine);
  if (!opened.ok()) return ToAbsl(opened, absl::StrCat("cannot open the backups in ", dir));
  const std::unique_ptr<BackupEngine> engine(opened_engine);

  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  uint64_t done = 0;
  options.progress_callback = [&] {
    done += kProgressBytes;
    if (progress) progress(done);
  };
  rocksdb::BackupID number = 0;
  rocksdb::Status made = engine->CreateNewBackup(options, db, &number);
  if (made.ok() && keep > 0) made = engine->PurgeOldBackups(keep);
  if (!made.ok()) return ToAbsl(made, absl::StrCat("cannot back up to ", dir));
  for (const BackupInfo& info : InfosOf(*engine)) {
    if (info.number == number) return info;
  }
  return absl::InternalError("the backup that was made is not listed");
}

absl::StatusOr<std::vector<BackupInfo>> ListBackups(const std::string& dir) {
  auto engine = OpenToRead(dir);
  if (!engine.ok()) return engine.status();
  std::vector<BackupInfo> infos = InfosOf(**engine);
  if (infos.empty()) return absl::NotFoundError(absl::StrCat("there are no backups in ", dir));
  return infos;
}

absl::StatusOr<BackupInfo> CopyBackup(const std::string& dir, uint32_t number,
                                      const std::string& data_dir, const BackupProgress& progress) {
  auto engine = OpenToRead(dir);
  if (!engine.ok()) return engine.status();
  const std::vector<BackupInfo> infos = InfosOf(**engine);
  const auto wanted = number == 0 ? infos.end() - (infos.empty() ? 0 : 1)
                                  : std::find_if(infos.begin(), infos.end(), [&](const auto& one) {
                                      return one.number == number;
                                    });
  if (wanted == infos.end()) {
    return absl::NotFoundError(number == 0
                                   ? absl::StrCat("there are no backups in ", dir)
                                   : absl::StrCat("there is no backup ", number, " in ", dir));
  }
  const rocksdb::Status verified = (*engine)->VerifyBackup(wanted->number, true);
  if (!verified.ok()) {
    return ToAbsl(verified, absl::StrCat("backup ", wanted->number, " is damaged"));
  }
  if (progress) progress(0);
  const rocksdb::Status restored =
      (*engine)->RestoreDBFromBackup(rocksdb::RestoreOptions(), wanted->number, data_dir, data_dir);
  if (!restored.ok()) return ToAbsl(restored, absl::StrCat("restoring to ", data_dir));
  if (progress) progress(wanted->size_bytes);
  return *wanted;
}

}  // namespace paceline::store
