// The first step: bytes to a message, with every size and count checked before memory is spent on
// it.
#pragma once

#include "collector/ingest/limits.h"
#include "collector/ingest/refusal.h"
#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

// Decodes `submission.body` straight into the record's payload, so that what passes is never copied
// again. Fields that this version does not know are dropped: nobody has scrubbed them.
//
// Ends with REFUSED_EMPTY, REFUSED_TOO_LARGE, REFUSED_MALFORMED, or REFUSED_INVALID (too many of
// something, a string that is too long or not UTF-8).
Ended Decode(const Submission& submission, const Limits& limits, v1::JournalRecord* record);

}  // namespace paceline::ingest
