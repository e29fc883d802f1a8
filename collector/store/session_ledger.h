// What the writer knows of sessions before their records are folded: which identities are taken,
// and how much a session has. Decides whether a record is new.
//
// Bounded: the sessions that were used last are here, all others are read again from the views. A
// session that the views have not caught up with is never dropped. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "collector/store/store.h"
#include "collector/store/views.h"

namespace paceline::store {

class SessionLedger {
 public:
  // Sessions are dropped beyond these bytes.
  static constexpr size_t kMaxBytes = 16u << 20;

  // The views outlive the ledger.
  explicit SessionLedger(const Views* views, size_t max_bytes = kMaxBytes)
      : views_(views), max_bytes_(max_bytes) {}

  struct Decision {
    AppendOutcome outcome = AppendOutcome::kStored;
    // There was nothing of its session before.
    bool session_is_new = false;
  };
  // Whether the record is new; if so, it has the number `commit`, and its identity is taken from
  // now on. The views have caught up to `folded_to_commit`.
  absl::StatusOr<Decision> Decide(const NewRecord& record, uint64_t commit,
                                  uint64_t folded_to_commit);
  size_t bytes() const { return bytes_; }
  // The views have changed otherwise: everything is read again.
  void Clear();

 private:
  struct Identity {
    DocumentBytes document{};
    uint32_t sequence = 0;
    uint32_t hash = 0;
    bool external = false;
  };
  struct Session {
    std::string key;
    std::vector<Identity> identities;
    uint64_t bytes = 0;
    size_t accounted_bytes = 0;
    // Its last one here; 0: none.
    uint64_t last_commit = 0;
    std::list<Session*>::iterator place;
  };

  absl::StatusOr<Session*> Load(const BeaconId& id);
  void Account(Session* session);
  void Trim(uint64_t folded_to_commit);

  const Views* views_;
  const size_t max_bytes_;
  absl::flat_hash_map<std::string, std::unique_ptr<Session>> sessions_;
  // The last used first.
  std::list<Session*> by_use_;
  size_t bytes_ = 0;
};

}  // namespace paceline::store
