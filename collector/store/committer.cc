#include "collector/store/committer.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/keys.h"
#include "collector/store/record_view.h"

namespace paceline::store {
namespace {

absl::Status CheckAppend(const NewRecord& record) {
  if (!IsValid(record.id)) {
    return absl::InvalidArgumentError(
        "an id needs a site of 1 to 255 bytes, a session of 16 and a document of 8");
  }
  if (!IsIdOf(record.id, record.bytes)) {
    return absl::InvalidArgumentError(
        "a record needs a beacon, an entry batch or an external conversion, and its id");
  }
  return absl::OkStatus();
}

AppendResult Unavailable(absl::Status status) {
  return {AppendOutcome::kUnavailable, std::move(status)};
}

}  // namespace

Committer::Committer(Options options)
    : options_(std::move(options)),
      ledger_(options_.views),
      last_commit_(options_.last_commit),
      answered_to_commit_(options_.last_commit),
      folded_to_commit_(options_.last_commit) {
  writer_ = std::thread([this] { RunWriter(); });
  folder_ = std::thread([this] { RunFolder(); });
  flusher_ = std::thread([this] { RunFlusher(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  writer_work_.notify_one();
  writer_.join();
  folder_.join();
  flusher_.join();
}

void Committer::Append(NewRecord record, AppendCallback done) {
  const absl::Status checked = CheckAppend(record);
  if (!checked.ok()) return done(Unavailable(checked));
  std::optional<AppendResult> refused;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) {
      refused = Unavailable(failure_);
    } else if (stopping_) {
      refused = Unavailable(absl::UnavailableError("the store is closing"));
    } else if (queued_records_ >= options_.max_queued_records ||
               queued_bytes_ + record.bytes.size() > kMaxQueuedBytes) {
      refused = AppendResult{AppendOutcome::kOverloaded, absl::OkStatus()};
    } else {
      Queue(std::move(record), std::move(done));
    }
  }
  if (refused) return done(*std::move(refused));
  writer_work_.notify_one();
}

void Committer::Queue(NewRecord record, AppendCallback done) {
  const size_t bytes = record.bytes.size();
  if (queue_.empty() || queue_.back().group.size() >= kMaxGroupRecords ||
      queue_.back().bytes >= kMaxGroupBytes) {
    queue_.emplace_back();
    queue_.back().group.swap(spare_);
  }
  Arriving& last = queue_.back();
  last.bytes += bytes;
  queued_bytes_ += bytes;
  ++queued_records_;
  last.group.push_back({std::move(record), std::move(done), {}, {}, false});
}

void Committer::WaitUntilFolded() const {
  const uint64_t answered = answered_to_commit_.load();
  if (folded_to_commit_.load() >= answered) return;
  std::unique_lock lock(mutex_);
  folded_.wait(lock, [&] { return folded_to_commit_.load() >= answered; });
}

absl::Status Committer::FlushViews() {
  WaitUntilFolded();
  std::unique_lock lock(mutex_);
  const uint64_t wanted = ++flushes_asked_;
  folder_work_.notify_one();
  flushed_.wait(lock, [&] { return flushes_done_ >= wanted; });
  return failure_;
}

absl::Status Committer::Exclusively(const std::function<absl::Status()>& task) {
  std::unique_lock lock(mutex_);
  exclusive_changed_.wait(lock, [this] { return exclusive_ == nullptr || writer_stopped_; });
  if (writer_stopped_) return absl::UnavailableError("the store is closing");
  Exclusive mine{&task, absl::OkStatus(), false};
  exclusive_ = &mine;
  writer_work_.notify_one();
  exclusive_changed_.wait(lock, [&] { return mine.done; });
  return mine.status;
}

size_t Committer::queued_records() const {
  const std::lock_guard lock(mutex_);
  return queued_records_;
}

void Committer::RunWriter() {
  Group group;
  while (TakeGroup(&group)) {
    if (!group.empty()) CommitGroup(&group);
    group.clear();
    RunExclusive();
  }
  const std::lock_guard lock(mutex_);
  writer_stopped_ = true;
  folder_work_.notify_one();
  exclusive_changed_.notify_all();
}

bool Committer::TakeGroup(Group* group) {
  std::unique_lock lock(mutex_);
  writer_work_.wait(lock, [this] { return stopping_ || !queue_.empty() || exclusive_ != nullptr; });
  if (!queue_.empty()) {
    Arriving& first = queue_.front();
    queued_records_ -= first.group.size();
    queued_bytes_ -= first.bytes;
    group->swap(first.group);
    first.group.swap(spare_);
    queue_.pop_front();
  }
  return !group->empty() || exclusive_ != nullptr;
}

void Committer::CommitGroup(Group* group) {
  absl::Status status = failure();
  const uint64_t commit_before = last_commit_.load();
  Batch batch;
  if (status.ok()) status = Decide(group, &batch);
  if (status.ok() && !batch.empty()) {
    status = options_.disk->Write(batch, KeyValue::Durability::kSynced);
  }
  if (status.ok()) {
    answered_to_commit_ = last_commit_.load();
    Answer(group);
    return HandOver(group);
  }
  // Nothing of the group is known to be durable, and a duplicate may be one of another record of
  // the group.
  last_commit_ = commit_before;
  Fail(status);
  for (Waiting& one : *group) one.done(Unavailable(status));
}

absl::Status Committer::Decide(Group* group, Batch* batch) {
  const uint64_t folded_to_commit = folded_to_commit_.load();
  for (Waiting& one : *group) {
    if (options_.is_erased && options_.is_erased(one.record.id)) {
      one.result.outcome = AppendOutcome::kErased;
      continue;
    }
    const auto decided = ledger_.Decide(one.record, last_commit_.load() + 1, folded_to_commit);
    if (!decided.ok()) return decided.status();
    one.result.outcome = decided->outcome;
    one.session_is_new = decided->session_is_new;
    if (decided->outcome != AppendOutcome::kStored) continue;
    one.key = {DayOf(one.record.received_unix_ms), ++last_commit_};
    batch->PutBorrowed(Family::kJourneys, EncodeJourneyKey(one.key), one.record.bytes);
  }
  return absl::OkStatus();
}

void Committer::Answer(Group* group) {
  for (Waiting& one : *group) std::exchange(one.done, nullptr)(one.result);
}

void Committer::HandOver(Group* group) {
  std::erase_if(*group,
                [](const Waiting& one) { return one.result.outcome != AppendOutcome::kStored; });
  if (group->empty()) return;
  {
    std::unique_lock lock(mutex_);
    folded_.wait(lock, [&] { return unfolded_ + group->size() <= kMaxUnfoldedRecords; });
    unfolded_ += group->size();
    if (written_.empty()) {
      written_.swap(*group);
    } else {
      std::move(group->begin(), group->end(), std::back_inserter(written_));
    }
  }
  folder_work_.notify_one();
}

void Committer::RunExclusive() {
  Exclusive* exclusive = nullptr;
  {
    std::unique_lock lock(mutex_);
    if (exclusive_ == nullptr) return;
    exclusive = exclusive_;
    folded_.wait(lock, [this] { return unfolded_ == 0; });
  }
  absl::Status status = FlushViews();
  if (status.ok()) {
    status = (*exclusive->task)();
    options_.views->Forget();
    ledger_.Clear();
  }
  const std::lock_guard lock(mutex_);
  exclusive->status = std::move(status);
  exclusive->done = true;
  exclusive_ = nullptr;
  exclusive_changed_.notify_all();
}

void Committer::RunFolder() {
  Group group;
  while (TakeWritten(&group)) {
    if (!group.empty()) FoldGroup(group);
    group.clear();
    TendFlush();
  }
  {
    const std::lock_guard lock(mutex_);
    ++flushes_asked_;
  }
  TendFlush();
  {
    std::unique_lock lock(mutex_);
    flushed_.wait(lock, [this] { return !flushing_; });
  }
  // It may have been one that began before.
  TendFlush();
  const std::lock_guard lock(mutex_);
  folder_stopped_ = true;
  flusher_work_.notify_one();
}

bool Committer::TakeWritten(Group* group) {
  using Clock = std::chrono::steady_clock;
  std::unique_lock lock(mutex_);
  while (true) {
    if (!written_.empty()) {
      group->swap(written_);
      return true;
    }
    if (writer_stopped_) return false;
    if (!flushing_ && flushes_asked_ > flushes_begun_for_) return true;
    if (flushing_ || !failure_.ok() || !options_.views->HasUnflushed()) {
      folder_work_.wait(lock);
    } else if (Clock::now() >= flush_due_) {
      return true;
    } else {
      folder_work_.wait_until(lock, flush_due_);
    }
  }
}

void Committer::FoldGroup(const Group& group) {
  if (!options_.views->HasUnflushed()) {
    flush_due_ =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.flush_interval_ms);
  }
  // A failure to fold does not unsay that the records are durable; they are folded when the store
  // is opened again, and nothing new is taken until then.
  for (const Waiting& one : group) {
    if (!can_fold_) break;
    const absl::Status folded = FoldOne(one);
    can_fold_ = folded.ok();
    if (!can_fold_) Fail(folded);
  }
  {
    const std::lock_guard lock(mutex_);
    unfolded_ -= group.size();
    folded_to_commit_ = group.back().key.commit;
  }
  folded_.notify_all();
}

absl::Status Committer::FoldOne(const Waiting& one) {
  const std::string& site = one.record.id.site;
  const bool wanted = options_.on_stored && (!options_.wants_stored || options_.wants_stored(site));
  changed_.clear();
  const absl::Status folded = options_.views->Fold(one.key, one.record.bytes, one.session_is_new,
                                                   wanted ? &changed_ : nullptr);
  if (folded.ok() && wanted) options_.on_stored(site, changed_);
  return folded;
}

void Committer::TendFlush() {
  Views* views = options_.views;
  std::unique_lock lock(mutex_);
  if (views->IsFull()) flushed_.wait(lock, [this] { return !flushing_; });
  if (flushing_) return;
  const bool asked = flushes_asked_ > flushes_begun_for_;
  const bool late = views->HasUnflushed() && std::chrono::steady_clock::now() >= flush_due_;
  if (!asked && !late && !views->IsFull()) return;
  flushes_begun_for_ = flushes_asked_;
  if (failure_.ok()) {
    lock.unlock();
    const bool begun = views->BeginFlush(asked ? Views::Cells::kNow : Views::Cells::kWhenDue);
    lock.lock();
    flushing_ = begun;
  }
  if (flushing_) {
    flusher_work_.notify_one();
  } else {
    flushes_done_ = flushes_begun_for_;
    flushed_.notify_all();
  }
}

void Committer::RunFlusher() {
  std::unique_lock lock(mutex_);
  while (true) {
    flusher_work_.wait(lock, [this] { return flushing_ || folder_stopped_; });
    if (!flushing_) return;
    lock.unlock();
    const absl::Status written = options_.views->WriteFlush(options_.disk);
    if (written.ok()) {
      options_.views->EndFlush();
    } else {
      Fail(written);
    }
    lock.lock();
    flushing_ = false;
    flushes_done_ = flushes_begun_for_;
    flushed_.notify_all();
    folder_work_.notify_one();
  }
}

absl::Status Committer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Committer::Fail(const absl::Status& status) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return;
    failure_ = status;
  }
  if (options_.on_failure) options_.on_failure(status);
}

}  // namespace paceline::store
