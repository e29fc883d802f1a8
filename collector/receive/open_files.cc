#include "collector/receive/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace paceline::receive {
namespace {

// Tables, logs and what compaction opens; a store of 100 million events has some dozens of tables.
constexpr rlim_t kMostForTheStore = 512;

}  // namespace

bool IsOneTooMany(int socket) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  const rlim_t for_the_store = std::min(kMostForTheStore, limit.rlim_cur / 4);
  return static_cast<rlim_t>(socket) >= limit.rlim_cur - for_the_store;
}

}  // namespace paceline::receive
