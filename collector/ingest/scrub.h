// The fourth step: personal data goes before anything is stored, whatever the page has sent.
#pragma once

#include <string>
#include <string_view>

#include "collector/ingest/pseudonyms.h"
#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

// The tag by which a site says who its visitor is. Its value becomes kUserPrefix and a pseudonym.
inline constexpr std::string_view kUserIdTag = "userId";
// A conversion's id that looks like a token becomes this and a pseudonym: it has to stay one of its
// own, because the same id counts once.
inline constexpr std::string_view kIdPrefix = "id-";

// A conversion's id as it is stored: itself, or, when it looks like a token, kIdPrefix and a
// pseudonym. The same for what a page tells and for what other systems tell.
std::string NameOfConversion(const Pseudonyms& pseudonyms, std::string_view site,
                             const std::string& id);

// Whether a text that may be an address is one.
bool LooksLikeUrl(std::string_view text);

// Scrubs every string of the record's payload: as a URL (core/wire/url_scrub.h) where a field
// refers to it as one (message_walk.cc has the list), and as text (scrub_text.h) in any case; user
// ids and conversions' ids as above. The payload is valid (validate.h).
//
// Takes the User-Agent header out that a service has put into the context.
struct Scrubbed {
  // Empty: there was none.
  std::string user_agent;
  // Something else was not left as it came.
  bool changed = false;
};
Scrubbed ScrubPayload(const Pseudonyms& pseudonyms, v1::JournalRecord* record);

}  // namespace paceline::ingest
