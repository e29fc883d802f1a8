#include "collector/store/scratch_store.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/rocks_key_value.h"

namespace paceline::store {

absl::StatusOr<std::unique_ptr<ScratchStore>> ScratchStore::Make(const std::string& parent) {
  std::error_code error;
  const std::filesystem::path root =
      parent.empty() ? std::filesystem::temp_directory_path(error) : std::filesystem::path(parent);
  std::string pattern = (root / "paceline-XXXXXX").string();
  if (error || mkdtemp(pattern.data()) == nullptr) {
    return absl::UnavailableError(parent.empty()
                                      ? "no temporary directory can be made: set TMPDIR"
                                      : absl::StrCat("no directory can be made in ", parent));
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
