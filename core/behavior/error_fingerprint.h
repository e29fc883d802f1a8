// The same number for the same failure, also in another visit.
#pragma once

#include <cstdint>
#include <string_view>

namespace paceline::core {

// Of the error's name, its message, and the topmost place of its stack (`source` where the stack
// has none). What differs from visit to visit is taken out first: in the message, quoted parts and
// addresses; in the place, query, fragment, line and column; and in all of them every run of
// letters and digits that has a digit (counts, ids, hexadecimal numbers, hashes in file names). A
// new release keeps its fingerprints, unless functions or files were renamed. FNV-1a, 32 bits.
uint32_t FingerprintOf(std::string_view name, std::string_view message, std::string_view stack,
                       std::string_view source);

}  // namespace paceline::core
