#include "collector/receive/router.h"

#include <algorithm>

namespace paceline::receive {
namespace {

bool IsPrefix(const Route& route) { return !route.path.empty() && route.path.back() == '*'; }

// The fit of "/*".
constexpr size_t kCatchAll = 1;

// How well the route fits: 0 not at all, otherwise more for the more specific.
size_t Fit(const Route& route, std::string_view path) {
  if (!IsPrefix(route)) return route.path == path ? route.path.size() + path.size() + 1 : 0;
  const std::string_view prefix = std::string_view(route.path).substr(0, route.path.size() - 1);
  return path.substr(0, prefix.size()) == prefix ? prefix.size() : 0;
}

}  // namespace

Router::Router(std::vector<Route> routes, const std::vector<Door>& doors) {
  for (Route& route : routes) {
    if (std::find(doors.begin(), doors.end(), route.door) != doors.end()) {
      routes_.push_back(std::move(route));
    }
  }
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  for (const Route& route : routes_) {
    if (route.path == path && route.method == method) return {&route, 200, ""};
  }
  size_t best = 0;
  for (const Route& route : routes_) best = std::max(best, Fit(route, path));
  if (best == 0) return {nullptr, 404, ""};

  Match match{nullptr, 405, ""};
  bool is_public = false;
  for (const Route& route : routes_) {
    if (Fit(route, path) != best) continue;
    if (route.method == method || (method == "HEAD" && route.method == "GET")) {
      return {&route, 200, ""};
    }
    is_public = is_public || route.door == Door::kPublic;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += route.method;
    if (route.method == "GET") match.allow += ", HEAD";
  }
  // Files for everything else say nothing of what may be posted there.
  if (best == kCatchAll) return {nullptr, 404, ""};
  if (is_public) match.allow += ", OPTIONS";
  if (is_public && method == "OPTIONS") match.status = 204;
  return match;
}

}  // namespace paceline::receive
