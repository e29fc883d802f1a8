#include "collector/store/verify.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "collector/store/journey_reader.h"
#include "collector/store/keys.h"
#include "collector/store/memory_key_value.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

constexpr uint64_t kRecordsBetweenProgress = 1000;

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

std::string ShowValue(Family family, std::string_view value) {
  switch (family) {
    case Family::kFacts:
      return Show<v1::PageViewFact>(value);
    case Family::kRollups:
      return Show<v1::RollupCell>(value);
    case Family::kSessions:
      if (value.empty()) return "(in the index)";
      // What an external conversion's id leads to.
      return value.size() == kSessionIdBytes ? Hex(value) : Show<v1::SessionRecord>(value);
    default:
      return Hex(value);
  }
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

// Both are in key order: one walk over both finds what is missing, extra and different.
absl::Status CompareFamily(Family family, const KeyValueReader& stored,
                           const KeyValueReader& recounted, VerifyReport* report,
                           uint64_t* entries) {
  const std::unique_ptr<Cursor> left = stored.NewCursor(family);
  const std::unique_ptr<Cursor> right = recounted.NewCursor(family);
  left->Seek("");
  right->Seek("");
  while (left->valid() || right->valid()) {
    const bool has_left = left->valid() && (!right->valid() || left->key() <= right->key());
    const bool has_right = right->valid() && (!left->valid() || right->key() <= left->key());
    const std::string_view key = has_left ? left->key() : right->key();
    if (!has_left || !has_right || left->value() != right->value()) {
      Report(report, ShowKey(family, key),
             has_left ? ShowValue(family, left->value()) : "(missing)",
             has_right ? ShowValue(family, right->value()) : "(none)");
    }
    if (has_left) {
      if (family != Family::kSessions || !IsExternalIdKey(key)) ++*entries;
      left->Next();
    }
    if (has_right) right->Next();
  }
  return left->status();
}

absl::Status CheckSeen(const KeyValueReader& stored, JourneyKey key,
                       const v1::JournalRecord& record, VerifyReport* report) {
  const std::string seen_key = SeenKey(IdOf(record));
  const auto bytes = stored.Get(Family::kSeen, seen_key);
  if (!bytes.ok()) return bytes.status();
  v1::SeenRecord expected;
  expected.set_content_hash(record.content_hash());
  expected.set_commit(key.commit);
  if (bytes->has_value() && **bytes == expected.SerializeAsString()) return absl::OkStatus();
  Report(report, absl::StrCat("seen ", Hex(seen_key)),
         bytes->has_value() ? Show<v1::SeenRecord>(**bytes) : "(missing)",
         expected.ShortDebugString());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<VerifyReport> VerifyViews(const KeyValueReader& stored,
                                         const std::function<void(uint64_t)>& progress) {
  VerifyReport report;
  const auto meta = stored.Get(Family::kMeta, kViewsMetaKey);
  if (!meta.ok()) return meta.status();
  v1::ViewsState state;
  // Nothing yet: no view has been flushed, so there should be none.
  if (meta->has_value() && !state.ParseFromString(**meta)) {
    return absl::DataLossError("how far the views are complete cannot be read");
  }
  report.complete_to_commit = state.complete_to_commit();
  const absl::StatusOr<uint64_t> last_commit = LastCommit(stored);
  if (!last_commit.ok()) return last_commit.status();
  report.newer_records = *last_commit - std::min(*last_commit, report.complete_to_commit);

  MemoryKeyValue fresh;
  Views recount(&fresh, &stored, 0);
  const absl::Status folded =
      ForEachRecord(stored, 1, report.complete_to_commit,
                    [&](JourneyKey key, const v1::JournalRecord& record) -> absl::Status {
                      const absl::Status seen = CheckSeen(stored, key, record, &report);
                      if (!seen.ok()) return seen;
                      const auto changed = recount.Fold(key, record);
                      if (!changed.ok()) return changed.status();
                      ++report.records;
                      if (progress && report.records % kRecordsBetweenProgress == 0)
                        progress(report.records);
                      return recount.IsFull() ? recount.Flush(&fresh) : absl::OkStatus();
                    });
  if (!folded.ok()) return folded;
  const absl::Status flushed = recount.Flush(&fresh);
  if (!flushed.ok()) return flushed;
  if (progress) progress(report.records);

  uint64_t session_entries = 0;
  for (const auto& [family, entries] :
       {std::pair(Family::kFacts, &report.facts), std::pair(Family::kSessions, &session_entries),
        std::pair(Family::kRollups, &report.rollup_cells)}) {
    const absl::Status compared = CompareFamily(family, stored, fresh, &report, entries);
    if (!compared.ok()) return compared;
  }
  // Each session has its record and its entry in the index.
  report.sessions = session_entries / 2;
  return report;
}

}  // namespace paceline::store
