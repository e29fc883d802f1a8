// The fifth step: what a recount needs and time may change is decided once, here, and kept in the
// record.
#pragma once

#include <cstdint>
#include <string_view>

#include "collector/ingest/page_grouper.h"
#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

// To be added to a client's times. `age_ms` is how long the sender has kept the beacon, as it says.
// 0 when what remains of the delay is one that a network or a retry explains (limits.h); otherwise
// the client's clock is wrong, and the beacon is taken as sealed `age_ms` before it was received.
int64_t ClockOffsetMs(uint64_t received_unix_ms, uint64_t sent_unix_ms, uint64_t age_ms);

struct EnrichOptions {
  // Whether Chrome without a window counts as a bot. Browser tests use it, and so do scrapers.
  bool treat_headless_as_bot = false;
};

// Fills in dimensions, page groups and clock offset. `user_agent` is the visitor's header; it is
// not kept. `age_ms` is Source.age_ms. record->received_unix_ms is set, and the payload is
// scrubbed.
void Enrich(const EnrichOptions& options, std::string_view user_agent, uint64_t age_ms,
            PageGrouper* grouper, v1::JournalRecord* record);

}  // namespace paceline::ingest
