// Personal data out of any text: selectors, event names, whatever a page may have put its visitors'
// data into.
#pragma once

#include <string>
#include <string_view>

namespace paceline::ingest {

// `text` with
// - each e-mail-like part (local@domain.tld, also with %40 for the @) replaced by ":email";
// - each UUID, and each run of 16 or more letters and digits with at least one digit that has a
// letter too or is all
//   digits, replaced by ":token" (the same rule as for URLs, see core/wire/url_scrub.h);
// - each control character replaced by a space: lines and tabs have no meaning here, and keys are
// joined by them. Applied twice it changes nothing more.
std::string ScrubText(std::string_view text);

}  // namespace paceline::ingest
