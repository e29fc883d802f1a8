// A committer and views over memory, and the steps that tests take with them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "collector/store/committer.h"
#include "collector/store/journey_reader.h"
#include "collector/store/memory_key_value.h"
#include "collector/store/verify.h"
#include "collector/store/views.h"
#include "tests/unit/collector/store/record_builder.h"

namespace paceline::store {

// Collects results of asynchronous appends.
class Answers {
 public:
  explicit Answers(size_t count) : results_(count) {}
  AppendCallback For(size_t at) {
    return [this, at](AppendResult result) {
      const std::lock_guard lock(mutex_);
      results_[at] = std::move(result);
      ++done_;
      all_done_.notify_all();
    };
  }
  const std::vector<AppendResult>& Wait() {
    std::unique_lock lock(mutex_);
    all_done_.wait(lock, [this] { return done_ == results_.size(); });
    return results_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::vector<AppendResult> results_;
  size_t done_ = 0;
};

// Works for Store and Committer.
template <typename Target>
AppendResult AppendAndWait(Target* target, const v1::JournalRecord& record) {
  Answers answers(1);
  target->Append(ToNewRecord(record), answers.For(0));
  return answers.Wait()[0];
}

// Committer and views on an engine that outlives them: what a process has while it runs.
struct Process {
  explicit Process(KeyValue* disk, uint64_t flush_interval_ms = 3'600'000,
                   size_t max_queued_records = 100'000)
      : views_(disk, disk, CompleteTo(*disk)) {
    if (!views_.Load().ok()) std::abort();
    const absl::Status folded =
        ForEachRecordBytes(*disk, views_.complete_to_commit() + 1, ~uint64_t{0},
                           [&](JourneyKey key, std::string_view record) {
                             ++refolded;
                             return views_.Fold(key, record, false, nullptr);
                           });
    if (!folded.ok() || !views_.Flush(disk, Views::Cells::kWhenDue).ok()) std::abort();
    committer = std::make_unique<Committer>(Committer::Options{
        disk, &views_, LastCommit(*disk).value(), max_queued_records, flush_interval_ms, {}});
  }
  static uint64_t CompleteTo(const KeyValue& disk) {
    v1::ViewsState state;
    state.ParseFromString(disk.Get(Family::kMeta, kViewsMetaKey)->value_or(""));
    return state.complete_to_commit();
  }

  // With all that was answered before, as Store reads them.
  const Views& views() const {
    if (committer) committer->WaitUntilFolded();
    return views_;
  }

 private:
  Views views_;

 public:
  uint64_t refolded = 0;
  std::unique_ptr<Committer> committer;
};

// Facts of a session, in the order in which they began.
inline std::vector<v1::PageViewFact> FactsOf(const Views& views, uint32_t session_number) {
  const auto session = views.ReadSession("academy", SessionId(session_number));
  if (!session.ok() || !session->has_value()) return {};
  return views.ReadFacts(**session).value();
}

// A recount in memory.
inline absl::StatusOr<VerifyReport> VerifyViews(const KeyValueReader& stored) {
  MemoryKeyValue scratch;
  return VerifyViews(stored, &scratch, nullptr);
}

inline std::vector<RollupRow> Rows(const Views& views, Resolution resolution,
                                   std::string_view dimension,
                                   const std::optional<std::string>& value = std::nullopt,
                                   uint64_t from = 0, uint64_t to = kNoon * 2) {
  std::vector<RollupRow> rows;
  const absl::Status read = views.ReadRollups("academy", resolution, from, to, dimension, value,
                                              [&](const RollupRow& row) { rows.push_back(row); });
  if (!read.ok()) std::abort();
  return rows;
}

}  // namespace paceline::store
