// How an Outcome is said in HTTP. The one table of it; ingest.proto documents the same.
#pragma once

#include "collector/ingest/submit.h"
#include "collector/receive/http.h"
#include "paceline/v1/ingest.pb.h"

namespace paceline::receive {

// 204 for what is stored, was stored, or was left out by sampling; 500 for an outcome that is none.
int StatusOf(v1::Outcome outcome);

// The outcome of a request that was refused before its body was read, by its status (Refusal).
v1::Outcome OutcomeOfUnread(int status);

// Its answer: the message as text, and Retry-After where it helps.
HttpResponse AnswerOfUnread(const Refusal& refusal);

// Status, Retry-After where it helps, and the message as text.
HttpResponse AnswerOf(const ingest::SubmitResult& result);

}  // namespace paceline::receive
