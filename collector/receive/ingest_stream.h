// One call of IngestService.Stream.
//
// Each message gets the outcomes of its items; positions are acknowledged in the sender's order,
// several at once when outcomes come faster than they can be written. What may be in flight is
// bounded, and while too much of one of its sites waits to be stored, a message waits here: then
// nothing is read, and gRPC's flow control holds the sender back.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/slice.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "collector/ingest/submit.h"
#include "collector/receive/ingest_request.h"
#include "paceline/v1/ingest.pb.h"

namespace paceline::receive {

class IngestService;

class IngestStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public std::enable_shared_from_this<IngestStream> {
 public:
  // The service outlives it.
  IngestStream(IngestService* service, grpc::CallbackServerContext* context);

  // Begins to read. Holds itself until the call is done.
  void Start();

  // Reads no more, and ends with UNAVAILABLE when everything that was read has its outcome.
  void Stop();

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // A message that waits for outcomes. A deque keeps their addresses while others come and go.
  struct Waiting {
    Waiting(IngestStream* s, uint64_t p, size_t b, size_t items)
        : stream(s), position(p), bytes(b), outstanding(items) {}

    IngestStream* const stream;
    const uint64_t position;
    const size_t bytes;
    std::atomic<size_t> outstanding;
    std::vector<v1::StreamResponse::Refusal> refusals;
  };

  // What to ask of gRPC once the lock is given back: a reaction may run inside the call, and after
  // OnDone this is gone.
  struct Actions {
    bool read = false;
    bool write = false;
    std::optional<grpc::Status> finish;
  };

  // Looks at the message that was read.
  void Take();
  // Whether there is room for the sites of what was read.
  bool HasRoom() const;
  // Submits it, or lets it wait for room.
  void Submit();
  void WaitForRoom();
  static void OnOutcome(Waiting* waiting, uint32_t index, ingest::SubmitResult result);
  // One item less to wait for. After the last, the stream may be gone.
  void Finished(Waiting* waiting);
  // Runs `change` under the lock, and then does what can be done.
  template <typename Change>
  void React(const Change& change);
  // Decides what can be done now. Needs the lock.
  Actions Decide();

  IngestService& service_;
  std::shared_ptr<IngestStream> self_;
  ingest::Source source_;

  // Of the message that was read last. Touched by one thread at a time: from its OnReadDone to the
  // next StartRead.
  grpc::ByteBuffer request_;
  grpc::Slice request_bytes_;
  IngestRequest read_;
  std::optional<uint64_t> last_position_;
  std::unique_ptr<grpc::Alarm> alarm_;

  std::mutex mutex_;
  // The rest is guarded by mutex_; response_ belongs to gRPC while a write is under way.
  grpc::ByteBuffer response_;
  std::deque<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  // A read is under way.
  bool reading_ = false;
  // What it gave is being looked at, or waits for room.
  bool handling_ = false;
  bool writing_ = false;
  // The sender has said everything, or is gone, or made an error: nothing more is read.
  bool ended_ = false;
  // Nobody reads answers any more.
  bool canceled_ = false;
  bool stopping_ = false;
  bool finished_ = false;
  grpc::Status status_;
};

}  // namespace paceline::receive
