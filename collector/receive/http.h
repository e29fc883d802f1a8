// HTTP as the rest of the collector sees it: plain requests and answers, no Beast.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace paceline::receive {

enum class Door { kPublic, kPrivate };

struct HttpRequest {
  std::string method;
  // Decoded path, without the query.
  std::string path;
  // Raw query string, without '?'.
  std::string query;
  std::string body;
  std::string remote_address;
  std::string user_agent;
  std::string origin;
  std::string host;
  std::string authorization;
  std::string if_none_match;
  std::string accept_encoding;
  // Those that the route asks for and the request has, under the route's spelling.
  std::vector<std::pair<std::string, std::string>> headers;

  // Empty when it is not there.
  std::string_view Header(std::string_view name) const {
    for (const auto& [header, value] : headers) {
      if (header == name) return value;
    }
    return {};
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Why a request is refused before its handler sees it.
struct Refusal {
  // 400, 408, 413, 417, 429, 431, 503 or 505.
  int status = 0;
  std::string message;
};

// To be called once, on any thread. Dropped without a call, it answers 500.
using Respond = absl::AnyInvocable<void(HttpResponse)>;
// The request lives until the handler returns; its body may be taken.
using Handler = std::function<void(HttpRequest&, Respond)>;

// What a route needs besides its handler.
struct Route {
  std::string method;
  // Exact ("/v1/beacon"), or a prefix when it ends in '*' ("/agent/*").
  std::string path;
  Door door = Door::kPrivate;
  // A larger body is refused while it is read, with or without a Content-Length.
  uint64_t max_body_bytes = 0;
  Handler handler;
  // Further headers that the handler reads.
  std::vector<std::string> headers = {};
  // Private routes only: asks for `auth.token` when one is set. Off for what holds no data (health,
  // the dashboard's own files, which a browser has to load before anyone can type a token).
  bool needs_token = true;
  // Counts against what one address may ask for in a second.
  bool is_limited = false;
  // Called instead of the handler when the body is too large, cannot be read, or is not wanted now;
  // gives the answer.
  std::function<HttpResponse(const HttpRequest&, const Refusal&)> on_refused_body;
};

}  // namespace paceline::receive
