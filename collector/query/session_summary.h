// A session in one row, from its record and its page views.
#pragma once

#include <vector>

#include "paceline/v1/query.pb.h"
#include "paceline/v1/record.pb.h"

namespace paceline::query {

// `facts`: the session's page views, in the order in which they began.
v1::SessionSummary Summarize(const v1::SessionRecord& session,
                             const std::vector<v1::PageViewFact>& facts);

// Whether the session has what ListSessions asks for: each condition by some page view, not all by
// the same.
bool Matches(const v1::ListSessionsRequest& request, const v1::SessionRecord& session,
             const std::vector<v1::PageViewFact>& facts);

}  // namespace paceline::query
