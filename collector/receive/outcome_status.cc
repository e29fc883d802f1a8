#include "collector/receive/outcome_status.h"

#include <string>

#include "collector/receive/http_text.h"

namespace paceline::receive {
namespace {

struct OutcomeStatus {
  v1::Outcome outcome;
  int status;
  // 0: sending again would not help.
  int retry_after_seconds;
};

constexpr OutcomeStatus kTable[] = {
    {v1::OUTCOME_ACCEPTED, 204, 0},
    {v1::OUTCOME_DUPLICATE, 204, 0},
    {v1::OUTCOME_SAMPLED_OUT, 204, 0},
    {v1::OUTCOME_CONFLICT, 409, 0},
    {v1::OUTCOME_REFUSED_EMPTY, 400, 0},
    {v1::OUTCOME_REFUSED_TOO_LARGE, 413, 0},
    {v1::OUTCOME_REFUSED_MALFORMED, 400, 0},
    {v1::OUTCOME_REFUSED_INVALID, 422, 0},
    {v1::OUTCOME_REFUSED_UNKNOWN_SITE, 404, 0},
    {v1::OUTCOME_REFUSED_ORIGIN, 403, 0},
    {v1::OUTCOME_OVERLOADED, 503, 2},
    {v1::OUTCOME_UNAVAILABLE, 503, 10},
    {v1::OUTCOME_REFUSED_SESSION_LIMIT, 429, 0},
    {v1::OUTCOME_RATE_LIMITED, 429, 2},
    {v1::OUTCOME_REFUSED_ERASED, 410, 0},
    {v1::OUTCOME_REFUSED_TOO_SLOW, 408, 2},
};

const OutcomeStatus* Find(v1::Outcome outcome) {
  for (const OutcomeStatus& row : kTable) {
    if (row.outcome == outcome) return &row;
  }
  return nullptr;
}

void AddRetryAfter(const OutcomeStatus& row, HttpResponse* response) {
  if (row.retry_after_seconds == 0) return;
  response->headers.emplace_back("Retry-After", std::to_string(row.retry_after_seconds));
}

}  // namespace

int StatusOf(v1::Outcome outcome) {
  const OutcomeStatus* const row = Find(outcome);
  return row == nullptr ? 500 : row->status;
}

v1::Outcome OutcomeOfUnread(int status) {
  switch (status) {
    case 408:
      return v1::OUTCOME_REFUSED_TOO_SLOW;
    case 413:
      return v1::OUTCOME_REFUSED_TOO_LARGE;
    case 429:
      return v1::OUTCOME_RATE_LIMITED;
    case 503:
      return v1::OUTCOME_OVERLOADED;
    default:
      return v1::OUTCOME_REFUSED_MALFORMED;
  }
}

HttpResponse AnswerOfUnread(const Refusal& refusal) {
  HttpResponse response = TextResponse(refusal.status, refusal.message);
  const OutcomeStatus* const row = Find(OutcomeOfUnread(refusal.status));
  if (row != nullptr) AddRetryAfter(*row, &response);
  return response;
}

HttpResponse AnswerOf(const ingest::SubmitResult& result) {
  const OutcomeStatus* const row = Find(result.outcome);
  if (row == nullptr) return TextResponse(500, "The beacon got no outcome.");
  if (row->status == 204) {
    HttpResponse response;
    response.status = 204;
    return response;
  }
  HttpResponse response = TextResponse(row->status, result.message);
  AddRetryAfter(*row, &response);
  return response;
}

}  // namespace paceline::receive
