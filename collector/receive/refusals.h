// Inside receive/: answers to requests that never reach a handler.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/receive/http.h"
#include "collector/receive/router.h"

namespace paceline::receive {

// What a server asks of those who want private routes.
struct DoorPolicy {
  bool bound_to_loopback = true;
  const std::vector<std::string>& allowed_hosts;
  const std::string& token;
};

// Nothing when the request may pass. `offered_token` comes from a WebSocket's subprotocols.
std::optional<HttpResponse> CheckDoor(const DoorPolicy& policy, const HttpRequest& request,
                                      Door door, bool needs_token, std::string_view offered_token);

// 404 and 405, and the preflight's 204.
HttpResponse UnmatchedResponse(const Router::Match& match, const HttpRequest& request);

// The method, or "other": metrics are labelled by it, and a sender must not be able to make up new
// ones.
std::string_view KnownMethod(std::string_view method);

}  // namespace paceline::receive
