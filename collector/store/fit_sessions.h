// Makes sessions fit to go on with after tables of views were lost.
#pragma once

#include "absl/status/status.h"
#include "collector/store/key_value.h"

namespace paceline::store {

// Sessions of whose page views a fact is missing are dropped; those that are left can be found by
// their ids, and no others. What is dropped comes back with a recount, as far as its journeys are
// kept. Nobody uses `disk` yet.
absl::Status FitSessions(KeyValue* disk);

}  // namespace paceline::store
