#include "collector/store/retention.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/store/keys.h"
#include "collector/store/session_state.h"

namespace paceline::store {
namespace {

// Sessions that are deleted while the writer waits.
constexpr size_t kSessionsPerTurn = 200;

// First millisecond that is kept; 0: everything is.
uint64_t KeptFrom(uint64_t days, uint64_t now_unix_ms) {
  const uint64_t today = DayOf(now_unix_ms);
  return days == 0 || days > today ? 0 : (today - days) * kMillisecondsPerDay;
}

// Never goes back: what is gone is gone, whatever the settings say now.
v1::RetentionState Advance(v1::RetentionState state, const Retention& retention, uint64_t now) {
  const auto later = [&](uint64_t before, uint64_t days) {
    return std::max(before, KeptFrom(days, now));
  };
  state.set_journeys_from_day(
      DayOf(later(state.journeys_from_day() * kMillisecondsPerDay, retention.journeys_days)));
  state.set_facts_from_unix_ms(later(state.facts_from_unix_ms(), retention.facts_days));
  state.set_sessions_from_unix_ms(later(state.sessions_from_unix_ms(), retention.sessions_days));
  state.set_minutes_from_unix_ms(later(state.minutes_from_unix_ms(), retention.minutes_days));
  state.set_hours_from_unix_ms(later(state.hours_from_unix_ms(), retention.hours_days));
  state.set_days_from_unix_ms(later(state.days_from_unix_ms(), retention.days_days));
  return state;
}

// Whether the clock is believed, as of now.
v1::RetentionState WatchClock(v1::RetentionState state, uint64_t last_unix_ms, uint64_t now) {
  const uint64_t from = state.doubted_from_unix_ms();
  if (now > last_unix_ms + kMaxClockStepMs) {
    state.set_doubted_from_unix_ms(now);
  } else if (now < from || now - from >= kDoubtMs) {
    state.set_doubted_from_unix_ms(0);
  }
  state.set_clock_unix_ms(now);
  return state;
}

// When retention was last applied, or else the newest record came; `now` when there is neither.
absl::StatusOr<uint64_t> LastTrustedTime(const KeyValueReader& reader,
                                         const v1::RetentionState& state, uint64_t now) {
  if (state.clock_unix_ms() > 0) return state.clock_unix_ms();
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(Family::kJourneys);
  cursor->SeekForPrevious(EncodeJourneyKey({std::numeric_limits<uint32_t>::max(), 0}));
  if (!cursor->status().ok()) return cursor->status();
  const auto newest = cursor->valid() ? DecodeJourneyKey(cursor->key()) : std::nullopt;
  // Its day had not ended.
  return newest ? (newest->day + uint64_t{1}) * kMillisecondsPerDay : now;
}

// The sites that have keys in a family, where keys begin with `tag` and the site.
absl::StatusOr<std::vector<std::string>> Sites(const KeyValueReader& reader, Family family,
                                               const std::string& tag) {
  std::vector<std::string> sites;
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(family);
  cursor->Seek(tag);
  while (cursor->valid() && cursor->key().starts_with(tag)) {
    const std::string_view key = cursor->key().substr(tag.size());
    const size_t size = key.empty() ? 0 : static_cast<unsigned char>(key.front());
    if (key.size() < size + 1) return absl::DataLossError("a key cannot be read");
    sites.emplace_back(key.substr(1, size));
    cursor->Seek(AfterPrefix(tag + std::string(key.substr(0, size + 1))));
  }
  if (!cursor->status().ok()) return cursor->status();
  return sites;
}

// Whether anything lies in [begin, end).
bool HasKeys(const KeyValueReader& reader, Family family, const std::string& begin,
             const std::string& end) {
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(family);
  cursor->Seek(begin);
  return cursor->valid() && cursor->key() < end;
}

class Dropper {
 public:
  Dropper(KeyValue* disk, Committer* committer) : disk_(disk), committer_(committer) {}

