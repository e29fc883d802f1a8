// What a sequence number is bound to: the bytes that came with it.
#pragma once

#include <cstdint>
#include <string_view>

namespace paceline::store {

// XXH3 of a body as it was received. `kind`: of the message that it holds, so that the same bytes
// of another kind are told apart; 0 for a Beacon. On disk: never change it.
uint64_t ContentHash(std::string_view body, uint64_t kind = 0);

}  // namespace paceline::store
