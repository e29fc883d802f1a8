#include "collector/receive/refusals.h"

#include "absl/strings/str_cat.h"
#include "collector/receive/guard.h"
#include "collector/receive/http_text.h"

namespace paceline::receive {

std::optional<HttpResponse> CheckDoor(const DoorPolicy& policy, const HttpRequest& request,
                                      Door door, bool needs_token, std::string_view offered_token) {
  if (door == Door::kPublic) return std::nullopt;
  if (!IsAllowedHost(request.host, policy.bound_to_loopback, policy.allowed_hosts)) {
    return TextResponse(
        403, absl::StrCat("Private routes are not served as '", request.host,
                          "'. Ask by a loopback name, or add the name to allowed_hosts."));
  }
  if (!needs_token || HasToken(request.authorization, policy.token)) return std::nullopt;
  if (!offered_token.empty() && SameSecret(offered_token, policy.token)) return std::nullopt;
  HttpResponse response = TextResponse(401, "A token is needed: 'Authorization: Bearer <token>'.");
  response.headers = {{"WWW-Authenticate", "Bearer realm=\"paceline\""}};
  return response;
}

HttpResponse UnmatchedResponse(const Router::Match& match, const HttpRequest& request) {
  if (match.status == 404) {
    return TextResponse(404, absl::StrCat("There is nothing at ", request.path, " here."));
  }
  HttpResponse response;
  if (match.status == 204) {
    response.status = 204;
    response.headers = {{"Access-Control-Allow-Methods", match.allow},
                        {"Access-Control-Allow-Headers", "Content-Type"},
                        {"Access-Control-Max-Age", "86400"}};
    return response;
  }
  response = TextResponse(
      405, absl::StrCat(request.path, " takes ", match.allow, ", not ", request.method, "."));
  response.headers = {{"Allow", match.allow}};
  return response;
}

std::string_view KnownMethod(std::string_view method) {
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"}) {
    if (method == known) return known;
  }
  return "other";
}

}  // namespace paceline::receive
