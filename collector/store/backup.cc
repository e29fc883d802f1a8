#include "collector/store/backup.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/rocks_backup.h"
#include "collector/store/store.h"

namespace paceline::store {
namespace {

namespace fs = std::filesystem;

// Makes the directory when it is missing.
absl::Status NeedEmpty(const std::string& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat("cannot make ", dir, ": ", error.message()));
  }
  const bool empty = fs::is_empty(dir, error);
  if (error || empty) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(dir, " is not empty; restore to a new directory, or move the old one away"));
}

// Leaves the directory as empty as it was.
void RemoveContents(const std::string& dir) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) fs::remove_all(entry, error);
}

absl::StatusOr<std::vector<Erasure>> ErasuresSince(const RestoreOptions& options) {
  auto erasures = ReadErasureFile(ErasureFileIn(options.from));
  if (!erasures.ok() || options.erasures.empty()) return erasures;
  std::error_code error;
  const bool is_dir = fs::is_directory(options.erasures, error);
  const std::string file = is_dir ? ErasureFileIn(options.erasures) : options.erasures;
  if (!fs::exists(file, error)) return absl::NotFoundError(absl::StrCat("there is no ", file));
  const auto more = ReadErasureFile(file);
  if (!more.ok()) return more.status();
  erasures->insert(erasures->end(), more->begin(), more->end());
  return erasures;
}

uint64_t NowUnixMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

absl::StatusOr<RestoreReport> Restore(const RestoreOptions& options,
                                      const BackupProgress& progress) {
  const auto erasures = ErasuresSince(options);
  if (!erasures.ok()) return erasures.status();
  const auto copied = CopyBackup(options.from, options.number, options.data_dir, progress);
  if (!copied.ok()) return copied.status();
  Store::Options store_options;
  store_options.data_dir = options.data_dir;
  const auto store = Store::Open(std::move(store_options));
  if (!store.ok()) return store.status();
  const auto erased = (*store)->EraseAgain(*erasures, NowUnixMs());
  if (!erased.ok()) return erased.status();
  return RestoreReport{*copied, erased->sessions};
}

}  // namespace

std::string ErasureFileIn(const std::string& dir) { return dir + "/erasures"; }

absl::StatusOr<RestoreReport> RestoreBackup(const RestoreOptions& options,
                                            const BackupProgress& progress) {
  if (const absl::Status empty = NeedEmpty(options.data_dir); !empty.ok()) return empty;
  auto report = Restore(options, progress);
  if (!report.ok()) RemoveContents(options.data_dir);
  return report;
}

}  // namespace paceline::store
