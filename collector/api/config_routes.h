// GET /v1/config?site=KEY: what the agent needs to know of its site's settings.
#pragma once

#include <string>
#include <vector>

#include "collector/config/settings.h"
#include "collector/receive/http.h"

namespace paceline::api {

// Seconds for which a page may go on with what it was told. The agent of the next page sees a
// change.
inline constexpr int kSiteConfigMaxAgeSeconds = 300;

// SiteConfig (query.proto) as JSON, without what is empty: journeys that a page can follow by
// itself, stages, conversions, checkout hosts.
std::string SiteConfigJson(const config::Site& site);

// Public, and for any origin: it says nothing that a visitor of the site may not know.
receive::Route SiteConfigRoute(const std::vector<config::Site>& sites);

}  // namespace paceline::api
