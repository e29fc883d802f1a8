// What follows from what a Beacon says of a resource, and what a page's resources weigh together.
// The page leaves it out.
#pragma once

#include <cstdint>
#include <string_view>

#include "collector/query/readable.h"
#include "paceline/v1/entry.pb.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// With its type, whether it is a third party's, and whether it came from the cache; what the sender
// has said of these stays. The type is by the initiator where that is certain, by the ending of the
// path, or by what the initiator makes likely.
v1::Resource Completed(const v1::Resource& resource, const Strings& strings);

// The part of a host name that one owner has, as far as it shows: the last two labels, or three
// below a country (academy.co.uk). Addresses and single labels are taken whole.
std::string_view OwnerOf(std::string_view host);

// What a page's scripts and styles may weigh, decoded bytes. 0: no budget.
struct BundleBudget {
  uint32_t script_bytes = 0;
  uint32_t third_party_script_bytes = 0;
  uint32_t style_bytes = 0;
  uint32_t third_party_style_bytes = 0;
};

// Says in a page view's sums what they may come to, and whether they are more.
void Judge(const BundleBudget& budget, v1::JourneyEvent::Bundle* bundle);

// Counts a completed resource towards its page view. Scripts and styles count decoded, which is
// what a browser has to work through; everything else encoded.
void AddTo(const v1::Resource& resource, v1::JourneyEvent::Bundle* bundle);

}  // namespace paceline::query
