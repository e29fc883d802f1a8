#include "collector/store/verify.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "collector/store/journey_reader.h"
#include "collector/store/keys.h"
#include "collector/store/recount.h"
#include "collector/store/session_state.h"
#include "collector/store/verify_scope.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

std::string Hex(std::string_view bytes) {
  return absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
}

void Report(VerifyReport* report, std::string what, std::string stored, std::string recounted) {
  if (report->differences.size() >= kMaxListedDifferences) return;
  report->differences.push_back({std::move(what), std::move(stored), std::move(recounted)});
}

template <typename Message>
std::string Show(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::StrCat("unreadable: ", Hex(bytes));
  }
  return message.ShortDebugString();
}

std::string ShowValue(Family family, std::string_view key, std::string_view value) {
  if (family == Family::kFacts) return Show<v1::PageViewFact>(value);
  if (family == Family::kRollups) return Show<v1::RollupCell>(value);
  return IsSessionIndexKey(key) ? Show<v1::StoredSession>(value) : Hex(value);
}

std::string ShowKey(Family family, std::string_view key) {
  if (family == Family::kFacts) return absl::StrCat("fact ", Hex(key));
  if (family == Family::kSessions) return absl::StrCat("session ", Hex(key));
  const std::optional<RollupKey> rollup = DecodeRollupKey(key);
  if (!rollup) return absl::StrCat("rollup ", Hex(key));
  static constexpr const char* kResolutionNames[] = {"minute", "hour", "day"};
  return absl::StrCat(
      "rollup ", rollup->site, " ", kResolutionNames[static_cast<size_t>(rollup->resolution)], " ",
      rollup->start_unix_ms, " ", SliceName(rollup->slice), "=", absl::CEscape(rollup->value));
}

absl::Status CompareFamily(Family family, const VerifyScope& scope, const KeyValueReader& stored,
                           const KeyValueReader& recounted, VerifyReport* report,
                           uint64_t* entries) {
  return CompareViews(family, scope, stored, recounted, [&](const ComparedEntry& entry) {
    if (entry.differs() && entry.covered) {
      const auto show = [&](const std::optional<std::string_view>& value, const char* otherwise) {
        return value ? ShowValue(family, entry.key, *value) : std::string(otherwise);
      };
      Report(report, ShowKey(family, entry.key), show(entry.stored, "(missing)"),
             show(entry.recounted, "(none)"));
    }
    if (entry.stored && (family != Family::kSessions || IsSessionIndexKey(entry.key))) ++*entries;
    return absl::OkStatus();
  });
}

// Takes from recounted cells what flushes have not added to the stored ones yet.
absl::Status LeaveOutChanges(const KeyValueReader& stored, KeyValue* recounted) {
  auto cells = ReadCellChanges(stored);
  if (!cells.ok()) return cells.status();
  Batch batch;
  for (auto& [key, delta] : *cells) {
    delta.Negate();
    // Not there to be taken from: outside of what is recounted, or a difference, which is told.
    const absl::Status taken = AddToCell(key, delta, *recounted, &batch);
    if (!taken.ok() && !absl::IsDataLoss(taken)) return taken;
  }
  return recounted->Write(batch, KeyValue::Durability::kBuffered);
}

// Whether each of a session's records has an identity of its own.
bool IsEachOnce(const SessionState& session) {
  std::set<std::tuple<DocumentBytes, uint32_t, bool>> identities;
  return std::all_of(session.records.begin(), session.records.end(), [&](const auto& record) {
    return identities.emplace(record.document, record.sequence, record.external).second;
  });
}

// Finds records that are stored twice, in the recounted sessions.
absl::Status CheckIdentities(const KeyValueReader& recounted, VerifyReport* report) {
  Facets facets;
  const std::unique_ptr<Cursor> cursor = recounted.NewCursor(Family::kSessions);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) {
    if (!IsSessionIndexKey(cursor->key())) continue;
    const auto session = ParseSession(cursor->value(), "", "", 0, &facets);
    if (!session) return absl::DataLossError("a recounted session cannot be read");
    if (IsEachOnce(*session)) continue;
    Report(report, absl::StrCat("session ", Hex(cursor->key())), "(a record of it is there twice)",
           Show<v1::StoredSession>(cursor->value()));
  }
  return cursor->status();
}

}  // namespace

absl::StatusOr<VerifyReport> VerifyViews(const KeyValueReader& stored, KeyValue* scratch,
                                         const std::function<void(uint64_t)>& progress,
                                         const TimeRange& range) {
  VerifyReport report;
  const absl::StatusOr<uint64_t> complete = ReadCompleteTo(stored);
  if (!complete.ok()) return complete.status();
  report.complete_to_commit = *complete;
  const absl::StatusOr<uint64_t> last_commit = LastCommit(stored);
  if (!last_commit.ok()) return last_commit.status();
  report.newer_records = *last_commit - std::min(*last_commit, *complete);

  const absl::StatusOr<VerifyScope> scope = VerifyScope::Of(stored, range);
  if (!scope.ok()) return scope.status();
  const auto records = RecountViews(stored, *scope, *complete, scratch, [&](uint64_t done) {
    if (progress) progress(done);
    return absl::OkStatus();
  });
  if (!records.ok()) return records.status();
  report.records = *records;
  const absl::Status left_out = LeaveOutChanges(stored, scratch);
  if (!left_out.ok()) return left_out;
  const absl::Status identities = CheckIdentities(*scratch, &report);
  if (!identities.ok()) return identities;

  for (const auto& [family, entries] :
       {std::pair(Family::kFacts, &report.facts), std::pair(Family::kSessions, &report.sessions),
        std::pair(Family::kRollups, &report.rollup_cells)}) {
    const absl::Status compared = CompareFamily(family, *scope, stored, *scratch, &report, entries);
    if (!compared.ok()) return compared;
  }
  return report;
}

}  // namespace paceline::store
