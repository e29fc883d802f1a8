// Serves a directory of built files: content types, ETags, precompressed variants, caching by name.
//
// Reads from disk for each request: the files are few and small, the kernel caches them, and a new
// build shows at once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/receive/http.h"

namespace paceline::api {

struct StaticFilesOptions {
  // "/agent/": what stands before the file's name in a request's path.
  std::string prefix = "/";
  std::string root;
  // Seconds that files without a hash in their name may be cached.
  int max_age_seconds = 0;
  // With each answer.
  std::vector<std::pair<std::string, std::string>> headers;
  // Said when `root` itself is missing: how to build it.
  std::string hint;
};

receive::HttpResponse ServeStaticFile(const StaticFilesOptions& options,
                                      const receive::HttpRequest& request);

// A GET route for everything under the prefix.
receive::Route StaticRoute(StaticFilesOptions options, receive::Door door);

// Whether a name carries a content hash ("chunk-5X3XGPM4.js", "core.0f3a9c21.wasm"), so that it
// never changes.
bool HasHashedName(std::string_view path);

std::string_view ContentTypeOf(std::string_view path);

}  // namespace paceline::api
