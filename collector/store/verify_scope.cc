#include "collector/store/verify_scope.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "collector/store/retention.h"
#include "collector/store/session_state.h"

namespace paceline::store {
namespace {

// The site at the beginning of `key`; empty: there is none.
std::string_view SiteAt(std::string_view key) {
  if (key.empty()) return {};
  const size_t size = static_cast<unsigned char>(key.front());
  return key.size() > size ? key.substr(1, size) : std::string_view();
}

// The 8 bytes behind the site.
uint64_t TimeBehind(std::string_view site, std::string_view key) {
  if (key.size() < site.size() + 9) return 0;
  return DecodeTime(key.substr(site.size() + 1, 8)).value_or(0);
}

}  // namespace

absl::StatusOr<VerifyScope> VerifyScope::Of(const KeyValueReader& stored) {
  const auto dropped = ReadRetentionState(stored);
  if (!dropped.ok()) return dropped.status();
  VerifyScope scope;
  scope.cells_from_unix_ms_ = {dropped->minutes_from_unix_ms(), dropped->hours_from_unix_ms(),
                               dropped->days_from_unix_ms()};
  if (dropped->journeys_from_day() == 0) return scope;
  scope.kept_from_unix_ms_ = dropped->journeys_from_day() * kMillisecondsPerDay;
  uint64_t cells_from = scope.kept_from_unix_ms_;
  Facets facets;
  const std::unique_ptr<Cursor> cursor = stored.NewCursor(Family::kSessions);
  for (cursor->Seek(SessionIndexPrefix()); cursor->valid() && IsSessionIndexKey(cursor->key());
       cursor->Next()) {
    const std::string_view key = cursor->key().substr(1);
    const std::string_view site = SiteAt(key);
    const std::string_view id = key.substr(std::max(key.size(), kSessionIdBytes) - kSessionIdBytes);
    const auto session = ParseSession(cursor->value(), site, id, TimeBehind(site, key), &facets);
    if (!session) return absl::DataLossError("a session cannot be read");
    const auto is_kept = [&](const RecordEntry& record) {
      return record.day >= dropped->journeys_from_day();
    };
    if (std::all_of(session->records.begin(), session->records.end(), is_kept) ||
        std::none_of(session->records.begin(), session->records.end(), is_kept)) {
      continue;
    }
    scope.spanning_.insert(SessionKey(site, id));
    cells_from = std::max(
        cells_from, CellStart(Resolution::kDay, session->last_seen_unix_ms) + kMillisecondsPerDay);
  }
  if (!cursor->status().ok()) return cursor->status();
  for (uint64_t& from : scope.cells_from_unix_ms_) from = std::max(from, cells_from);
  return scope;
}

bool VerifyScope::Covers(const BeaconId& id) const {
  return !spanning_.contains(SessionKey(id.site, id.session_id));
}

absl::StatusOr<bool> VerifyScope::CoversSession(std::string_view site, std::string_view session_id,
                                                uint64_t began_unix_ms,
                                                const KeyValueReader& recounted) const {
  const std::string key = SessionKey(site, session_id);
  if (spanning_.contains(key)) return false;
  if (began_unix_ms >= kept_from_unix_ms_) return true;
  // It began before, and all that is kept of it was recounted; or nothing is.
  const auto there = recounted.Get(Family::kSessions, key);
  if (!there.ok()) return there.status();
  return there->has_value();
}

absl::StatusOr<bool> VerifyScope::Covers(Family family, std::string_view key,
                                         std::string_view value,
                                         const KeyValueReader& recounted) const {
  if (family == Family::kRollups) {
    const std::optional<RollupKey> cell = DecodeRollupKey(key);
    return !cell ||
           cell->start_unix_ms >= cells_from_unix_ms_[static_cast<size_t>(cell->resolution)];
  }
  if (kept_from_unix_ms_ == 0) return true;
  if (family == Family::kFacts) {
    const std::string_view site = SiteAt(key);
    const size_t session_at = site.size() + 9;
    if (key.size() < session_at + kSessionIdBytes) return true;
    return CoversSession(site, key.substr(session_at, kSessionIdBytes), TimeBehind(site, key),
                         recounted);
  }
  const std::string_view rest = key.substr(1);
  const std::string_view site = SiteAt(rest);
  // An external conversion's id: the value is the session.
  if (!IsSessionIndexKey(key) && value.size() == kSessionIdBytes) {
    return CoversSession(site, value, 0, recounted);
  }
  if (rest.size() < kSessionIdBytes) return true;
  const uint64_t began =
      IsSessionIndexKey(key) ? TimeBehind(site, rest) : DecodeTime(value).value_or(0);
  return CoversSession(site, rest.substr(rest.size() - kSessionIdBytes), began, recounted);
}

}  // namespace paceline::store
