// What the store needs of a key-value engine: ordered families of keys, snapshots, atomic batches.
//
// Two engines: RocksKeyValue (the real one) and MemoryKeyValue (recounts, and tests of our own
// concurrency, which ThreadSanitizer can follow only where everything is instrumented).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace paceline::store {

// Column families. On disk by name.
enum class Family : uint8_t { kJourneys, kSessions, kSeen, kFacts, kRollups, kMeta };
inline constexpr size_t kFamilyCount = 6;
inline constexpr std::string_view kFamilyNames[kFamilyCount] = {"journeys", "sessions", "seen",
                                                                "facts",    "rollups",  "meta"};

// Changes that are made together or not at all.
class Batch {
 public:
  struct Change {
    Family family;
    std::string key;
    // nullopt: delete, or borrowed.
    std::optional<std::string> value;
    // Of PutBorrowed.
    std::optional<std::string_view> borrowed = std::nullopt;

    // What is put; nullopt: delete.
    std::optional<std::string_view> Put() const {
      return value ? std::optional<std::string_view>(*value) : borrowed;
    }
  };
  void Put(Family family, std::string key, std::string value) {
    changes_.push_back({family, std::move(key), std::move(value)});
  }
  // The value outlives the batch.
  void PutBorrowed(Family family, std::string key, std::string_view value) {
    changes_.push_back({family, std::move(key), std::nullopt, value});
  }
  void Delete(Family family, std::string key) {
    changes_.push_back({family, std::move(key), std::nullopt});
  }
  const std::vector<Change>& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }

 private:
  std::vector<Change> changes_;
};

// From the first key to the last, both included; empty: from the family's first, to its last.
struct KeyRange {
  Family family;
  std::string first;
  std::string last;
};

// Walks a family in key order, as it was when the cursor was made. Not thread-safe.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // To the first key >= `key`.
  virtual void Seek(std::string_view key) = 0;
  // To the last key <= `key`.
  virtual void SeekForPrevious(std::string_view key) = 0;
  virtual void Next() = 0;
  virtual void Previous() = 0;
  // False at either end, and after an error: then `status` says which.
  virtual bool valid() const = 0;
  virtual absl::Status status() const = 0;
  // Valid until the cursor moves.
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
};

// Thread-safe.
class KeyValueReader {
 public:
  virtual ~KeyValueReader() = default;
  // nullopt: no such key.
  virtual absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                         std::string_view key) const = 0;
  virtual std::unique_ptr<Cursor> NewCursor(Family family) const = 0;
};

// Thread-safe, but for writes: one thread writes.
class KeyValue : public KeyValueReader {
 public:
  enum class Durability { kBuffered, kSynced };
  // kSynced returns after the batch, and all before it, would survive a loss of power. After an
  // error nothing is known about the batch, and every later write fails.
  virtual absl::Status Write(const Batch& batch, Durability durability) = 0;
  // Deletes all keys in [begin, end): whole files where they lie inside, which costs nothing
  // however much they hold. Not atomic, and readers of older snapshots may miss what was deleted.
  virtual absl::Status DeleteRange(Family family, std::string_view begin, std::string_view end) = 0;
  // Rewrites what is stored of the ranges, so that nothing of them that was deleted or written over
  // is in any file afterwards.
  virtual absl::Status Compact(const std::vector<KeyRange>& ranges) = 0;
  // As it is now. The engine outlives it.
  virtual std::unique_ptr<KeyValueReader> Snapshot() const = 0;
};

}  // namespace paceline::store
