#include "collector/receive/ingest_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/receive/ingest_service.h"
#include "collector/receive/submit_items.h"

namespace paceline::receive {
namespace {

bool IsRefusal(v1::Outcome outcome) {
  return outcome != v1::OUTCOME_ACCEPTED && outcome != v1::OUTCOME_DUPLICATE;
}

}  // namespace

IngestStream::IngestStream(ingest::Submitter* submitter, grpc::CallbackServerContext* context,
                           std::function<uint64_t()> now_unix_ms)
    : submitter_(submitter), context_(context), now_unix_ms_(std::move(now_unix_ms)) {
  StartRead(&request_);
}

void IngestStream::OnReadDone(bool ok) {
  Actions actions;
  {
    const std::lock_guard lock(mutex_);
    if (!ok) {
      reading_ = false;
      ended_ = true;
      actions = Decide();
    }
  }
  if (ok) return Submit();
  Do(actions);
}

void IngestStream::Submit() {
  const int items = request_.beacons_size() + request_.entry_batches_size();
  Waiting* waiting = nullptr;
  Actions actions;
  {
    const std::lock_guard lock(mutex_);
    if (last_position_.has_value() && request_.position() <= *last_position_) {
      status_ = {grpc::StatusCode::INVALID_ARGUMENT,
                 absl::StrCat("Position ", request_.position(), " came after ", *last_position_,
                              "; positions have to increase.")};
      ended_ = true;
    } else if (items > kMaxItemsPerRequest) {
      status_ = {grpc::StatusCode::INVALID_ARGUMENT,
                 absl::StrCat("A message has at most ", kMaxItemsPerRequest,
                              " beacons and entry batches, not ", items, ".")};
      ended_ = true;
    } else {
      last_position_ = request_.position();
      // One more than its items: the message itself, until all of them are submitted.
      waiting = &waiting_.emplace_back(Waiting{request_.position(), items + 1, {}});
    }
    if (waiting == nullptr) {
      reading_ = false;
      actions = Decide();
    }
  }
  if (waiting == nullptr) return Do(actions);

  SubmitItems(*submitter_, request_, SourceOf(*context_, now_unix_ms_()),
              [this, waiting](int index, ingest::SubmitResult result) {
                OnOutcome(waiting, index, std::move(result));
              });
  {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    --waiting->outstanding;
    actions = Decide();
  }
  Do(actions);
}

void IngestStream::OnOutcome(Waiting* waiting, int index, ingest::SubmitResult result) {
  Actions actions;
  {
    const std::lock_guard lock(mutex_);
    if (IsRefusal(result.outcome)) {
      v1::StreamResponse::Refusal& refusal = waiting->refusals.emplace_back();
      refusal.set_position(waiting->position);
      refusal.set_index(static_cast<uint32_t>(index));
      refusal.mutable_result()->set_outcome(result.outcome);
      refusal.mutable_result()->set_message(std::move(result.message));
    }
    --waiting->outstanding;
    actions = Decide();
  }
  Do(actions);
}

void IngestStream::OnWriteDone(bool ok) {
  Actions actions;
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) canceled_ = true;
    actions = Decide();
  }
  Do(actions);
}

void IngestStream::OnCancel() {
  Actions actions;
  {
    const std::lock_guard lock(mutex_);
    canceled_ = true;
    ended_ = true;
    actions = Decide();
  }
  Do(actions);
}

IngestStream::Actions IngestStream::Decide() {
  Actions actions;
  if (finished_) return actions;

  if (!writing_ && !waiting_.empty() && waiting_.front().outstanding == 0) {
    response_.Clear();
    while (!waiting_.empty() && waiting_.front().outstanding == 0) {
      response_.set_acknowledged_position(waiting_.front().position);
      for (auto& refusal : waiting_.front().refusals)
        *response_.add_refusals() = std::move(refusal);
      waiting_.pop_front();
    }
    actions.write = !canceled_;
    writing_ = actions.write;
  }
  if (!reading_ && !ended_ && waiting_.size() < kMaxStreamInFlight) {
    actions.read = true;
    reading_ = true;
  }
  // Outcomes still to come would find this deleted, so the call ends after the last of them.
  if (ended_ && !reading_ && !writing_ && waiting_.empty()) {
    finished_ = true;
    actions.finish = status_;
  }
  return actions;
}

void IngestStream::Do(const Actions& actions) {
  if (actions.write) StartWrite(&response_);
  if (actions.read) StartRead(&request_);
  if (actions.finish.has_value()) Finish(*actions.finish);
}

}  // namespace paceline::receive
