// The path of a page as its segments, with what names one thing among many recognised by its looks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paceline::ingest {

// Stands for a segment that is an id.
inline constexpr std::string_view kIdSegment = ":id";

// The segments of a URL's path (scrubbed; an absolute URL gives its path), in lower case, without
// empty ones and a final index.html; kIdSegment for each that is an id: a number, a date, a
// scrubbed token or e-mail address, 8 or more hexadecimal digits with a digit among them, or
// anything with 5 or more digits in a row. No path at all: false.
bool SplitPath(std::string_view url, std::vector<std::string>* segments);

// "/a/b"; "/" when there are none.
std::string JoinPath(const std::vector<std::string>& segments);

// Whether a segment reads like a title: "how-to-run-your-first-marathon". Such a place has many of
// them, as a rule.
bool IsSlug(std::string_view segment);

}  // namespace paceline::ingest
