#include "collector/store/scratch_store.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "collector/store/rocks_key_value.h"

namespace paceline::store {

absl::StatusOr<std::unique_ptr<ScratchStore>> ScratchStore::Make() {
  std::error_code error;
  std::filesystem::path root = std::filesystem::temp_directory_path(error);
  std::string pattern = (root / "paceline-XXXXXX").string();
  if (error || mkdtemp(pattern.data()) == nullptr) {
    return absl::UnavailableError("no temporary directory can be made: set TMPDIR");
  }
  std::unique_ptr<ScratchStore> scratch(new ScratchStore(std::move(pattern)));
  auto opened = RocksKeyValue::Open({.data_dir = scratch->directory_});
  if (!opened.ok()) return opened.status();
  scratch->key_value_ = *std::move(opened);
  return scratch;
}

ScratchStore::~ScratchStore() {
  key_value_.reset();
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
}

}  // namespace paceline::store
