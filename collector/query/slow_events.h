// Marks what took too long.
#pragma once

#include "paceline/v1/query.pb.h"

namespace paceline::query {

// A long task over 500 ms, a transition over 1 s, a render over 16 ms.
void MarkSlow(v1::JourneyEvent* event);

}  // namespace paceline::query
