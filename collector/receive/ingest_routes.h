// POST /v1/beacon and POST /v1/entries: browsers' door to Submit.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "collector/ingest/submit.h"
#include "collector/receive/http.h"

namespace paceline::receive {

// `submitter` outlives the server. `now_unix_ms` stamps the receipt.
std::vector<Route> IngestRoutes(ingest::Submitter* submitter, uint64_t max_body_bytes,
                                std::function<uint64_t()> now_unix_ms);

}  // namespace paceline::receive
