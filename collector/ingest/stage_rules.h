// Which pages belong to which stage of a visitor's way: awareness, consideration, decision,
// conversion.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paceline::ingest {

struct StageRule {
  std::string stage;
  // "/pricing", "/blog/**": see MatchesPath.
  std::vector<std::string> pages;
};

// Whether `path` fits `pattern`, from end to end: "*" stands for anything but a slash, "**" for
// anything, and everything else for itself. A slash at the end of either does not matter. The
// agent's TypeScript has the same rule.
bool MatchesPath(std::string_view pattern, std::string_view path);

// The first stage with a page that fits; empty when none does. Absolute URLs are taken by their
// path, and queries are passed over.
std::string_view StageOf(const std::vector<StageRule>& rules, std::string_view url);

}  // namespace paceline::ingest
