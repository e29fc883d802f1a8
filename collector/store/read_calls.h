// Calls of the agent's programming interface: track, conversion, metric, feedback, journey. A page
// passes them on as they were made, as texts (Event.call); docs/agent.md says what they mean.
#pragma once

#include "paceline/v1/beacon.pb.h"

namespace paceline::store {

// Puts in the place of each call the event that it is. A call goes that is not known, has arguments
// that make no sense, or tells a conversion of the Beacon once more (same type, same id). What
// texts the events need besides those of the Beacon is appended to its strings; a reference that
// leads nowhere is an empty text.
void ReadCalls(v1::Beacon* beacon);

}  // namespace paceline::store
