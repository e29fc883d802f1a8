// Another visitor's run through the same pages: what a recording says in other numbers.
#pragma once

#include <cstdint>
#include <string>

namespace paceline::bench {

// A Beacon with the recorded one's strings and events, in which everything took longer or less
// long, by one factor from 0.6 to 1.6 for all Beacons of a `document`, and clicks are a little
// elsewhere. Without this, whatever compresses would store a few dozen Beacons and the number of
// their repetitions. Ends the program when `recorded` is no Beacon.
std::string Vary(const std::string& recorded, uint64_t document, uint64_t variant);

}  // namespace paceline::bench
