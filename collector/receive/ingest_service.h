// gRPC ingest: services' door to Submit.
#pragma once

#include <cstdint>
#include <functional>

#include "collector/ingest/submit.h"
#include "paceline/v1/ingest.grpc.pb.h"

namespace paceline::receive {

// Requests of one stream that may wait for their outcomes; then its next message is not read.
inline constexpr size_t kMaxStreamInFlight = 64;
// Beacons and entry batches of one request.
inline constexpr int kMaxItemsPerRequest = 4096;

class IngestService final : public v1::IngestService::CallbackService {
 public:
  // `submitter` outlives the server that has this service. `now_unix_ms` stamps receipts.
  IngestService(ingest::Submitter* submitter, std::function<uint64_t()> now_unix_ms);

  grpc::ServerUnaryReactor* Send(grpc::CallbackServerContext* context,
                                 const v1::SendRequest* request,
                                 v1::SendResponse* response) override;

  grpc::ServerBidiReactor<v1::StreamRequest, v1::StreamResponse>* Stream(
      grpc::CallbackServerContext* context) override;

 private:
  ingest::Submitter* const submitter_;
  const std::function<uint64_t()> now_unix_ms_;
};

}  // namespace paceline::receive
