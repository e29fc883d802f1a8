// A key-value store in a directory of its own, which goes with it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "collector/store/key_value.h"

namespace paceline::store {

class ScratchStore {
 public:
  // In `parent`, or among the temporary directories (TMPDIR) when that is empty. Unavailable:
  // nothing can be written there.
  static absl::StatusOr<std::unique_ptr<ScratchStore>> Make(const std::string& parent = "");
  ~ScratchStore();
  ScratchStore(const ScratchStore&) = delete;
  ScratchStore& operator=(const ScratchStore&) = delete;

  const std::string& directory() const { return directory_; }
  KeyValue* key_value() { return key_value_.get(); }

 private:
  explicit ScratchStore(std::string directory) : directory_(std::move(directory)) {}

  const std::string directory_;
  std::unique_ptr<KeyValue> key_value_;
};

}  // namespace paceline::store
