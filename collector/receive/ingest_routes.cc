#include "collector/receive/ingest_routes.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "collector/ingest/limits.h"
#include "collector/receive/decompress.h"
#include "collector/receive/http_text.h"
#include "collector/receive/outcome_status.h"

namespace paceline::receive {
namespace {

using ingest::SubmitResult;

// What is wrong with the body; nothing when it is plain, or has been made so.
std::optional<SubmitResult> MakePlain(uint64_t max_body_bytes, std::string* body) {
  if (!IsCompressed(*body)) return std::nullopt;
  std::string plain;
  switch (Decompress(*body, max_body_bytes, &plain)) {
    case DecompressStatus::kOk:
      *body = std::move(plain);
      return std::nullopt;
    case DecompressStatus::kTooLarge:
      return SubmitResult{v1::OUTCOME_REFUSED_TOO_LARGE,
                          absl::StrCat("The body is larger than ", max_body_bytes,
                                       " bytes when decompressed; send fewer events at once.")};
    case DecompressStatus::kMalformed:
      break;
  }
  return SubmitResult{
      v1::OUTCOME_REFUSED_MALFORMED,
      "the body begins as gzip or as a packed Beacon and is not a whole one; send it anew"};
}

// `age_ms` of the query; 0 when it is not there. Nothing when it is no time that a sender can have
// kept a beacon. Other parameters may come with newer agents, and are passed over.
std::optional<uint64_t> AgeMs(std::string_view query) {
  uint64_t age_ms = 0;
  for (absl::string_view pair :
       absl::StrSplit(absl::string_view(query.data(), query.size()), '&')) {
    if (!absl::ConsumePrefix(&pair, "age_ms=")) continue;
    if (!absl::SimpleAtoi(pair, &age_ms) || age_ms > ingest::kMaxAgeMs) return std::nullopt;
  }
  return age_ms;
}

std::optional<SubmitResult> Prepare(const HttpRequest& request, uint64_t max_body_bytes,
                                    ingest::Submission* submission) {
  const std::optional<uint64_t> age_ms = AgeMs(request.query);
  if (!age_ms) {
    return SubmitResult{v1::OUTCOME_REFUSED_INVALID,
                        absl::StrCat("age_ms says how long ago the body was sealed, 0 to ",
                                     ingest::kMaxAgeMs, " milliseconds")};
  }
  submission->source.age_ms = *age_ms;
  return MakePlain(max_body_bytes, &submission->body);
}

Route IngestRoute(std::string path, ingest::Submission::Kind kind, ingest::Submitter* submitter,
                  uint64_t max_body_bytes, const std::function<uint64_t()>& now_unix_ms) {
  Route route;
  route.method = "POST";
  route.path = std::move(path);
  route.door = Door::kPublic;
  route.max_body_bytes = max_body_bytes;
  route.is_limited = true;
  route.handler = [kind, submitter, max_body_bytes, now_unix_ms](HttpRequest& request,
                                                                 Respond respond) {
    ingest::Submission submission;
    submission.kind = kind;
    submission.body = std::move(request.body);
    submission.source = {request.remote_address, request.user_agent, request.origin, now_unix_ms()};
    if (const auto refused = Prepare(request, max_body_bytes, &submission)) {
      submitter->CountRefused(refused->outcome);
      return respond(AnswerOf(*refused));
    }
    submitter->Submit(
        std::move(submission),
        [respond = std::move(respond)](SubmitResult result) mutable { respond(AnswerOf(result)); });
  };
  route.on_refused_body = [submitter](const HttpRequest&, const Refusal& refusal) {
    submitter->CountRefused(OutcomeOfUnread(refusal.status));
    return AnswerOfUnread(refusal);
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
