// HTTP as text: status words, targets, heads, cross-origin headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/receive/http.h"

namespace paceline::receive {

// "Not Found". "Unknown" for what this server never sends.
std::string_view ReasonPhrase(int status);

// Decodes %XX (and '+' as a space when `is_query`). Nothing when an escape is broken or hides a
// NUL.
std::optional<std::string> PercentDecode(std::string_view text, bool is_query);

// Splits a request target in origin form ("/v1/beacon?x=1") into its decoded path and its query as
// it is. False when it is of another form.
bool ReadTarget(std::string_view target, std::string* path, std::string* query);

// "Sat, 21 Nov 2026 00:00:00 GMT".
std::string HttpDate(uint64_t unix_ms);

// A text/plain answer that ends in a line break.
HttpResponse TextResponse(int status, std::string_view message);

// The headers that pages of other origins need to read the answer, by path: /v1/* and /agent/*.
std::string_view CrossOriginHeaders(std::string_view path);

// Status line and headers, up to and with the empty line. `more_headers`: whole lines.
std::string SerializeHead(const HttpResponse& response, std::string_view date,
                          std::string_view more_headers, bool keep_alive);

}  // namespace paceline::receive
