#include "collector/store/verify_scope.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "collector/store/record_view.h"
#include "collector/store/retention.h"
#include "collector/store/session_state.h"

namespace paceline::store {
namespace {

// A document may be open for 31 days, and what it says kept for a week by the browser.
constexpr uint64_t kDaysAround = 40;

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

std::string_view SessionIdAt(std::string_view key) {
  return key.substr(std::max(key.size(), kSessionIdBytes) - kSessionIdBytes);
}

// Whether a page view or a session that the record speaks of may have begun in the range. Of a raw
// batch's page views only core knows when they began.
bool MayBeIn(const TimeRange& range, const RecordView& record) {
  if (record.external()) return true;
  const auto origin =
      static_cast<uint64_t>(static_cast<int64_t>(record.origin_unix_ms) + record.clock_offset_ms);
  if (range.Contains(origin)) return true;
  if (record.payload == RecordView::Payload::kEntryBatch) return origin < range.to_unix_ms;
  return std::any_of(record.page_views.begin(), record.page_views.end(), [&](const auto& view) {
    return range.Contains(origin + view.start_100us / 10);
  });
}

}  // namespace

absl::StatusOr<VerifyScope> VerifyScope::Of(const KeyValueReader& stored, const TimeRange& range) {
  const auto dropped = ReadRetentionState(stored);
  if (!dropped.ok()) return dropped.status();
  VerifyScope scope;
  scope.range_ = range;
  scope.facts_from_unix_ms_ = dropped->facts_from_unix_ms();
  scope.sessions_from_unix_ms_ = dropped->sessions_from_unix_ms();
  scope.cells_from_unix_ms_ = {dropped->minutes_from_unix_ms(), dropped->hours_from_unix_ms(),
                               dropped->days_from_unix_ms()};
  for (uint64_t& from : scope.cells_from_unix_ms_) {
    from = std::max(from, dropped->recount_from_unix_ms());
  }
  absl::Status found;
  if (dropped->journeys_from_day() > 0) {
    found = scope.FindSpanning(stored, dropped->journeys_from_day());
  }
  if (found.ok() && range.bounded()) found = scope.FindSessionsInRange(stored);
  if (!found.ok()) return found;
  return scope;
}

absl::Status VerifyScope::FindSpanning(const KeyValueReader& stored, uint64_t journeys_from_day) {
  kept_from_unix_ms_ = journeys_from_day * kMillisecondsPerDay;
  uint64_t cells_from = kept_from_unix_ms_;
  Facets facets;
  const std::unique_ptr<Cursor> cursor = stored.NewCursor(Family::kSessions);
  for (cursor->Seek(SessionIndexPrefix()); cursor->valid() && IsSessionIndexKey(cursor->key());
       cursor->Next()) {
    const std::string_view key = cursor->key().substr(1);
    const std::string_view site = SiteAt(key);
    const auto session =
        ParseSession(cursor->value(), site, SessionIdAt(key), TimeBehind(site, key), &facets);
    if (!session) return absl::DataLossError("a session cannot be read");
    const auto is_kept = [&](const RecordEntry& record) { return record.day >= journeys_from_day; };
    if (std::all_of(session->records.begin(), session->records.end(), is_kept) ||
        std::none_of(session->records.begin(), session->records.end(), is_kept)) {
      continue;
    }
    spanning_.insert(SessionKey(site, SessionIdAt(key)));
    cells_from = std::max(
        cells_from, CellStart(Resolution::kDay, session->last_seen_unix_ms) + kMillisecondsPerDay);
  }
  for (uint64_t& from : cells_from_unix_ms_) from = std::max(from, cells_from);
  return cursor->status();
}

// Those that are stored as of the range, and those whose records say that they are.
absl::Status VerifyScope::FindSessionsInRange(const KeyValueReader& stored) {
  for (const Family family : {Family::kFacts, Family::kSessions}) {
    const std::unique_ptr<Cursor> cursor = stored.NewCursor(family);
    cursor->Seek(family == Family::kFacts ? "" : SessionIndexPrefix());
    while (cursor->valid() && (family == Family::kFacts || IsSessionIndexKey(cursor->key()))) {
      if (const auto skip = NextInRange(family, cursor->key())) {
        cursor->Seek(*skip);
        continue;
      }
      const std::string_view key = cursor->key().substr(family == Family::kFacts ? 0 : 1);
      const std::string_view site = SiteAt(key);
      if (key.size() >= site.size() + 9 + kSessionIdBytes) {
        in_range_.insert(SessionKey(site, key.substr(site.size() + 9, kSessionIdBytes)));
      }
      cursor->Next();
    }
    if (!cursor->status().ok()) return cursor->status();
  }
  const uint64_t first_day = DayOf(range_.from_unix_ms);
  const uint64_t last_day = DayOf(range_.to_unix_ms) + kDaysAround;
  const auto commits =
      CommitsOfDays(stored, first_day - std::min(first_day, kDaysAround), last_day);
  if (!commits.ok()) return commits.status();
  // Sessions that are there when the range ends go on behind it.
  const auto last = LastCommit(stored);
  if (!last.ok()) return last.status();
  commits_ = {commits->first, *last};
  RecordView record;
  return ForEachRecordBytes(
      stored, commits->first, commits->last,
      [&](JourneyKey key, std::string_view bytes) -> absl::Status {
        if (!ReadRecord(bytes, &record)) {
          return absl::DataLossError(absl::StrCat("record ", key.commit, " cannot be read"));
        }
        if (MayBeIn(range_, record)) {
          in_range_.insert(SessionKey(record.site, record.session_id));
        }
        return absl::OkStatus();
      });
}

bool VerifyScope::CoversSession(std::string_view site, std::string_view session_id) const {
  const std::string key = SessionKey(site, session_id);
  return !spanning_.contains(key) && (!range_.bounded() || in_range_.contains(key));
}

std::optional<std::string> VerifyScope::NextInRange(Family family, std::string_view key) const {
  if (!range_.bounded()) return std::nullopt;
  std::string all;
  std::string first;
  uint64_t at = 0;
  if (family == Family::kRollups) {
    const std::optional<RollupKey> cell = DecodeRollupKey(key);
    if (!cell) return std::nullopt;
    const uint64_t length = CellMilliseconds(cell->resolution);
    if (cell->start_unix_ms >= range_.from_unix_ms) {
      if (range_.to_unix_ms >= length && cell->start_unix_ms <= range_.to_unix_ms - length) {
        return std::nullopt;
      }
      at = range_.to_unix_ms;
    }
    first = RollupKeyPrefix(cell->site, cell->resolution, cell->slice, range_.from_unix_ms);
  } else if (family == Family::kFacts || IsSessionIndexKey(key)) {
    const std::string_view rest = key.substr(family == Family::kFacts ? 0 : 1);
    const std::string_view site = SiteAt(rest);
    at = TimeBehind(site, rest);
    if (range_.Contains(at)) return std::nullopt;
    first = family == Family::kFacts ? FactKeyPrefix(site, range_.from_unix_ms)
                                     : SessionIndexKey(site, range_.from_unix_ms, "");
  } else {
    return std::nullopt;
  }
  // To the range's first key, or past all of its kind.
  return at < range_.from_unix_ms ? first : AfterPrefix(first.substr(0, first.size() - 8));
}

absl::StatusOr<bool> VerifyScope::CoversSessionOf(std::string_view site,
                                                  std::string_view session_id,
                                                  uint64_t began_unix_ms,
                                                  const KeyValueReader& recounted) const {
  if (!CoversSession(site, session_id)) return false;
  const std::string key = SessionKey(site, session_id);
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
  // Records may speak of times whose facts and sessions are dropped, or soon will be.
  if (family == Family::kFacts && TimeBehind(SiteAt(key), key) < facts_from_unix_ms_) return false;
  if (kept_from_unix_ms_ == 0 && sessions_from_unix_ms_ == 0 && !range_.bounded()) return true;
  if (family == Family::kFacts) {
    const std::string_view site = SiteAt(key);
    const size_t session_at = site.size() + 9;
    if (key.size() < session_at + kSessionIdBytes) return true;
    return CoversSessionOf(site, key.substr(session_at, kSessionIdBytes), TimeBehind(site, key),
                           recounted);
  }
  const std::string_view rest = key.substr(1);
  const std::string_view site = SiteAt(rest);
  // An external conversion's id: the value is the session.
  if (!IsSessionIndexKey(key) && value.size() == kSessionIdBytes) {
    return CoversSessionOf(site, value, 0, recounted);
  }
  if (rest.size() < kSessionIdBytes) return true;
  const uint64_t began =
      IsSessionIndexKey(key) ? TimeBehind(site, rest) : DecodeTime(value).value_or(0);
  if (range_.bounded() && !range_.Contains(began)) return false;
  if (began < sessions_from_unix_ms_) return false;
  return CoversSessionOf(site, rest.substr(rest.size() - kSessionIdBytes), began, recounted);
}

}  // namespace paceline::store
