#include "collector/store/content_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace paceline::store {

uint64_t ContentHash(std::string_view body, uint64_t kind) {
  return XXH3_64bits_withSeed(body.data(), body.size(), kind);
}

}  // namespace paceline::store
