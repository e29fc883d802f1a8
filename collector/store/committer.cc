#include "collector/store/committer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/store/keys.h"
#include "collector/store/session_fold.h"

namespace paceline::store {
namespace {

absl::Status CheckAppend(const BeaconId& id, const v1::JournalRecord& record) {
  if (!IsValid(id)) {
    return absl::InvalidArgumentError(
        "an id needs a site of 1 to 255 bytes, a session of 16 and a document of 8");
  }
  if (record.payload_case() == v1::JournalRecord::PAYLOAD_NOT_SET) {
    return absl::InvalidArgumentError("a record needs a beacon or an entry batch");
  }
  const BeaconId own = IdOf(record);
  if (own.site != id.site || own.session_id != id.session_id || own.document_id != id.document_id ||
      own.sequence != id.sequence) {
    return absl::InvalidArgumentError("the id is not that of the record's payload");
  }
  return absl::OkStatus();
}

AppendResult Unavailable(absl::Status status) {
  return {AppendOutcome::kUnavailable, std::move(status)};
}

}  // namespace

Committer::Committer(Options options)
    : options_(std::move(options)), last_commit_(options_.last_commit) {
  thread_ = std::thread([this] { Run(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void Committer::Append(NewRecord record, AppendCallback done) {
  v1::JournalRecord parsed;
  if (!parsed.ParseFromString(record.bytes)) {
    return done(Unavailable(absl::InvalidArgumentError("a record's bytes cannot be read")));
  }
  const absl::Status checked = CheckAppend(record.id, parsed);
  if (!checked.ok()) return done(Unavailable(checked));
  Waiting waiting{
      std::move(record.id), std::move(parsed), std::move(record.bytes), std::move(done), {}, 0};
  std::optional<AppendResult> refused;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) {
      refused = Unavailable(failure_);
    } else if (stopping_) {
      refused = Unavailable(absl::UnavailableError("the store is closing"));
    } else if (queue_.size() >= options_.max_queued_records ||
               queued_bytes_ + waiting.bytes.size() > kMaxQueuedBytes) {
      refused = AppendResult{AppendOutcome::kOverloaded, absl::OkStatus()};
    } else {
      queued_bytes_ += waiting.bytes.size();
      queue_.push_back(std::move(waiting));
    }
  }
  if (refused) return waiting.done(*std::move(refused));
  work_.notify_one();
}

absl::Status Committer::FlushViews() {
  std::unique_lock lock(mutex_);
  const uint64_t wanted = ++flushes_asked_;
  work_.notify_one();
  flushed_.wait(lock, [&] { return flushes_done_ >= wanted; });
  return failure_;
}

absl::Status Committer::Exclusively(const std::function<absl::Status()>& task) {
  std::unique_lock lock(mutex_);
  exclusive_changed_.wait(lock, [this] { return exclusive_ == nullptr || stopped_; });
  if (stopped_) return absl::UnavailableError("the store is closing");
  Exclusive mine{&task, absl::OkStatus(), false};
  exclusive_ = &mine;
  work_.notify_one();
  exclusive_changed_.wait(lock, [&] { return mine.done; });
  return mine.status;
}

size_t Committer::queued_records() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Committer::Run() {
  Group group;
  bool flush = false;
  while (TakeGroup(&group, &flush)) {
    if (!group.empty()) CommitGroup(&group);
    if (flush || options_.views->IsFull()) FlushNow();
    RunExclusive();
    group.clear();
  }
  RunExclusive();
  FlushNow();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  exclusive_changed_.notify_all();
}

void Committer::RunExclusive() {
  Exclusive* exclusive = nullptr;
  {
    const std::lock_guard lock(mutex_);
    exclusive = exclusive_;
  }
  if (exclusive == nullptr) return;
  FlushNow();
  absl::Status status = failure();
  if (status.ok()) {
    status = (*exclusive->task)();
    options_.views->ForgetLoaded();
  }
  const std::lock_guard lock(mutex_);
  exclusive->status = std::move(status);
  exclusive->done = true;
  exclusive_ = nullptr;
  exclusive_changed_.notify_all();
}

bool Committer::TakeGroup(Group* group, bool* flush) {
  using Clock = std::chrono::steady_clock;
  const bool unflushed = options_.views->HasUnflushed();
  std::unique_lock lock(mutex_);
  const auto woken = [this] {
    return stopping_ || !queue_.empty() || flushes_asked_ > flushes_done_ || exclusive_ != nullptr;
  };
  if (unflushed && failure_.ok()) {
    work_.wait_until(lock, flush_due_, woken);
  } else {
    work_.wait(lock, woken);
  }
  if (stopping_ && queue_.empty()) {
    flushes_done_ = flushes_asked_;
    return false;
  }
  *flush = flushes_asked_ > flushes_done_ || (unflushed && Clock::now() >= flush_due_);
  if (!unflushed) {
    flush_due_ = Clock::now() + std::chrono::milliseconds(options_.flush_interval_ms);
  }
  size_t bytes = 0;
  while (!queue_.empty() && group->size() < kMaxGroupRecords && bytes < kMaxGroupBytes) {
    bytes += queue_.front().bytes.size();
    group->push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return true;
}

void Committer::CommitGroup(Group* group) {
  absl::Status status;
  {
    const std::lock_guard lock(mutex_);
    status = failure_;
  }
  const uint64_t commit_before = last_commit_.load();
  Batch batch;
  if (status.ok()) status = Decide(group, &batch);
  if (status.ok() && !batch.empty()) {
    status = options_.disk->Write(batch, KeyValue::Durability::kSynced);
  }
  if (!status.ok()) {
    // Nothing of the group is known to be durable, and a duplicate may be one of another record of
    // the group.
    last_commit_ = commit_before;
    Fail(status);
    for (Waiting& one : *group) one.done(Unavailable(status));
    return;
  }
  // Before the answers: whoever was answered can read what was stored. A failure to fold does not
  // unsay that the records are durable; they are folded when the store is opened again, and nothing
  // new is taken until then.
  const absl::Status folded = FoldGroup(*group);
  if (!folded.ok()) Fail(folded);
  for (Waiting& one : *group) one.done(std::move(one.result));
}

absl::Status Committer::Decide(Group* group, Batch* batch) {
  group_by_seen_key_.clear();
  group_size_by_session_.clear();
  for (Waiting& one : *group) {
    const absl::Status decided = DecideOne(&one, group, batch);
    if (!decided.ok()) return decided;
  }
  return absl::OkStatus();
}

absl::Status Committer::DecideOne(Waiting* one, Group* group, Batch* batch) {
  if (options_.is_erased && options_.is_erased(one->id)) {
    one->result.outcome = AppendOutcome::kErased;
    return absl::OkStatus();
  }
  const std::string seen_key = SeenKey(one->id);
  std::optional<uint64_t> bound_to;
  const auto in_group = group_by_seen_key_.find(seen_key);
  if (in_group != group_by_seen_key_.end()) {
    bound_to = (*group)[in_group->second].record.content_hash();
  } else {
    const auto stored = options_.disk->Get(Family::kSeen, seen_key);
    if (!stored.ok()) return stored.status();
    if (stored->has_value()) {
      v1::SeenRecord seen;
      if (!seen.ParseFromString(**stored))
        return absl::DataLossError("a seen record is unreadable");
      bound_to = seen.content_hash();
    }
  }
  if (bound_to) {
    one->result.outcome = *bound_to == one->record.content_hash() ? AppendOutcome::kDuplicate
                                                                  : AppendOutcome::kConflict;
    return absl::OkStatus();
  }

  const auto size = options_.views->SizeOf(one->id.site, one->id.session_id);
  if (!size.ok()) return size.status();
  auto& waiting = group_size_by_session_[SessionKey(one->id.site, one->id.session_id)];
  const bool external = one->record.has_external_conversion();
  const int max_records = kMaxRecordsPerSession + (external ? kMoreExternalRecords : 0);
  const uint64_t max_bytes = kMaxBytesPerSession + (external ? kMoreExternalBytes : 0);
  if (size->records + waiting.records >= max_records ||
      size->bytes + waiting.bytes + one->bytes.size() > max_bytes) {
    one->result.outcome = AppendOutcome::kSessionLimit;
    return absl::OkStatus();
  }
  ++waiting.records;
  waiting.bytes += one->bytes.size();
  one->commit = ++last_commit_;
  one->result.outcome = AppendOutcome::kStored;
  group_by_seen_key_[seen_key] = static_cast<size_t>(one - group->data());
  v1::SeenRecord seen;
  seen.set_content_hash(one->record.content_hash());
  seen.set_commit(one->commit);
  batch->Put(Family::kSeen, seen_key, seen.SerializeAsString());
  batch->Put(Family::kJourneys,
             EncodeJourneyKey({DayOf(one->record.received_unix_ms()), one->commit}),
             std::move(one->bytes));
  return absl::OkStatus();
}

absl::Status Committer::FoldGroup(const Group& group) {
  for (const Waiting& one : group) {
    if (one.result.outcome != AppendOutcome::kStored) continue;
    const auto changed =
        options_.views->Fold({DayOf(one.record.received_unix_ms()), one.commit}, one.record);
    if (!changed.ok()) return changed.status();
    if (options_.on_stored) options_.on_stored(one.id.site, *changed);
  }
  options_.views->ForgetLoaded();
  return absl::OkStatus();
}

void Committer::FlushNow() {
  absl::Status status;
  {
    const std::lock_guard lock(mutex_);
    status = failure_;
  }
  if (status.ok()) {
    status = options_.views->Flush(options_.disk);
    if (!status.ok()) Fail(status);
  }
  const std::lock_guard lock(mutex_);
  flushes_done_ = flushes_asked_;
  flushed_.notify_all();
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
