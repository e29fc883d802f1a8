#include "collector/api/config_routes.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "collector/api/json.h"
#include "collector/receive/http_text.h"
#include "paceline/v1/query.pb.h"

namespace paceline::api {
namespace {

using receive::HttpRequest;
using receive::HttpResponse;

struct Prepared {
  std::string json;
  std::string etag;
};
using PreparedSites = std::map<std::string, Prepared>;

bool IsFollowed(const config::SiteJourney& journey) {
  return std::any_of(journey.steps.begin(), journey.steps.end(),
                     [](const auto& step) { return !step.page.empty() || !step.click.empty(); });
}

void AddJourney(const config::SiteJourney& journey, v1::SiteConfig* config) {
  v1::SiteConfig::Journey* to = config->add_journeys();
  to->set_name(journey.name);
  to->set_version(journey.version);
  for (const config::SiteJourneyStep& step : journey.steps) {
    v1::SiteConfig::Step* one = to->add_steps();
    one->set_name(step.name);
    one->set_page(step.page);
    one->set_click(step.click);
  }
}

// Value of the parameter `site`; nothing when there is none.
std::optional<std::string> SiteOf(const std::string& query) {
  for (absl::string_view item : absl::StrSplit(query, '&')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    if (parts.first != "site") continue;
    return receive::PercentDecode({parts.second.data(), parts.second.size()}, /*is_query=*/true);
  }
  return std::nullopt;
}

HttpResponse Answer(const PreparedSites& sites, const HttpRequest& request) {
  const std::optional<std::string> key = SiteOf(request.query);
  if (!key) {
    return JsonError(absl::InvalidArgumentError("site is required: /v1/config?site=KEY"));
  }
  const auto site = sites.find(*key);
  if (site == sites.end()) {
    return JsonError(absl::NotFoundError(absl::StrCat("there is no site \"", *key, "\"")));
  }
  HttpResponse response;
  response.content_type = "application/json";
  response.headers = {{"Cache-Control", absl::StrCat("public, max-age=", kSiteConfigMaxAgeSeconds)},
                      {"ETag", site->second.etag}};
  if (request.if_none_match.find(site->second.etag) != std::string::npos) {
    response.status = 304;
  } else {
    response.body = site->second.json;
  }
  return response;
}

}  // namespace

std::string SiteConfigJson(const config::Site& site) {
  v1::SiteConfig config;
  for (const config::SiteJourney& journey : site.journeys) {
    if (IsFollowed(journey)) AddJourney(journey, &config);
  }
  for (const config::SiteStage& stage :
       site.stages.empty() ? config::DefaultStages() : site.stages) {
    v1::SiteConfig::Stage* to = config.add_stages();
    to->set_stage(stage.stage);
    for (const std::string& page : stage.pages) to->add_pages(page);
  }
  for (const config::SiteConversion& conversion : site.conversions) {
    v1::SiteConfig::Conversion* to = config.add_conversions();
    to->set_type(conversion.type);
    to->set_page(conversion.page);
    to->set_click(conversion.click);
    to->set_submit(conversion.submit);
  }
  for (const std::string& host : site.checkout_hosts) config.add_checkout_hosts(host);
  std::string json;
  // Empty texts are left out: the agent takes a missing page for "any".
  const bool told = google::protobuf::util::MessageToJsonString(config, &json).ok();
  return told ? json : "{}";
}

receive::Route SiteConfigRoute(const std::vector<config::Site>& sites) {
  auto prepared = std::make_shared<PreparedSites>();
  for (const config::Site& site : sites) {
    std::string json = SiteConfigJson(site);
    const uint64_t hash = XXH3_64bits(json.data(), json.size());
    std::string etag = absl::StrCat("\"", absl::Hex(hash, absl::kZeroPad16), "\"");
    (*prepared)[site.key] = {std::move(json), std::move(etag)};
  }
  receive::Route route;
  route.method = "GET";
  route.path = "/v1/config";
  route.door = receive::Door::kPublic;
  route.handler = [prepared](const HttpRequest& request, receive::Respond respond) {
    respond(Answer(*prepared, request));
  };
  return route;
}

}  // namespace paceline::api
