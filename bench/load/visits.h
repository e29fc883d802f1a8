// Recorded visits (bench/fixtures, made by bench/record.mjs) as moulds: each Beacon can be given
// the identity and the times of another visit in place, because those have a fixed length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace paceline::bench {

// A Beacon of a visit.
struct BeaconMould {
  std::string bytes;
  // Where its fields' values are in `bytes`.
  size_t session_at = 0;
  size_t document_at = 0;
  size_t origin_at = 0;
  size_t sent_at = 0;
  // Counts the visit's documents from 0.
  uint64_t document = 0;
  uint64_t origin_unix_ms = 0;
  uint64_t sent_unix_ms = 0;
  uint64_t events = 0;
};

// What one visitor sent, in order.
struct Visit {
  std::string name;
  // Lines that end in CRLF.
  std::string headers;
  std::vector<BeaconMould> beacons;
  // The latest `sent_unix_ms`.
  uint64_t ended_unix_ms = 0;
};

// Enough that those which are stored together differ.
inline constexpr uint64_t kVariants = 256;

// All visits in a folder, by name, and then `variants - 1` times all of them again as of other
// visitors (vary.h). Ends the program, saying why, when there are none or one cannot be read.
std::vector<Visit> LoadVisits(const std::string& folder, uint64_t variants = kVariants);

// Who a Beacon is of, and how much later than recorded.
struct Identity {
  // Different numbers give different sessions; the same in different runs as well, unless `run`
  // differs.
  uint64_t run = 0;
  uint64_t number = 0;
  uint64_t later_ms = 0;
};

// Gives `bytes`, a copy of the mould's, that identity.
void Stamp(const BeaconMould& mould, const Identity& identity, char* bytes);

// A 64-bit number that looks random, for each number another one (splitmix64's last step).
uint64_t Spread(uint64_t number);

uint64_t NowUnixMs();

}  // namespace paceline::bench
