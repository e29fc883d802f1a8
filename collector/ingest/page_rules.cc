#include "collector/ingest/page_rules.h"

#include <algorithm>

namespace paceline::ingest {
namespace {

std::string_view WithoutFinalSlash(std::string_view path) {
  return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

// Where to go on when what follows a star does not fit.
struct Retry {
  size_t pattern = std::string_view::npos;
  size_t path = 0;
};

// One retry for each kind of star is enough: an earlier one of the same kind could give the path
// nothing that the later one cannot, so the work is bounded by the product of the lengths.
bool Fits(std::string_view pattern, std::string_view path) {
  size_t p = 0;
  size_t t = 0;
  Retry one;
  Retry any;
  while (t < path.size() || p < pattern.size()) {
    if (pattern.substr(p).starts_with("**")) {
      p += 2;
      any = {p, t};
      one = {};
      continue;
    }
    if (p < pattern.size() && pattern[p] == '*') {
      one = {++p, t};
      continue;
    }
    if (p < pattern.size() && t < path.size() && pattern[p] == path[t]) {
      ++p;
      ++t;
      continue;
    }
    if (one.pattern != std::string_view::npos && one.path < path.size() && path[one.path] != '/') {
      p = one.pattern;
      t = ++one.path;
    } else if (any.pattern != std::string_view::npos && any.path < path.size()) {
      p = any.pattern;
      t = ++any.path;
      one = {};
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

bool MatchesPath(std::string_view pattern, std::string_view path) {
  return Fits(WithoutFinalSlash(pattern), WithoutFinalSlash(path));
}

std::string_view PathOf(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const size_t slash = url.find('/', scheme + 3);
    url = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
  }
  return url.substr(0, url.find_first_of("?#"));
}

std::string_view NameByRules(const std::vector<PageRule>& rules, std::string_view url) {
  const std::string_view path = PathOf(url);
  for (const PageRule& rule : rules) {
    if (std::any_of(rule.pages.begin(), rule.pages.end(),
                    [&](const std::string& page) { return MatchesPath(page, path); })) {
      return rule.name;
    }
  }
  return {};
}

}  // namespace paceline::ingest
