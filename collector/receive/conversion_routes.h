// POST /v1/conversions and /v1/webhooks/{stripe,calendly,woocommerce}?site=KEY: what other systems
// tell of a session. Public doors: a token or a signature says who may.
//
// 204 means stored and synced, or stored before. 401 is a wrong token or signature, 403 a door that
// the settings do not open, and everything else is as the outcome has it (outcome_status.cc).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "collector/config/settings.h"
#include "collector/ingest/external_conversion.h"
#include "collector/receive/http.h"

namespace paceline::receive {

struct ConversionRoutesOptions {
  // Outlives the server.
  ingest::ExternalConversions* conversions = nullptr;
  // Of POST /v1/conversions; empty: closed.
  std::string token;
  // With the secrets of their webhooks.
  std::vector<config::Site> sites;
  uint64_t max_body_bytes = 0;
  std::function<uint64_t()> now_unix_ms;
};

std::vector<Route> ConversionRoutes(ConversionRoutesOptions options);

}  // namespace paceline::receive
