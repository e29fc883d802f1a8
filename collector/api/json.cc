#include "collector/api/json.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <string>

namespace paceline::api {
namespace {

receive::HttpResponse WithBody(int status, std::string body) {
  receive::HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

int HttpStatus(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kFailedPrecondition:
      return 412;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "";
  return json;
}

receive::HttpResponse JsonResponse(const google::protobuf::Message& message) {
  std::string json = ToJson(message);
  if (json.empty()) return JsonError(absl::InternalError("The answer cannot be said in JSON."));
  return WithBody(200, std::move(json));
}

receive::HttpResponse JsonError(const absl::Status& status) {
  google::protobuf::Struct error;
  auto& fields = *(*error.mutable_fields())["error"].mutable_struct_value()->mutable_fields();
  fields["code"].set_string_value(std::string(absl::StatusCodeToString(status.code())));
  fields["message"].set_string_value(std::string(status.message()));
  receive::HttpResponse response = WithBody(HttpStatus(status.code()), ToJson(error));
  if (response.status == 503) response.headers.emplace_back("Retry-After", "2");
  return response;
}

}  // namespace paceline::api
