// The calls of a page's beacon (Event.call), read where they stand: no message is made of the rest.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paceline::ingest {

// The Beacon with the events in the places of the calls that they are (store::ReadCalls), all other
// bytes as they came. If what comes back is plain (plain_scan.h), it is what the careful way would
// make of `body`.
//
// nullopt: there is no call, or one that is for the careful way to judge. Takes one walk over the
// tags where there is no call, and about five microseconds where there is one.
std::optional<std::string> WithCallsRead(std::string_view body);

}  // namespace paceline::ingest
