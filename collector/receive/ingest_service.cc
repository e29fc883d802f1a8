#include "collector/receive/ingest_service.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/receive/grpc_bytes.h"
#include "collector/receive/ingest_request.h"
#include "collector/receive/ingest_stream.h"

namespace paceline::receive {
namespace {

// A call of Send that waits for its outcomes.
struct Sending {
  grpc::ServerUnaryReactor* reactor;
  grpc::ByteBuffer* response;
  v1::SendResponse results;
  std::atomic<size_t> outstanding;
};

// The message's elements are distinct objects, so outcomes may be written side by side.
void OnOutcome(const std::shared_ptr<Sending>& sending, int index, ingest::SubmitResult result) {
  v1::IngestResult* const slot = sending->results.mutable_results(index);
  slot->set_outcome(result.outcome);
  slot->set_message(std::move(result.message));
  if (--sending->outstanding > 0) return;
  *sending->response = ToBuffer(sending->results);
  sending->reactor->Finish(grpc::Status::OK);
}

// Refuses a stream before it has begun.
class RefusedStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit RefusedStream(grpc::Status status) { Finish(std::move(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

IngestService::IngestService(ingest::Submitter* submitter, std::function<uint64_t()> now_unix_ms)
    : submitter_(submitter), now_unix_ms_(std::move(now_unix_ms)) {}

grpc::ServerUnaryReactor* IngestService::Send(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const grpc::Slice bytes = OnePiece(*request);
  IngestRequest read;
  std::string wrong = ReadSendRequest(View(bytes), &read);
  if (!wrong.empty()) submitter_->CountRefused(v1::OUTCOME_REFUSED_MALFORMED);
  if (wrong.empty() && read.items.empty()) {
    wrong = absl::StrCat("A request has 1 to ", kMaxItemsPerRequest,
                         " beacons and entry batches, not 0.");
    submitter_->CountRefused(v1::OUTCOME_REFUSED_EMPTY);
  }
  if (!wrong.empty()) {
    reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, wrong});
    return reactor;
  }
  const auto sending = std::make_shared<Sending>();
  sending->reactor = reactor;
  sending->response = response;
  sending->outstanding = read.items.size();
  for (size_t i = 0; i < read.items.size(); ++i) sending->results.add_results();
  ingest::Source source;
  source.remote_address = context->peer();
  source.received_unix_ms = now_unix_ms_();
  int index = 0;
  for (const IngestItem& item : read.items) {
    submitter_->Submit({item.kind, std::string(item.bytes), source},
                       [sending, index](ingest::SubmitResult result) {
                         OnOutcome(sending, index, std::move(result));
                       });
    ++index;
  }
  return reactor;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IngestService::Stream(
    grpc::CallbackServerContext* context) {
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    return new RefusedStream(
        {grpc::StatusCode::UNAVAILABLE, "The collector is stopping; try again a little later."});
  }
  if (streams_.size() >= kMaxStreams) {
    return new RefusedStream(
        {grpc::StatusCode::RESOURCE_EXHAUSTED,
         absl::StrCat("There are ", kMaxStreams, " streams already; try again later.")});
  }
  const auto stream = std::make_shared<IngestStream>(this, context);
  streams_[stream.get()] = stream;
  stream->Start();
  return stream.get();
}

void IngestService::Stop() {
  // Without the lock while they stop: a stream may be done at once, and forgets itself.
  std::vector<std::shared_ptr<IngestStream>> streams;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [address, weak] : streams_) {
      if (std::shared_ptr<IngestStream> stream = weak.lock()) streams.push_back(std::move(stream));
    }
  }
  for (const std::shared_ptr<IngestStream>& stream : streams) stream->Stop();
}

void IngestService::Forget(IngestStream* stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

}  // namespace paceline::receive
