// Finds the route of a request among those whose door this address opens. Immutable, so
// thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/receive/http.h"

namespace paceline::receive {

class Router {
 public:
  struct Match {
    // Null when `status` is not 200.
    const Route* route = nullptr;
    // 404: no such path. 405: not with this method. 204: a CORS preflight, to be answered with
    // `allow`.
    int status = 200;
    // Methods the path has, separated by ", ".
    std::string allow;
  };

  // Keeps the routes with one of `doors`.
  Router(std::vector<Route> routes, const std::vector<Door>& doors);

  // HEAD matches GET. The longest prefix route wins, and an exact route wins over prefixes.
  Match Find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace paceline::receive
