#include "collector/store/fit_sessions.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "collector/store/keys.h"
#include "collector/store/retention.h"
#include "collector/store/session_fold.h"
#include "collector/store/session_state.h"

namespace paceline::store {
namespace {

constexpr size_t kChangesPerBatch = 1000;

class Fitting {
 public:
  explicit Fitting(KeyValue* disk) : disk_(disk) {}

  absl::Status Run() {
    const auto dropped = ReadRetentionState(*disk_);
    if (!dropped.ok()) return dropped.status();
    facts_from_unix_ms_ = dropped->facts_from_unix_ms();
    absl::Status status = FitIndex();
    if (status.ok()) status = Flush();
    if (status.ok()) status = FitIds();
    return status.ok() ? Flush() : status;
  }

 private:
  // By when they began: what they have to have, and that they are found.
  absl::Status FitIndex() {
    Facets facets;
    const std::unique_ptr<Cursor> cursor = disk_->NewCursor(Family::kSessions);
    for (cursor->Seek(SessionIndexPrefix()); cursor->valid() && IsSessionIndexKey(cursor->key());
         cursor->Next()) {
      const std::string key(cursor->key());
      const std::string site = key.substr(2, static_cast<unsigned char>(key[1]));
      const auto entry = DecodeSessionIndexKey(site, key);
      if (!entry) return absl::DataLossError("a session's key cannot be read");
      const auto session =
          ParseSession(cursor->value(), site, entry->session_id, entry->began_unix_ms, &facets);
      const auto has_facts = session ? HasFacts(*session) : false;
      if (!has_facts.ok()) return has_facts.status();
      const std::string by_id = SessionKey(site, entry->session_id);
      const std::string began = EncodeTime(entry->began_unix_ms);
      const auto stored = disk_->Get(Family::kSessions, by_id);
      if (!stored.ok()) return stored.status();
      if (!*has_facts) {
        batch_.Delete(Family::kSessions, key);
        batch_.Delete(Family::kSessions, by_id);
      } else if (*stored != began) {
        batch_.Put(Family::kSessions, by_id, began);
      }
      if (const absl::Status flushed = FlushWhenFull(); !flushed.ok()) return flushed;
    }
    return cursor->status();
  }

  absl::StatusOr<bool> HasFacts(const SessionState& session) const {
    for (const PageViewEntry& view : session.page_views) {
      if (view.began_unix_ms < facts_from_unix_ms_) continue;
      const auto fact = disk_->Get(Family::kFacts, FactKey(session, view));
      if (!fact.ok()) return fact.status();
      if (!fact->has_value()) return false;
    }
    return true;
  }

  // Ids that lead nowhere.
  absl::Status FitIds() {
    const std::string first(1, SessionKey("", "").front());
    const std::unique_ptr<Cursor> cursor = disk_->NewCursor(Family::kSessions);
    for (cursor->Seek(first); cursor->valid() && cursor->key().starts_with(first); cursor->Next()) {
      const std::string key(cursor->key());
      const std::string site = key.substr(2, static_cast<unsigned char>(key[1]));
      const std::string session_id = key.substr(2 + site.size());
      const std::optional<uint64_t> began = DecodeTime(cursor->value());
      const auto session =
          began ? disk_->Get(Family::kSessions, SessionIndexKey(site, *began, session_id))
                : absl::StatusOr<std::optional<std::string>>(std::nullopt);
      if (!session.ok()) return session.status();
      if (!session->has_value()) batch_.Delete(Family::kSessions, key);
      if (const absl::Status flushed = FlushWhenFull(); !flushed.ok()) return flushed;
    }
    return cursor->status();
  }

  absl::Status FlushWhenFull() {
    return batch_.changes().size() < kChangesPerBatch ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    const Batch batch = std::exchange(batch_, Batch());
    return batch.empty() ? absl::OkStatus() : disk_->Write(batch, KeyValue::Durability::kBuffered);
  }

  KeyValue* const disk_;
  uint64_t facts_from_unix_ms_ = 0;
  Batch batch_;
};

}  // namespace

absl::Status FitSessions(KeyValue* disk) { return Fitting(disk).Run(); }

}  // namespace paceline::store
