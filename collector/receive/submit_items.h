// Inside receive/: submits the beacons and entry batches of a gRPC request.
#pragma once

#include <grpcpp/server_context.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "collector/ingest/submit.h"

namespace paceline::receive {

inline ingest::Source SourceOf(const grpc::CallbackServerContext& context,
                               uint64_t received_unix_ms) {
  ingest::Source source;
  source.remote_address = context.peer();
  source.received_unix_ms = received_unix_ms;
  return source;
}

// Calls done(index, result) once for each item: beacons first, then entry batches. `request`
// (SendRequest or StreamRequest) need only live until this returns, and may be gone earlier: the
// last `done` may free it.
template <typename Request, typename Done>
void SubmitItems(ingest::Submitter& submitter, const Request& request, const ingest::Source& source,
                 const Done& done) {
  using Kind = ingest::Submission::Kind;
  std::vector<ingest::Submission> submissions;
  for (const auto& beacon : request.beacons()) {
    submissions.push_back({Kind::kBeacon, beacon.SerializeAsString(), source});
  }
  for (const auto& batch : request.entry_batches()) {
    submissions.push_back({Kind::kEntryBatch, batch.SerializeAsString(), source});
  }
  int index = 0;
  for (ingest::Submission& submission : submissions) {
    submitter.Submit(std::move(submission), [done, index](ingest::SubmitResult result) {
      done(index, std::move(result));
    });
    ++index;
  }
}

}  // namespace paceline::receive
