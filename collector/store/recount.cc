#include "collector/store/recount.h"

#include <algorithm>
#include <memory>
#include <string>

#include "collector/store/journey_reader.h"
#include "collector/store/keys.h"
#include "collector/store/views.h"

namespace paceline::store {
namespace {

constexpr uint64_t kRecordsBetweenProgress = 1000;

}  // namespace

absl::StatusOr<uint64_t> ReadCompleteTo(const KeyValueReader& reader) {
  const auto bytes = reader.Get(Family::kMeta, kViewsMetaKey);
  if (!bytes.ok()) return bytes.status();
  v1::ViewsState state;
  if (bytes->has_value() && !state.ParseFromString(**bytes)) {
    return absl::DataLossError("how far the views are complete cannot be read");
  }
  return state.complete_to_commit();
}

absl::StatusOr<uint64_t> RecountViews(const KeyValueReader& stored, const VerifyScope& scope,
                                      uint64_t to_commit, KeyValue* fresh,
                                      const RecountProgress& progress) {
  uint64_t records = 0;
  Views views(fresh, &stored, 0);
  RecordView head;
  const absl::Status folded = ForEachRecordBytes(
      stored, scope.first_commit(), std::min(to_commit, scope.last_commit()),
      [&](JourneyKey key, std::string_view record) -> absl::Status {
        if (!scope.CoversAllRecords() && ReadRecord(record, &head) &&
            !scope.CoversSession(head.site, head.session_id)) {
          return absl::OkStatus();
        }
        const absl::Status one = views.Fold(key, record, false, nullptr);
        if (!one.ok()) return one;
        if (++records % kRecordsBetweenProgress == 0 && progress) {
          if (const absl::Status goes_on = progress(records); !goes_on.ok()) return goes_on;
        }
        return views.IsFull() ? views.Flush(fresh, Views::Cells::kWhenDue) : absl::OkStatus();
      });
  if (!folded.ok()) return folded;
  if (const absl::Status flushed = views.Flush(fresh, Views::Cells::kNow); !flushed.ok())
    return flushed;
  if (progress) {
    if (const absl::Status goes_on = progress(records); !goes_on.ok()) return goes_on;
  }
  return records;
}

absl::Status CompareViews(Family family, const VerifyScope& scope, const KeyValueReader& stored,
                          const KeyValueReader& recounted,
                          const std::function<absl::Status(const ComparedEntry&)>& visit) {
  const std::unique_ptr<Cursor> left = stored.NewCursor(family);
  const std::unique_ptr<Cursor> right = recounted.NewCursor(family);
  left->Seek("");
  right->Seek("");
  while (left->valid() || right->valid()) {
    ComparedEntry entry{family, {}, {}, {}};
    const bool has_left = left->valid() && (!right->valid() || left->key() <= right->key());
    const bool has_right = right->valid() && (!left->valid() || right->key() <= left->key());
    entry.key = has_left ? left->key() : right->key();
    if (const auto skip = scope.NextInRange(family, entry.key)) {
      if (has_left) left->Seek(*skip);
      if (has_right) right->Seek(*skip);
      continue;
    }
    if (has_left) entry.stored = left->value();
    if (has_right) entry.recounted = right->value();
    if (entry.differs()) {
      const auto covered =
          scope.Covers(family, entry.key, has_left ? left->value() : right->value(), recounted);
      if (!covered.ok()) return covered.status();
      entry.covered = *covered;
    }
    if (const absl::Status visited = visit(entry); !visited.ok()) return visited;
    if (has_left) left->Next();
    if (has_right) right->Next();
  }
  return left->status().ok() ? right->status() : left->status();
}

}  // namespace paceline::store
