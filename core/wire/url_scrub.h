// Takes out of a URL what may identify a person, before anything leaves the page or is stored.
//
// The agent's TypeScript has the same rule; tests/fixtures/url_scrub_vectors.json holds both to it.
#pragma once

#include <string_view>

#include "core/base/bytes.h"

namespace paceline::core {

// Cuts at the first '?' or '#'. Then, for each segment between slashes: one that holds '@' or "%40"
// becomes ":email"; else every UUID (8-4-4-4-12 hexadecimal digits, leftmost first, wherever it
// stands), and after that every maximal run of 16 or more ASCII letters and digits with at least
// one digit, becomes ":token". Scrubbing twice changes nothing more.
Bytes ScrubUrl(std::string_view url);

}  // namespace paceline::core
