// The fourth step: personal data goes before anything is stored, whatever the page has sent.
#pragma once

#include <string>

#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

// Scrubs every string of the record's payload: as a URL (core/wire/url_scrub.h) where a field
// refers to it as one, and as text (scrub_text.h) in any case. References stay as they are. The
// payload is valid (validate.h).
//
// Returns the User-Agent header that a service has put into the context, and empties it there;
// empty when there is none.
std::string ScrubPayload(v1::JournalRecord* record);

}  // namespace paceline::ingest
