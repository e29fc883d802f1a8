// The shortcut for nearly every beacon: one pass over its bytes that proves it plain.
//
// A plain beacon is one that the careful way (decode.h, validate.h, scrub.h) accepts and leaves
// byte for byte as it came: canonical protobuf, every number in its range, every reference inside,
// no string with anything to scrub, nobody named. So its bytes can be stored as they are, and no
// message is ever made of them. Whatever else comes, for whichever reason, goes the careful way,
// which alone knows how to refuse, to mend and to say what is wrong.
#pragma once

#include <string_view>

#include "collector/ingest/limits.h"
#include "collector/ingest/summary.h"

namespace paceline::ingest {

// Whether `body` is a plain Beacon. If so, `summary` is what SummaryOf would say of it, and refers
// to `body`; if not, it is of no use. Takes about a microsecond for a page's beacon.
bool ScanPlain(std::string_view body, const Limits& limits, Summary* summary);

}  // namespace paceline::ingest
