#include "collector/receive/ingest_service.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/receive/ingest_stream.h"
#include "collector/receive/submit_items.h"

namespace paceline::receive {

IngestService::IngestService(ingest::Submitter* submitter, std::function<uint64_t()> now_unix_ms)
    : submitter_(submitter), now_unix_ms_(std::move(now_unix_ms)) {}

grpc::ServerUnaryReactor* IngestService::Send(grpc::CallbackServerContext* context,
                                              const v1::SendRequest* request,
                                              v1::SendResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const int items = request->beacons_size() + request->entry_batches_size();
  if (items == 0 || items > kMaxItemsPerRequest) {
    reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT,
                     absl::StrCat("A request has 1 to ", kMaxItemsPerRequest,
                                  " beacons and entry batches, not ", items, ".")});
    return reactor;
  }
  for (int i = 0; i < items; ++i) response->add_results();
  // The message's elements are distinct objects, so outcomes may be written side by side.
  auto pending = std::make_shared<std::atomic<int>>(items);
  SubmitItems(*submitter_, *request, SourceOf(*context, now_unix_ms_()),
              [reactor, response, pending](int index, ingest::SubmitResult result) {
                v1::IngestResult* const slot = response->mutable_results(index);
                slot->set_outcome(result.outcome);
                slot->set_message(std::move(result.message));
                if (--*pending == 0) reactor->Finish(grpc::Status::OK);
              });
  return reactor;
}

grpc::ServerBidiReactor<v1::StreamRequest, v1::StreamResponse>* IngestService::Stream(
    grpc::CallbackServerContext* context) {
  // Deletes itself when the call is done.
  return new IngestStream(submitter_, context, now_unix_ms_);
}

}  // namespace paceline::receive
