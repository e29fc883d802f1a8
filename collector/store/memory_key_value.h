// A KeyValue in memory. Nothing survives it.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "collector/store/key_value.h"

namespace paceline::store {

class MemoryKeyValue : public KeyValue {
 public:
  using Table = std::map<std::string, std::string, std::less<>>;

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 std::string_view key) const override;
  // Copies the family's table.
  std::unique_ptr<Cursor> NewCursor(Family family) const override;
  absl::Status Write(const Batch& batch, Durability durability) override;
  absl::Status DeleteRange(Family family, std::string_view begin, std::string_view end) override;
  absl::Status Compact(const std::vector<KeyRange>&) override { return absl::OkStatus(); }
  std::unique_ptr<KeyValueReader> Snapshot() const override;

 private:
  mutable std::mutex mutex_;
  std::array<Table, kFamilyCount> tables_;
};

}  // namespace paceline::store
