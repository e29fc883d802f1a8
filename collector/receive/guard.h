// Who may pass a private door: pure rules over headers, the same for HTTP, WebSocket and gRPC.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paceline::receive {

// Compares in a time that does not depend on where they differ.
bool SameSecret(std::string_view given, std::string_view expected);

// Whether an Authorization value is "Bearer <token>". True when `token` is empty: none is asked
// for.
bool HasToken(std::string_view authorization, std::string_view token);

// The host of a Host header, without its port and brackets.
std::string_view HostName(std::string_view host_header);

// Whether private routes may be asked for by this Host. On a loopback address only loopback names
// and `allowed_hosts` are, or else any web page could have its own name resolve to 127.0.0.1 and
// read the answers (DNS rebinding).
bool IsAllowedHost(std::string_view host_header, bool bound_to_loopback,
                   const std::vector<std::string>& allowed_hosts);

// Whether a WebSocket's Origin is the page of the same host. No Origin is no browser, and passes.
bool IsSameOrigin(std::string_view origin, std::string_view host_header);

// The parts of Sec-WebSocket-Protocol: "paceline.live.v1, bearer.<token>". Browsers cannot set
// Authorization there.
struct SubprotocolOffer {
  bool has_protocol = false;
  std::string token;
};
SubprotocolOffer ParseSubprotocols(std::string_view header, std::string_view protocol);

}  // namespace paceline::receive
