// The sessions that are held in memory: those with changes that are not on disk yet, and those that
// were used last. Plain data; Views guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "collector/store/session_state.h"

namespace paceline::store {

struct CachedSession {
  SessionState state;
  // When it begins, as on disk: part of its key there. nullopt: it is not on disk.
  std::optional<uint64_t> stored_began_unix_ms;
  // Has changes that no flush has taken.
  bool dirty = false;
  // The last flush that took changes of it; they are on disk when that is done.
  uint64_t flush_number = 0;
  size_t bytes = 0;
  std::list<CachedSession*>::iterator place;
  std::string key;
};

class SessionCache {
 public:
  // Rough, of what is held; sessions with changes are held beyond it.
  static constexpr size_t kMaxBytes = 48u << 20;

  // By SessionKey. Null: not held.
  CachedSession* Find(std::string_view key) const;
  CachedSession* Add(std::string key, SessionState state);
  // It was used, and may have grown.
  void Touch(CachedSession* session);
  // Drops what was not used for longest, down to the limit, but nothing that is dirty or was taken
  // by a flush after `done_flush`.
  void Trim(uint64_t done_flush);
  void Clear();

  size_t bytes() const { return bytes_; }

 private:
  absl::flat_hash_map<std::string, std::unique_ptr<CachedSession>> sessions_;
  // The last used first.
  std::list<CachedSession*> by_use_;
  size_t bytes_ = 0;
};

}  // namespace paceline::store
