// What a site calls its pages: their groups, and the stages of a visitor's way that they belong to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paceline::ingest {

struct PageRule {
  std::string name;
  // "/pricing", "/blog/**": see MatchesPath.
  std::vector<std::string> pages;
};

// Whether `path` fits `pattern`, from end to end: "*" stands for anything but a slash, "**" for
// anything, and everything else for itself. A slash at the end of either does not matter. The
// agent's TypeScript has the same rule.
bool MatchesPath(std::string_view pattern, std::string_view path);

// The path of a URL, which may be one: without scheme and host, query and fragment.
std::string_view PathOf(std::string_view url);

// The name of the first rule with a page that fits; empty when none does.
std::string_view NameByRules(const std::vector<PageRule>& rules, std::string_view url);

}  // namespace paceline::ingest
