// Who was erased: hashes that say nothing of whom to those who do not ask for someone.
//
// The list is kept with the data and beside its backups. It keeps what comes late from an erased
// session away, and erases again what a restored backup brings back.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace paceline::store {

class KeyValueReader;

inline constexpr size_t kErasureHashBytes = 16;

struct Erasure {
  enum class Kind : uint8_t { kSession = 0, kUser = 1 };
  Kind kind = Kind::kSession;
  std::string site;
  // ErasureHash of the session's id, or of the user's pseudonym.
  std::string hash;
  // What was received later from a user is another matter; from a session nothing more is taken.
  uint64_t erased_unix_ms = 0;
};

// BLAKE2b keyed with the installation's secret.
std::string ErasureHash(std::string_view secret, Erasure::Kind kind, std::string_view site,
                        std::string_view id);

// Thread-safe.
class ErasureList {
 public:
  explicit ErasureList(std::string secret) : secret_(std::move(secret)) {}

  // Those that `reader` has.
  absl::Status Load(const KeyValueReader& reader);
  // The later time counts. True when that changes the list.
  bool Add(const Erasure& erasure);
  // Costs nothing while the list is empty.
  bool IsErased(std::string_view site, std::string_view session_id) const;
  // When the user was erased; 0: never.
  uint64_t UserErasedAt(std::string_view site, std::string_view pseudonym) const;
  bool empty() const { return size_.load(std::memory_order_relaxed) == 0; }

  std::vector<Erasure> All() const;
  const std::string& secret() const { return secret_; }

 private:
  using Who = std::tuple<Erasure::Kind, std::string, std::string>;

  uint64_t Find(Erasure::Kind kind, std::string_view site, std::string_view id) const;

  const std::string secret_;
  std::atomic<size_t> size_ = 0;
  mutable std::shared_mutex mutex_;
  std::map<Who, uint64_t> erased_;
};

// The list as a file: a line for each, "session academy 00112233445566778899aabbccddeeff
// 1772366400000". Reading one that is not there gives none. DataLoss: a line cannot be read.
absl::StatusOr<std::vector<Erasure>> ReadErasureFile(const std::string& path);
// Adds `erasures` to what the file has; replaces it in one step, synced.
absl::Status MergeIntoErasureFile(const std::string& path, const std::vector<Erasure>& erasures);

}  // namespace paceline::store
