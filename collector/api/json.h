// Answers as JSON: protobuf's own mapping, and one shape for errors.
#pragma once

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "collector/receive/http.h"

namespace paceline::api {

// lowerCamelCase, enums as names, fields at their default included. Never cached.
receive::HttpResponse JsonResponse(const google::protobuf::Message& message);

// {"error":{"code":"INVALID_ARGUMENT","message":"…"}} with the status that HTTP has for it.
receive::HttpResponse JsonError(const absl::Status& status);

// The message alone, for the live channel. Empty when it cannot be said in JSON (a string that is
// not UTF-8).
std::string ToJson(const google::protobuf::Message& message);

}  // namespace paceline::api
