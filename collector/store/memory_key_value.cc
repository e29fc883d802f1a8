#include "collector/store/memory_key_value.h"

#include <iterator>
#include <utility>

namespace paceline::store {
namespace {

using Table = MemoryKeyValue::Table;

class MemoryCursor : public Cursor {
 public:
  explicit MemoryCursor(std::shared_ptr<const Table> table)
      : table_(std::move(table)), at_(table_->end()) {}

  void Seek(std::string_view key) override { at_ = table_->lower_bound(key); }
  void SeekForPrevious(std::string_view key) override {
    at_ = table_->upper_bound(key);
    Previous();
  }
  void Next() override { ++at_; }
  void Previous() override { at_ = at_ == table_->begin() ? table_->end() : std::prev(at_); }
  bool valid() const override { return at_ != table_->end(); }
  absl::Status status() const override { return absl::OkStatus(); }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }

 private:
  std::shared_ptr<const Table> table_;
  Table::const_iterator at_;
};

std::optional<std::string> Find(const Table& table, std::string_view key) {
  const auto found = table.find(key);
  if (found == table.end()) return std::nullopt;
  return found->second;
}

class MemorySnapshot : public KeyValueReader {
 public:
  explicit MemorySnapshot(std::array<std::shared_ptr<const Table>, kFamilyCount> tables)
      : tables_(std::move(tables)) {}

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 std::string_view key) const override {
    return Find(*tables_[static_cast<size_t>(family)], key);
  }
  std::unique_ptr<Cursor> NewCursor(Family family) const override {
    return std::make_unique<MemoryCursor>(tables_[static_cast<size_t>(family)]);
  }

 private:
  std::array<std::shared_ptr<const Table>, kFamilyCount> tables_;
};

}  // namespace

absl::StatusOr<std::optional<std::string>> MemoryKeyValue::Get(Family family,
                                                               std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return Find(tables_[static_cast<size_t>(family)], key);
}

std::unique_ptr<Cursor> MemoryKeyValue::NewCursor(Family family) const {
  const std::lock_guard lock(mutex_);
  return std::make_unique<MemoryCursor>(
      std::make_shared<const Table>(tables_[static_cast<size_t>(family)]));
}

absl::Status MemoryKeyValue::Write(const Batch& batch, Durability /*durability*/) {
  const std::lock_guard lock(mutex_);
  for (const Batch::Change& change : batch.changes()) {
    Table& table = tables_[static_cast<size_t>(change.family)];
    if (const auto value = change.Put()) {
      table.insert_or_assign(change.key, std::string(*value));
    } else {
      table.erase(change.key);
    }
  }
  return absl::OkStatus();
}

absl::Status MemoryKeyValue::DeleteRange(Family family, std::string_view begin,
                                         std::string_view end) {
  const std::lock_guard lock(mutex_);
  Table& table = tables_[static_cast<size_t>(family)];
  table.erase(table.lower_bound(begin), table.lower_bound(end));
  return absl::OkStatus();
}

std::unique_ptr<KeyValueReader> MemoryKeyValue::Snapshot() const {
  const std::lock_guard lock(mutex_);
  std::array<std::shared_ptr<const Table>, kFamilyCount> tables;
  for (size_t i = 0; i < kFamilyCount; ++i) tables[i] = std::make_shared<const Table>(tables_[i]);
  return std::make_unique<MemorySnapshot>(std::move(tables));
}

}  // namespace paceline::store
