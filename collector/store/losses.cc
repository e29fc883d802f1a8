#include "collector/store/losses.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "collector/store/keys.h"

namespace paceline::store {
namespace {

// Commits that follow one another without a gap, all of one day.
struct Run {
  uint64_t first = 0;
  uint64_t last = 0;
  uint32_t day = 0;
};

absl::StatusOr<std::vector<Run>> ReadRuns(const KeyValueReader& reader) {
  std::vector<Run> runs;
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(Family::kJourneys);
  for (cursor->Seek(""); cursor->valid(); cursor->Next()) {
    const std::optional<JourneyKey> key = DecodeJourneyKey(cursor->key());
    if (!key) return absl::DataLossError("a journey's key cannot be read");
    if (!runs.empty() && runs.back().day == key->day && runs.back().last + 1 == key->commit) {
      runs.back().last = key->commit;
    } else {
      runs.push_back({key->commit, key->commit, key->day});
    }
  }
  if (!cursor->status().ok()) return cursor->status();
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
  return runs;
}

v1::Loss MakeLoss(uint64_t found_unix_ms, uint64_t first, uint64_t last, uint32_t first_day,
                  uint32_t last_day) {
  v1::Loss loss;
  loss.set_found_unix_ms(found_unix_ms);
  loss.set_first_commit(first);
  loss.set_last_commit(last);
  loss.set_first_day(first_day);
  loss.set_last_day(last_day);
  return loss;
}

bool IsSame(const v1::Loss& a, const v1::Loss& b) {
  return a.first_commit() == b.first_commit() && a.last_commit() == b.last_commit();
}

}  // namespace

absl::StatusOr<std::vector<v1::Loss>> FindLosses(const KeyValueReader& reader,
                                                 uint64_t found_unix_ms) {
  const auto runs = ReadRuns(reader);
  if (!runs.ok()) return runs.status();
  const auto retention = reader.Get(Family::kMeta, kRetentionMetaKey);
  if (!retention.ok()) return retention.status();
  const auto views = reader.Get(Family::kMeta, kViewsMetaKey);
  if (!views.ok()) return views.status();
  v1::RetentionState dropped;
  v1::ViewsState state;
  if (!dropped.ParseFromString(retention->value_or("")) ||
      !state.ParseFromString(views->value_or(""))) {
    return absl::DataLossError("the state of views or of retention cannot be read");
  }

  std::vector<v1::Loss> losses;
  // When days have been dropped, nobody knows where those that are kept began.
  uint64_t next = dropped.journeys_from_day() > 0 && !runs->empty() ? runs->front().first : 1;
  uint32_t day = runs->empty() ? 0 : runs->front().day;
  for (const Run& run : *runs) {
    if (run.first > next) {
      losses.push_back(MakeLoss(found_unix_ms, next, run.first - 1, day, run.day));
    }
    next = std::max(next, run.last + 1);
    day = run.day;
  }
  // Records up to this one were folded once, so they were there.
  if (state.complete_to_commit() >= next && !runs->empty()) {
    losses.push_back(MakeLoss(found_unix_ms, next, state.complete_to_commit(), day, day));
    next = state.complete_to_commit() + 1;
  }
  // What came after the last one that is there left no gap.
  if (losses.empty()) losses.push_back(MakeLoss(found_unix_ms, next, 0, day, day));
  return losses;
}

absl::StatusOr<std::vector<v1::Loss>> ReadLosses(const KeyValueReader& reader) {
  const auto bytes = reader.Get(Family::kMeta, kLossesMetaKey);
  if (!bytes.ok()) return bytes.status();
  v1::LossList list;
  if (bytes->has_value() && !list.ParseFromString(**bytes)) {
    return absl::DataLossError("the list of losses cannot be read");
  }
  return std::vector<v1::Loss>(list.losses().begin(), list.losses().end());
}

absl::Status NoteLosses(const std::vector<v1::Loss>& losses, KeyValue* disk) {
  const auto known = ReadLosses(*disk);
  if (!known.ok()) return known.status();
  v1::LossList list;
  list.mutable_losses()->Add(known->begin(), known->end());
  for (const v1::Loss& loss : losses) {
    const bool is_new = std::none_of(known->begin(), known->end(),
                                     [&](const v1::Loss& one) { return IsSame(one, loss); });
    if (is_new) *list.add_losses() = loss;
  }
  Batch batch;
  batch.Put(Family::kMeta, std::string(kLossesMetaKey), list.SerializeAsString());
  return disk->Write(batch, KeyValue::Durability::kSynced);
}

}  // namespace paceline::store