  // Nothing when the range is empty: a tombstone a day for each of hundreds of ranges adds up.
  absl::Status Drop(Family family, const std::string& begin, const std::string& end) {
    if (!HasKeys(*disk_, family, begin, end)) return absl::OkStatus();
    ++report_.ranges;
    return committer_->Exclusively([&] { return disk_->DeleteRange(family, begin, end); });
  }

  absl::Status DropJourneys(uint64_t from_day) {
    return Drop(Family::kJourneys, EncodeJourneyKey({0, 0}),
                EncodeJourneyKey({static_cast<uint32_t>(from_day), 0}));
  }

  absl::Status DropFacts(uint64_t from_unix_ms) {
    const auto sites = Sites(*disk_, Family::kFacts, "");
    if (!sites.ok()) return sites.status();
    for (const std::string& site : *sites) {
      const absl::Status dropped =
          Drop(Family::kFacts, FactKeyPrefix(site, 0), FactKeyPrefix(site, from_unix_ms));
      if (!dropped.ok()) return dropped;
    }
    return absl::OkStatus();
  }

  absl::Status DropRollups(Resolution resolution, uint64_t from_unix_ms) {
    const auto sites = Sites(*disk_, Family::kRollups, "");
    if (!sites.ok()) return sites.status();
    for (const std::string& site : *sites) {
      for (int slice = 0; slice < 256; ++slice) {
        const auto id = static_cast<SliceId>(slice);
        const absl::Status dropped =
            Drop(Family::kRollups, RollupKeyPrefix(site, resolution, id, 0),
                 RollupKeyPrefix(site, resolution, id, from_unix_ms));
        if (!dropped.ok()) return dropped;
      }
    }
    return absl::OkStatus();
  }

  absl::Status DropQuality(uint64_t from_unix_ms) {
    const auto sites = Sites(*disk_, Family::kMeta, std::string(kQualityMetaPrefix));
    if (!sites.ok()) return sites.status();
    for (const std::string& site : *sites) {
      const absl::Status dropped =
          Drop(Family::kMeta, QualityKey(site, 0), QualityKey(site, DayOf(from_unix_ms)));
      if (!dropped.ok()) return dropped;
    }
    return absl::OkStatus();
  }

  absl::Status DropSessions(uint64_t from_unix_ms) {
    const auto sites = Sites(*disk_, Family::kSessions, SessionIndexPrefix());
    if (!sites.ok()) return sites.status();
    for (const std::string& site : *sites) {
      if (const absl::Status dropped = DropSessionsOf(site, from_unix_ms); !dropped.ok()) {
        return dropped;
      }
    }
    return absl::OkStatus();
  }

  const RetentionReport& report() const { return report_; }

 private:
  absl::Status DropSessionsOf(const std::string& site, uint64_t from_unix_ms) {
    std::string next = SessionIndexKey(site, 0, "");
    const std::string end = SessionIndexKey(site, from_unix_ms, "");
    while (!next.empty()) {
      const absl::Status dropped = committer_->Exclusively([&]() -> absl::Status {
        Batch batch;
        const std::unique_ptr<Cursor> cursor = disk_->NewCursor(Family::kSessions);
        size_t looked_at = 0;
        for (cursor->Seek(next); cursor->valid() && cursor->key() < end; cursor->Next()) {
          if (looked_at++ == kSessionsPerTurn) {
            next = cursor->key();
            return Write(batch);
          }
          const auto entry = DecodeSessionIndexKey(site, cursor->key());
          if (!entry) return absl::DataLossError("a session's key cannot be read");
          const absl::Status deleted =
              DeleteSession(site, *entry, from_unix_ms, std::string(cursor->key()), &batch);
          if (!deleted.ok()) return deleted;
        }
        next.clear();
        const absl::Status read = cursor->status();
        return read.ok() ? Write(batch) : read;
      });
      if (!dropped.ok()) return dropped;
    }
    return absl::OkStatus();
  }

