#include "collector/receive/ingest_routes.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/receive/http_text.h"
#include "collector/receive/outcome_status.h"

namespace paceline::receive {
namespace {

Route IngestRoute(std::string path, ingest::Submission::Kind kind, ingest::Submitter* submitter,
                  uint64_t max_body_bytes, const std::function<uint64_t()>& now_unix_ms) {
  Route route;
  route.method = "POST";
  route.path = std::move(path);
  route.door = Door::kPublic;
  route.max_body_bytes = max_body_bytes;
  route.handler = [kind, submitter, now_unix_ms](const HttpRequest& request, Respond respond) {
    ingest::Submission submission;
    submission.kind = kind;
    submission.body = request.body;
    submission.source = {request.remote_address, request.user_agent, request.origin, now_unix_ms()};
    submitter->Submit(std::move(submission),
                      [respond](ingest::SubmitResult result) { respond(AnswerOf(result)); });
  };
  route.on_refused_body = [submitter, max_body_bytes](const HttpRequest&, int status) {
    submitter->CountRefused(OutcomeOfUnread(status));
    if (status == 413) {
      return TextResponse(413, absl::StrCat("The body is larger than ", max_body_bytes,
                                            " bytes; send fewer events at once."));
    }
    if (status == 408) return TextResponse(408, "The body took too long; send it again.");
    return TextResponse(status,
                        "The body could not be read: its chunks are not as HTTP/1.1 has "
                        "them.");
  };
  return route;
}

}  // namespace

std::vector<Route> IngestRoutes(ingest::Submitter* submitter, uint64_t max_body_bytes,
                                std::function<uint64_t()> now_unix_ms) {
  using Kind = ingest::Submission::Kind;
  return {
      IngestRoute("/v1/beacon", Kind::kBeacon, submitter, max_body_bytes, now_unix_ms),
      IngestRoute("/v1/entries", Kind::kEntryBatch, submitter, max_body_bytes, now_unix_ms),
  };
}

}  // namespace paceline::receive
