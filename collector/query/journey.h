// One session as a story: its page views with their final vitals, and everything that happened, in
// order.
#pragma once

#include <vector>

#include "collector/query/resource_facts.h"
#include "paceline/v1/query.pb.h"
#include "paceline/v1/record.pb.h"

namespace paceline::query {

// `facts`: the session's page views, in the order in which they began. `records`: its records, in
// commit order. Values come from the facts, so that they are those of the statistics; targets and
// parts come from the beacons behind them. Events of page views without a fact are left out. What
// the resources of a page view weigh is judged by `budget`.
v1::GetJourneyResponse TellJourney(const v1::SessionRecord& session,
                                   const std::vector<v1::PageViewFact>& facts,
                                   const std::vector<v1::JournalRecord>& records,
                                   const BundleBudget& budget);

}  // namespace paceline::query