  absl::Status Write(const Batch& batch) {
    return batch.empty() ? absl::OkStatus() : disk_->Write(batch, KeyValue::Durability::kBuffered);
  }

  // Unless it went on after that time.
  absl::Status DeleteSession(const std::string& site, const SessionIndexEntry& entry,
                             uint64_t from_unix_ms, std::string index_key, Batch* batch) {
    Facets facets;
    const auto session = ReadStoredSession(*disk_, site, entry.session_id, &facets);
    if (!session.ok()) return session.status();
    if (!session->has_value() || (*session)->last_seen_unix_ms >= from_unix_ms) {
      return absl::OkStatus();
    }
    batch->Delete(Family::kSessions, std::move(index_key));
    batch->Delete(Family::kSessions, SessionKey(site, entry.session_id));
    if ((*session)->rare != nullptr) {
      for (const v1::ExternalConversion& conversion : (*session)->rare->external_conversions()) {
        batch->Delete(Family::kSessions, ExternalIdKey(site, conversion.document_id()));
        for (const std::string& alias : conversion.alias_ids()) {
          batch->Delete(Family::kSessions, ExternalIdKey(site, alias));
        }
      }
    }
    ++report_.sessions;
    return absl::OkStatus();
  }

  KeyValue* disk_;
  Committer* committer_;
  RetentionReport report_;
};

}  // namespace

absl::StatusOr<v1::RetentionState> ReadRetentionState(const KeyValueReader& reader) {
  const auto bytes = reader.Get(Family::kMeta, kRetentionMetaKey);
  if (!bytes.ok()) return bytes.status();
  v1::RetentionState state;
  if (bytes->has_value() && !state.ParseFromString(**bytes)) {
    return absl::DataLossError("how far data has been dropped cannot be read");
  }
  return state;
}

absl::StatusOr<RetentionReport> ApplyRetention(const Retention& retention, uint64_t now_unix_ms,
                                               KeyValue* disk, Committer* committer) {
  const auto before = ReadRetentionState(*disk);
  if (!before.ok()) return before.status();
  const auto last = LastTrustedTime(*disk, *before, now_unix_ms);
  if (!last.ok()) return last.status();
  v1::RetentionState state = WatchClock(*before, *last, now_unix_ms);
  const uint64_t doubted_from = state.doubted_from_unix_ms();
  const v1::RetentionState advanced = Advance(state, retention, now_unix_ms);
  const bool has_more = advanced.SerializeAsString() != state.SerializeAsString();
  if (doubted_from == 0) state = advanced;
  absl::Status status = committer->Exclusively([&] {
    Batch batch;
    batch.Put(Family::kMeta, std::string(kRetentionMetaKey), state.SerializeAsString());
    return disk->Write(batch, KeyValue::Durability::kSynced);
  });
  if (status.ok() && doubted_from > 0) {
    return RetentionReport{.held_until_unix_ms = has_more ? doubted_from + kDoubtMs : 0};
  }
  Dropper dropper(disk, committer);
  if (status.ok()) status = dropper.DropJourneys(state.journeys_from_day());
  if (status.ok()) status = dropper.DropFacts(state.facts_from_unix_ms());
  if (status.ok()) {
    status = dropper.DropRollups(Resolution::kMinute, state.minutes_from_unix_ms());
  }
  if (status.ok()) status = dropper.DropRollups(Resolution::kHour, state.hours_from_unix_ms());
  if (status.ok()) status = dropper.DropRollups(Resolution::kDay, state.days_from_unix_ms());
  if (status.ok()) status = dropper.DropQuality(state.days_from_unix_ms());
  if (status.ok()) status = dropper.DropSessions(state.sessions_from_unix_ms());
  if (!status.ok()) return status;
  return dropper.report();
}

}  // namespace paceline::store
