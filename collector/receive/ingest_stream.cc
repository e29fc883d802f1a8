#include "collector/receive/ingest_stream.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/receive/grpc_bytes.h"
#include "collector/receive/ingest_service.h"

namespace paceline::receive {
namespace {

// A group is written in this time or less.
constexpr std::chrono::milliseconds kRoomInterval{5};

bool IsRefusal(v1::Outcome outcome) {
  return outcome != v1::OUTCOME_ACCEPTED && outcome != v1::OUTCOME_DUPLICATE;
}

}  // namespace

IngestStream::IngestStream(IngestService* service, grpc::CallbackServerContext* context)
    : service_(*service) {
  source_.remote_address = context->peer();
}

void IngestStream::Start() {
  self_ = shared_from_this();
  React([] {});
}

template <typename Change>
void IngestStream::React(const Change& change) {
  Actions actions;
  {
    const std::lock_guard lock(mutex_);
    change();
    actions = Decide();
  }
  if (actions.write) StartWrite(&response_);
  if (actions.read) StartRead(&request_);
  if (actions.finish.has_value()) Finish(*std::move(actions.finish));
}

void IngestStream::OnReadDone(bool ok) {
  bool take = false;
  React([&] {
    reading_ = false;
    // What comes after the end was decided is not acknowledged, and comes again.
    take = ok && !finished_;
    handling_ = take;
    if (!ok) ended_ = true;
  });
  if (take) Take();
}

void IngestStream::Take() {
  request_bytes_ = OnePiece(request_);
  request_.Clear();
  std::string wrong = ReadStreamRequest(View(request_bytes_), &read_);
  if (!wrong.empty()) service_.submitter_->CountRefused(v1::OUTCOME_REFUSED_MALFORMED);
  if (wrong.empty() && last_position_.has_value() && read_.position <= *last_position_) {
    wrong = absl::StrCat("Position ", read_.position, " came after ", *last_position_,
                         "; positions have to increase.");
  }
  if (wrong.empty()) return Submit();
  React([&] {
    status_ = {grpc::StatusCode::INVALID_ARGUMENT, wrong};
    handling_ = false;
    ended_ = true;
  });
}

bool IngestStream::HasRoom() const {
  // As a rule they are all of one site.
  std::string_view roomy;
  for (const IngestItem& item : read_.items) {
    const std::string_view site = SiteOf(item.bytes);
    if (site == roomy) continue;
    if (!service_.submitter_->HasRoom(site)) return false;
    roomy = site;
  }
  return true;
}

void IngestStream::Submit() {
  if (!HasRoom()) return WaitForRoom();
  source_.received_unix_ms = service_.now_unix_ms_();
  Waiting* waiting = nullptr;
  last_position_ = read_.position;
  {
    const std::lock_guard lock(mutex_);
    waiting_bytes_ += request_bytes_.size();
    // One more than its items: the message itself, until all of them are submitted.
    waiting =
        &waiting_.emplace_back(this, read_.position, request_bytes_.size(), read_.items.size() + 1);
  }
  uint32_t index = 0;
  for (const IngestItem& item : read_.items) {
    service_.submitter_->Submit({item.kind, std::string(item.bytes), source_},
                                [waiting, index](ingest::SubmitResult result) {
                                  OnOutcome(waiting, index, std::move(result));
                                });
    ++index;
  }
  request_bytes_ = {};
  React([this, waiting] {
    handling_ = false;
    --waiting->outstanding;
  });
}

void IngestStream::WaitForRoom() {
  bool wait = false;
  React([&] {
    // Nobody listens any more, so what was not submitted yet is not.
    wait = !canceled_;
    handling_ = wait;
  });
  if (!wait) return;
  // Anew: the last one may be what calls this.
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(std::chrono::system_clock::now() + kRoomInterval, [this](bool) { Submit(); });
}

void IngestStream::OnOutcome(Waiting* waiting, uint32_t index, ingest::SubmitResult result) {
  IngestStream* const stream = waiting->stream;
  if (IsRefusal(result.outcome)) {
    const std::lock_guard lock(stream->mutex_);
    v1::StreamResponse::Refusal& refusal = waiting->refusals.emplace_back();
    refusal.set_position(waiting->position);
    refusal.set_index(index);
    refusal.mutable_result()->set_outcome(result.outcome);
    refusal.mutable_result()->set_message(std::move(result.message));
  }
  stream->Finished(waiting);
}

void IngestStream::Finished(Waiting* waiting) {
  // While others are outstanding nothing can be done. Of the last two, one may find the count at 1
  // and the other, with the lock, brings it to 0.
  size_t outstanding = waiting->outstanding.load();
  while (outstanding > 1) {
    if (waiting->outstanding.compare_exchange_weak(outstanding, outstanding - 1)) return;
  }
  React([waiting] { --waiting->outstanding; });
}

void IngestStream::OnWriteDone(bool ok) {
  React([&] {
    writing_ = false;
    if (!ok) canceled_ = true;
  });
}

void IngestStream::OnCancel() {
  React([this] {
    canceled_ = true;
    ended_ = true;
  });
}

void IngestStream::Stop() {
  React([this] {
    stopping_ = true;
    if (!ended_) {
      status_ = {grpc::StatusCode::UNAVAILABLE,
                 "The collector is stopping; send again what was not acknowledged."};
    }
    ended_ = true;
  });
}

void IngestStream::OnDone() {
  service_.Forget(this);
  self_.reset();
}

IngestStream::Actions IngestStream::Decide() {
  Actions actions;
  if (finished_) return actions;

  if (!writing_ && !waiting_.empty() && waiting_.front().outstanding == 0) {
    v1::StreamResponse response;
    while (!waiting_.empty() && waiting_.front().outstanding == 0) {
      response.set_acknowledged_position(waiting_.front().position);
      for (auto& refusal : waiting_.front().refusals) *response.add_refusals() = std::move(refusal);
      waiting_bytes_ -= waiting_.front().bytes;
      waiting_.pop_front();
    }
    actions.write = !canceled_;
    writing_ = actions.write;
    if (actions.write) response_ = ToBuffer(response);
  }
  const bool has_room =
      waiting_.size() < kMaxStreamInFlight && waiting_bytes_ < kMaxStreamInFlightBytes;
  if (!reading_ && !handling_ && !ended_ && has_room) {
    actions.read = true;
    reading_ = true;
  }
  // Outcomes still to come would find this gone, so the call ends after the last of them. A read
  // that is under way ends with the call.
  if (ended_ && !handling_ && (!reading_ || stopping_) && !writing_ && waiting_.empty()) {
    finished_ = true;
    actions.finish = status_;
  }
  return actions;
}

}  // namespace paceline::receive
