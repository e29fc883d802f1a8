// One call of IngestService.Stream.
//
// Each message gets the outcomes of its items; positions are acknowledged in the sender's order,
// several at once when outcomes come faster than they can be written. At most kMaxStreamInFlight
// messages wait: then nothing is read, and gRPC's flow control holds the sender back.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "collector/ingest/submit.h"
#include "paceline/v1/ingest.grpc.pb.h"

namespace paceline::receive {

class IngestStream final : public grpc::ServerBidiReactor<v1::StreamRequest, v1::StreamResponse> {
 public:
  IngestStream(ingest::Submitter* submitter, grpc::CallbackServerContext* context,
               std::function<uint64_t()> now_unix_ms);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // A message that waits for outcomes. A deque keeps their addresses while others come and go.
  struct Waiting {
    uint64_t position = 0;
    int outstanding = 0;
    std::vector<v1::StreamResponse::Refusal> refusals;
  };

  // What to ask of gRPC once the lock is given back: a reaction may run inside the call, and OnDone
  // deletes this.
  struct Actions {
    bool read = false;
    bool write = false;
    std::optional<grpc::Status> finish;
  };

  void Submit();
  void OnOutcome(Waiting* waiting, int index, ingest::SubmitResult result);
  // Decides what can be done now. Needs the lock.
  Actions Decide();
  void Do(const Actions& actions);

  ingest::Submitter* const submitter_;
  grpc::CallbackServerContext* const context_;
  const std::function<uint64_t()> now_unix_ms_;

  std::mutex mutex_;
  // The rest is guarded by mutex_; request_ and response_ belong to gRPC while a read or write is
  // under way.
  v1::StreamRequest request_;
  v1::StreamResponse response_;
  std::deque<Waiting> waiting_;
  std::optional<uint64_t> last_position_;
  bool reading_ = true;
  bool writing_ = false;
  // The sender has said everything, or is gone, or made an error: nothing more is read.
  bool ended_ = false;
  // Nobody reads answers any more.
  bool canceled_ = false;
  bool finished_ = false;
  grpc::Status status_;
};

}  // namespace paceline::receive
