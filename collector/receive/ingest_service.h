// gRPC ingest: services' door to Submit.
//
// Requests are read as bytes (ingest_request.h). A message that is none of ours is answered
// INVALID_ARGUMENT and counted, and the bytes that all streams together have in flight are bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "collector/ingest/submit.h"
#include "paceline/v1/ingest.grpc.pb.h"

namespace paceline::receive {

class IngestStream;

// Messages of one stream that may wait for their outcomes; then its next message is not read.
inline constexpr size_t kMaxStreamInFlight = 64;
// Their bytes.
inline constexpr size_t kMaxStreamInFlightBytes = 8 << 20;
// Streams at once; more are refused.
inline constexpr size_t kMaxStreams = 256;

class IngestService final
    : public v1::IngestService::WithRawCallbackMethod_Send<
          v1::IngestService::WithRawCallbackMethod_Stream<v1::IngestService::Service>> {
 public:
  // `submitter` outlives the server that has this service. `now_unix_ms` stamps receipts.
  IngestService(ingest::Submitter* submitter, std::function<uint64_t()> now_unix_ms);

  // Streams read no more, and end when everything they have read has its outcome.
  void Stop();

  grpc::ServerUnaryReactor* Send(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override;

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Stream(
      grpc::CallbackServerContext* context) override;

 private:
  friend class IngestStream;
  void Forget(IngestStream* stream);

  ingest::Submitter* const submitter_;
  const std::function<uint64_t()> now_unix_ms_;
  std::mutex mutex_;
  std::unordered_map<IngestStream*, std::weak_ptr<IngestStream>> streams_;
  bool stopping_ = false;
};

}  // namespace paceline::receive
