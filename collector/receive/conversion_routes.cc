#include "collector/receive/conversion_routes.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/ingest/conversion_json.h"
#include "collector/ingest/outcome_counter.h"
#include "collector/ingest/webhook_signature.h"
#include "collector/ingest/webhooks.h"
#include "collector/receive/guard.h"
#include "collector/receive/http_text.h"
#include "collector/receive/outcome_status.h"

namespace paceline::receive {
namespace {

using ingest::ConversionReport;
using ingest::OutcomeName;
using Reports = absl::StatusOr<std::vector<ConversionReport>>;
using SharedOptions = std::shared_ptr<const ConversionRoutesOptions>;

constexpr char kIdempotencyKey[] = "Idempotency-Key";
constexpr char kWooCommerceTopic[] = "X-WC-Webhook-Topic";

// One kind of webhook.
struct Webhook {
  std::string_view source;
  const char* signature_header;
  std::string config::WebhookSecrets::*secret;
  // What is wrong with the signature; empty: nothing.
  std::string (*check)(std::string_view header, const std::string& body, const std::string& secret,
                       uint64_t now_unix_ms);
  Reports (*read)(const HttpRequest& request);
};

std::string CheckTimed(std::string_view header, const std::string& body, const std::string& secret,
                       uint64_t now_unix_ms) {
  return ingest::CheckTimedSignature(header, body, secret, now_unix_ms);
}

std::string CheckBody(std::string_view header, const std::string& body, const std::string& secret,
                      uint64_t) {
  return ingest::CheckBodySignature(header, body, secret);
}

constexpr Webhook kWebhooks[] = {
    {"stripe", "Stripe-Signature", &config::WebhookSecrets::stripe, CheckTimed,
     [](const HttpRequest& request) { return ingest::ReadStripeEvent(request.body); }},
    {"calendly", "Calendly-Webhook-Signature", &config::WebhookSecrets::calendly, CheckTimed,
     [](const HttpRequest& request) { return ingest::ReadCalendlyEvent(request.body); }},
    {"woocommerce", "X-WC-Webhook-Signature", &config::WebhookSecrets::woocommerce, CheckBody,
     [](const HttpRequest& request) {
       return ingest::ReadWooCommerceOrder(request.body, request.Header(kWooCommerceTopic));
     }},
};

// A value of the query; empty when it is not there.
std::string QueryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    return PercentDecode(pair.substr(equals + 1), true).value_or("");
  }
  return {};
}

HttpResponse Refuse(const SharedOptions& options, std::string_view source, std::string_view result,
                    int status, std::string_view message) {
  options->conversions->counter().Add(source, result);
  HttpResponse response = TextResponse(status, message);
  if (status == 401 && source == "api") response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

void OnConversion(const SharedOptions& options, const HttpRequest& request, Respond respond) {
  if (options->token.empty()) {
    return respond(Refuse(options, "api", "refused_signature", 403,
                          "Conversions from outside are switched off: set conversions.token."));
  }
  if (!HasToken(request.authorization, options->token)) {
    return respond(Refuse(options, "api", "refused_signature", 401,
                          "Authorization: Bearer TOKEN is expected, with conversions.token of the "
                          "collector's settings."));
  }
  auto parsed = ingest::ParseConversion(request.body, request.Header(kIdempotencyKey));
  if (!parsed.ok()) {
    const bool malformed = absl::IsInvalidArgument(parsed.status());
    const absl::string_view message = parsed.status().message();
    return respond(Refuse(options, "api", malformed ? "refused_malformed" : "refused_invalid",
                          malformed ? 400 : 422, {message.data(), message.size()}));
  }
  options->conversions->Submit(
      parsed->site, std::move(parsed->report), options->now_unix_ms(),
      [respond = std::move(respond)](const ingest::SubmitResult& result) mutable {
        respond(AnswerOf(result));
      });
}

void OnWebhook(const SharedOptions& options, const Webhook& webhook, const HttpRequest& request,
               Respond respond) {
  const std::string key = QueryValue(request.query, "site");
  const auto site = std::find_if(options->sites.begin(), options->sites.end(),
                                 [&](const config::Site& one) { return one.key == key; });
  if (site == options->sites.end()) {
    return respond(Refuse(options, webhook.source, "refused_unknown_site", 404,
                          "The collector has no such site; the webhook's address ends in "
                          "?site=KEY, with a key of its settings."));
  }
  const std::string& secret = site->webhooks.*webhook.secret;
  if (secret.empty()) {
    return respond(
        Refuse(options, webhook.source, "refused_signature", 403,
               absl::StrCat("This webhook is switched off: set its signing secret as webhooks: {",
                            absl::string_view(webhook.source.data(), webhook.source.size()),
                            ": …} of the site.")));
  }
  if (webhook.source == "woocommerce" && ingest::IsWooCommercePing(request.body)) {
    // WooCommerce wants a 200 before it saves the webhook.
    return respond(TextResponse(200, "ready"));
  }
  const uint64_t now = options->now_unix_ms();
  const std::string wrong =
      webhook.check(request.Header(webhook.signature_header), request.body, secret, now);
  if (!wrong.empty()) {
    return respond(Refuse(options, webhook.source, "refused_signature", 401, wrong));
  }
  Reports reports = webhook.read(request);
  if (!reports.ok()) {
    const absl::string_view message = reports.status().message();
    return respond(Refuse(options, webhook.source, "refused_malformed", 400,
                          {message.data(), message.size()}));
  }
  if (reports->empty()) options->conversions->counter().Add(webhook.source, "ignored");
  options->conversions->SubmitAll(
      key, *std::move(reports), now,
      [respond = std::move(respond)](const ingest::SubmitResult& result) mutable {
        respond(AnswerOf(result));
      });
}

Route MakeRoute(const SharedOptions& options, std::string path, std::string source,
                std::vector<std::string> headers) {
  Route route;
  route.method = "POST";
  route.path = std::move(path);
  route.door = Door::kPublic;
  route.max_body_bytes = options->max_body_bytes;
  route.is_limited = true;
  route.headers = std::move(headers);
  route.on_refused_body = [options, source = std::move(source)](const HttpRequest&,
                                                                const Refusal& refusal) {
    options->conversions->counter().Add(source, OutcomeName(OutcomeOfUnread(refusal.status)));
    return AnswerOfUnread(refusal);
  };
  return route;
}

}  // namespace

std::vector<Route> ConversionRoutes(ConversionRoutesOptions given) {
  const SharedOptions options = std::make_shared<const ConversionRoutesOptions>(std::move(given));
  std::vector<Route> routes;
  Route& api = routes.emplace_back(MakeRoute(options, "/v1/conversions", "api", {kIdempotencyKey}));
  api.handler = [options](const HttpRequest& request, Respond respond) {
    OnConversion(options, request, std::move(respond));
  };
  for (const Webhook& webhook : kWebhooks) {
    const std::string source(webhook.source);
    Route& route =
        routes.emplace_back(MakeRoute(options, absl::StrCat("/v1/webhooks/", source), source,
                                      {webhook.signature_header, kWooCommerceTopic}));
    route.handler = [options, &webhook](const HttpRequest& request, Respond respond) {
      OnWebhook(options, webhook, request, std::move(respond));
    };
  }
  return routes;
}

}  // namespace paceline::receive
