#include "collector/store/journey_reader.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace paceline::store {
namespace {

constexpr uint64_t kLastPossibleCommit = std::numeric_limits<uint64_t>::max();

struct DayRange {
  uint32_t day = 0;
  uint64_t first = 0;
  uint64_t last = 0;
};

absl::StatusOr<JourneyKey> KeyAt(const Cursor& cursor) {
  const std::optional<JourneyKey> key = DecodeJourneyKey(cursor.key());
  if (!key) return absl::DataLossError("a journey's key cannot be read");
  return *key;
}

// The days that have records, oldest first. Two seeks a day.
absl::StatusOr<std::vector<DayRange>> Days(const KeyValueReader& reader) {
  std::vector<DayRange> days;
  const std::unique_ptr<Cursor> cursor = reader.NewCursor(Family::kJourneys);
  cursor->Seek(EncodeJourneyKey({0, 0}));
  while (cursor->valid()) {
    const absl::StatusOr<JourneyKey> first = KeyAt(*cursor);
    if (!first.ok()) return first.status();
    cursor->SeekForPrevious(EncodeJourneyKey({first->day, kLastPossibleCommit}));
    if (!cursor->valid()) break;
    const absl::StatusOr<JourneyKey> last = KeyAt(*cursor);
    if (!last.ok()) return last.status();
    days.push_back({first->day, first->commit, last->commit});
    cursor->Next();
  }
  if (!cursor->status().ok()) return cursor->status();
  return days;
}

// A day that is being read.
struct OpenDay {
  std::unique_ptr<Cursor> cursor;
  JourneyKey at;
};
struct LaterCommit {
  bool operator()(const OpenDay& a, const OpenDay& b) const { return a.at.commit > b.at.commit; }
};
using OpenDays = std::vector<OpenDay>;

// Reads on until `open` stands on a record of its day, or is dropped.
absl::Status Advance(OpenDay open, uint64_t to_commit, OpenDays* heap) {
  if (!open.cursor->valid()) return open.cursor->status();
  const absl::StatusOr<JourneyKey> key = KeyAt(*open.cursor);
  if (!key.ok()) return key.status();
  if (key->day != open.at.day || key->commit > to_commit) return absl::OkStatus();
  open.at = *key;
  heap->push_back(std::move(open));
  std::push_heap(heap->begin(), heap->end(), LaterCommit());
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachRecord(
    const KeyValueReader& reader, uint64_t from_commit, uint64_t to_commit,
    const std::function<absl::Status(JourneyKey, const v1::JournalRecord&)>& visit) {
  v1::JournalRecord record;
  return ForEachRecordBytes(
      reader, from_commit, to_commit, [&](JourneyKey key, std::string_view bytes) -> absl::Status {
        if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          return absl::DataLossError(absl::StrCat("record ", key.commit, " cannot be read"));
        }
        return visit(key, record);
      });
}

absl::Status ForEachRecordBytes(
    const KeyValueReader& reader, uint64_t from_commit, uint64_t to_commit,
    const std::function<absl::Status(JourneyKey, std::string_view)>& visit) {
  absl::StatusOr<std::vector<DayRange>> days = Days(reader);
  if (!days.ok()) return days.status();
  std::erase_if(
      *days, [&](const DayRange& day) { return day.last < from_commit || day.first > to_commit; });
  std::sort(days->begin(), days->end(),
            [](const DayRange& a, const DayRange& b) { return a.first < b.first; });

  OpenDays heap;
  size_t next_day = 0;
  while (true) {
    // A day is opened when its first commit is due.
    while (next_day < days->size() &&
           (heap.empty() || (*days)[next_day].first < heap.front().at.commit)) {
      const DayRange& day = (*days)[next_day++];
      OpenDay open{reader.NewCursor(Family::kJourneys), {day.day, 0}};
      open.cursor->Seek(EncodeJourneyKey({day.day, std::max(day.first, from_commit)}));
      const absl::Status advanced = Advance(std::move(open), to_commit, &heap);
      if (!advanced.ok()) return advanced;
    }
    if (heap.empty()) return absl::OkStatus();
    std::pop_heap(heap.begin(), heap.end(), LaterCommit());
    OpenDay open = std::move(heap.back());
    heap.pop_back();
    // What was erased has left its place.
    const std::string_view value = open.cursor->value();
    const absl::Status visited = value.empty() ? absl::OkStatus() : visit(open.at, value);
    if (!visited.ok()) return visited;
    open.cursor->Next();
    const absl::Status advanced = Advance(std::move(open), to_commit, &heap);
    if (!advanced.ok()) return advanced;
  }
}

absl::StatusOr<CommitRange> CommitsOfDays(const KeyValueReader& reader, uint64_t first_day,
                                          uint64_t last_day) {
  const absl::StatusOr<std::vector<DayRange>> days = Days(reader);
  if (!days.ok()) return days.status();
  CommitRange range{kLastPossibleCommit, 0};
  for (const DayRange& day : *days) {
    if (day.day < first_day || day.day > last_day) continue;
    range.first = std::min(range.first, day.first);
    range.last = std::max(range.last, day.last);
  }
  return range;
}

absl::StatusOr<uint64_t> LastCommit(const KeyValueReader& reader) {
  const absl::StatusOr<std::vector<DayRange>> days = Days(reader);
  if (!days.ok()) return days.status();
  uint64_t last = 0;
  for (const DayRange& day : *days) last = std::max(last, day.last);
  return last;
}

}  // namespace paceline::store
