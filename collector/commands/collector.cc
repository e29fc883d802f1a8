#include "collector/commands/collector.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/analysis/journey_state.h"
#include "collector/api/config_routes.h"
#include "collector/api/maintenance_routes.h"
#include "collector/api/operation_routes.h"
#include "collector/api/query_routes.h"
#include "collector/api/static_files.h"
#include "collector/receive/conversion_routes.h"
#include "collector/receive/ingest_routes.h"

namespace paceline::commands {
namespace {

using receive::Door;
using receive::Route;

constexpr size_t kQueryThreads = 2;
constexpr size_t kMaxQueuedQueries = 64;

// The dashboard runs its own files only and talks to its own collector only.
constexpr char kDashboardPolicy[] =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

uint64_t NowUnixMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

void Append(std::vector<Route>& routes, std::vector<Route> more) {
  routes.insert(routes.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

std::vector<std::string> SiteKeys(const config::Settings& settings) {
  std::vector<std::string> keys;
  for (const config::Site& site : settings.sites) keys.push_back(site.key);
  return keys;
}

std::vector<ingest::PageRule> RulesOf(const std::vector<config::SiteStage>& stages) {
  std::vector<ingest::PageRule> rules;
  for (const config::SiteStage& stage : stages) rules.push_back({stage.stage, stage.pages});
  return rules;
}

std::vector<ingest::PageRule> RulesOf(const std::vector<config::SitePageGroup>& groups) {
  std::vector<ingest::PageRule> rules;
  for (const config::SitePageGroup& group : groups) rules.push_back({group.name, group.pages});
  return rules;
}

// The site's own journeys, and the defaults that it does not define anew.
query::JourneyDefinitions JourneysOf(const config::Settings& settings) {
  query::JourneyDefinitions definitions;
  for (const config::Site& site : settings.sites) {
    auto& own = definitions[site.key];
    for (const config::SiteJourney& journey : site.journeys) {
      auto& one = own.emplace_back();
      one.name = journey.name;
      one.version = journey.version;
      one.target_ms = journey.target_ms;
      for (const config::SiteJourneyStep& step : journey.steps) one.steps.push_back(step.name);
    }
    for (const analysis::JourneyDefinition& standard : analysis::DefaultJourneys()) {
      const bool anew = std::any_of(own.begin(), own.end(),
                                    [&](const auto& one) { return one.name == standard.name; });
      if (!anew) own.push_back(standard);
    }
  }
  return definitions;
}

query::BundleBudgets BudgetsOf(const config::Settings& settings) {
  query::BundleBudgets budgets;
  for (const config::Site& site : settings.sites) {
    budgets[site.key] = {static_cast<uint32_t>(site.budgets.script_bytes),
                         static_cast<uint32_t>(site.budgets.third_party_script_bytes),
                         static_cast<uint32_t>(site.budgets.style_bytes),
                         static_cast<uint32_t>(site.budgets.third_party_style_bytes)};
  }
  return budgets;
}

}  // namespace

Collector::Collector(const config::Settings& settings)
    : settings_(settings), metrics_(PACELINE_VERSION), live_(NowUnixMs) {}

Collector::~Collector() {
  if (const absl::Status status = Stop(); !status.ok()) spdlog::error("{}", status.ToString());
}

absl::StatusOr<std::unique_ptr<Collector>> Collector::Start(const config::Settings& settings,
                                                            bool with_academy) {
  std::unique_ptr<Collector> collector(new Collector(settings));
  if (absl::Status status = collector->Open(); !status.ok()) return status;
  if (absl::Status status = collector->Listen(with_academy); !status.ok()) return status;
  return collector;
}

absl::Status Collector::Open() {
  store::Store::Options options;
  options.data_dir = settings_.data_dir;
  options.flush_interval_ms = settings_.flush_interval_ms;
  options.max_queued_records = settings_.max_queued_records;
  options.on_stored = [this](std::string_view site, const std::vector<v1::PageViewFact>& changed) {
    live_.OnStored(site, changed);
  };
  options.wants_stored = [this](std::string_view site) { return live_.IsWatched(site); };
  options.min_free_bytes = settings_.min_free_bytes;
  options.starts_without_room = true;
  options.on_failure = [this](const absl::Status& status) {
    spdlog::error(
        "nothing more is stored in {}: {}. Beacons are answered 503 and queries go on; the "
        "directory is opened again as soon as that works",
        settings_.data_dir, status.ToString());
  };
  options.on_reopened = [this](const absl::Status& status) {
    if (status.ok()) {
      spdlog::info("{} was opened again; beacons are stored", settings_.data_dir);
    } else {
      spdlog::error("{} cannot be opened again yet: {}", settings_.data_dir, status.ToString());
    }
  };
  options.on_damage = [](const std::vector<std::string>& damage,
                         const std::vector<v1::Loss>& losses) {
    for (const std::string& one : damage) spdlog::error("damage: {}", one);
    for (const v1::Loss& loss : losses) spdlog::error("{}", api::DescribeLoss(loss));
  };
  absl::StatusOr<std::unique_ptr<store::Store>> store = store::Store::Open(std::move(options));
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  const store::Store::Stats stats = store_->GetStats();
  spdlog::info("store open in {}: {} records, {} folded again after the last stop",
               settings_.data_dir, stats.last_commit, stats.records_refolded_at_start);

  ingest::PipelineOptions pipeline;
  for (const config::Site& site : settings_.sites) {
    pipeline.sites.push_back(
        {site.key, site.origins, RulesOf(site.page_groups), RulesOf(site.stages)});
  }
  pipeline.limits.max_body_bytes = settings_.max_body_bytes;
  pipeline.secret = store_->Secret();
  if (!settings_.geo_database.empty()) {
    auto geography = ingest::Geography::Open(settings_.geo_database);
    if (!geography.ok()) return geography.status();
    pipeline.enrich.geography = *std::move(geography);
  }
  pipeline.site_per_second = settings_.site_per_second;
  pipeline.max_waiting_records = settings_.max_queued_records;
  pipeline.enrich.default_stages = RulesOf(config::DefaultStages());
  pipeline.enrich.treat_headless_as_bot = settings_.headless_chrome == "bot";
  pipeline.on_resumed = [](std::string_view site, uint64_t silent_ms) {
    spdlog::warn("site {}: nothing came for {} s; it comes again", site, silent_ms / 1000);
  };
  pipeline_ = std::make_unique<ingest::Pipeline>(std::move(pipeline), store_.get());
  absl::Status remembered = pipeline_->RememberNames(*store_, NowUnixMs());
  if (remembered.ok()) remembered = pipeline_->RememberTraffic(*store_, NowUnixMs());
  if (!remembered.ok()) return remembered;
  quality_ = std::make_unique<ingest::QualityLog>(pipeline_.get(), store_.get());
  conversions_ = std::make_unique<ingest::ExternalConversions>(SiteKeys(settings_), store_.get());
  engine_ = std::make_unique<query::QueryEngine>(
      store_.get(), SiteKeys(settings_), NowUnixMs, JourneysOf(settings_),
      [this](std::string_view site, uint32_t first_day, uint32_t last_day, uint64_t now_unix_ms) {
        return quality_->Read(site, first_day, last_day, now_unix_ms);
      },
      BudgetsOf(settings_));
  workers_ = std::make_unique<api::WorkerPool>(kQueryThreads, kMaxQueuedQueries);
  operations_ = std::make_unique<api::Operations>([](const v1::OperationStatus& ended) {
    const bool failed = ended.state() == v1::OperationStatus::STATE_FAILED;
    spdlog::log(failed ? spdlog::level::err : spdlog::level::info, "{} {}: {}", ended.name(),
                failed ? "failed" : "done", ended.message());
  });
  housekeeping_ = std::make_unique<Housekeeping>(settings_, store_.get(), quality_.get());
  ingest_service_ = std::make_unique<receive::IngestService>(pipeline_.get(), NowUnixMs);
  query_service_ = std::make_unique<api::QueryService>(engine_.get(), settings_.auth_token);
  AddMetrics();
  return absl::OkStatus();
}

std::vector<Route> Collector::PublicRoutes() {
  std::vector<Route> routes =
      receive::IngestRoutes(pipeline_.get(), settings_.max_body_bytes, NowUnixMs);
  receive::ConversionRoutesOptions conversions;
  conversions.conversions = conversions_.get();
  conversions.token = settings_.conversions_token;
  conversions.sites = settings_.sites;
  conversions.max_body_bytes = settings_.max_body_bytes;
  conversions.now_unix_ms = NowUnixMs;
  Append(routes, receive::ConversionRoutes(std::move(conversions)));
  routes.push_back(api::SiteConfigRoute(settings_.sites));
  api::StaticFilesOptions agent;
  agent.prefix = "/agent/";
  agent.root = settings_.agent_dir;
  agent.max_age_seconds = 300;
  agent.hint =
      "The agent is not built: run scripts/build, or name its files' folder by --agent-dir.";
  routes.push_back(api::StaticRoute(std::move(agent), Door::kPublic));
  return routes;
}

absl::StatusOr<std::unique_ptr<receive::HttpServer>> Collector::Serve(const std::string& address,
                                                                      std::vector<Door> doors,
                                                                      std::vector<Route> routes) {
  absl::StatusOr<config::Address> parsed = config::ParseAddress(address);
  if (!parsed.ok()) return parsed.status();
  receive::HttpServer::Options options;
  options.address = *std::move(parsed);
  options.doors = std::move(doors);
  options.routes = std::move(routes);
  options.web_sockets = {live_.MakeRoute(SiteKeys(settings_))};
  options.token = settings_.auth_token;
  options.allowed_hosts = settings_.allowed_hosts;
  for (const std::string& range : settings_.trusted_proxies) {
    absl::StatusOr<config::AddressRange> proxy = config::AddressRange::Parse(range);
    if (!proxy.ok()) return proxy.status();
    options.trusted_proxies.push_back(*proxy);
  }
  options.threads = static_cast<int>(settings_.io_threads);
  options.limits.connections = settings_.max_connections;
  options.limits.connections_per_address = settings_.max_connections_per_address;
  options.limits.requests_per_second = settings_.address_per_second;
  options.limits.body_memory_bytes = settings_.body_memory_bytes;
  options.limits.header = std::chrono::milliseconds(settings_.header_timeout_ms);
  options.limits.body = std::chrono::milliseconds(settings_.body_timeout_ms);
  options.limits.idle = std::chrono::milliseconds(settings_.idle_timeout_ms);
  options.on_answer = [this](std::string_view route, std::string_view method, int status) {
    metrics_.CountHttpRequest(route, method, status);
  };
  return receive::HttpServer::Start(std::move(options));
}

absl::Status Collector::Listen(bool with_academy) {
  std::vector<Route> own = PublicRoutes();
  Append(own, api::QueryRoutes(engine_.get(), workers_.get()));
  Append(own, api::OperationRoutes(store_.get(), &metrics_));
  Append(own, api::MaintenanceRoutes(store_.get(), operations_.get(), NowUnixMs));
  own.push_back(
      api::ServerPageViewsRoute(quality_.get(), workers_.get(), SiteKeys(settings_), NowUnixMs));
  api::StaticFilesOptions dashboard;
  dashboard.root = settings_.dashboard_dir;
  dashboard.headers = {{"Content-Security-Policy", kDashboardPolicy},
                       {"Referrer-Policy", "no-referrer"}};
  dashboard.hint =
      "The dashboard is not built: run scripts/build, or name its files' folder by "
      "--dashboard-dir.";
  own.push_back(api::StaticRoute(std::move(dashboard), Door::kPrivate));

  auto http = Serve(settings_.http, {Door::kPublic, Door::kPrivate}, std::move(own));
  if (!http.ok()) return http.status();
  http_ = *std::move(http);
  if (!settings_.public_http.empty()) {
    auto public_http = Serve(settings_.public_http, {Door::kPublic}, PublicRoutes());
    if (!public_http.ok()) return public_http.status();
    public_http_ = *std::move(public_http);
  }
  if (with_academy) {
    if (absl::Status status = ListenAcademy(); !status.ok()) return status;
  }
  if (!settings_.grpc.empty()) {
    const absl::StatusOr<config::Address> address = config::ParseAddress(settings_.grpc);
    if (!address.ok()) return address.status();
    auto grpc = receive::GrpcServer::Start(*address, {ingest_service_.get(), query_service_.get()});
    if (!grpc.ok()) return grpc.status();
    grpc_ = *std::move(grpc);
  }
  if (grpc_ != nullptr) AddGrpcMetrics();
  live_.Start();
  return absl::OkStatus();
}

// The example site with the public routes beside it, and the checkout as another site.
absl::Status Collector::ListenAcademy() {
  DemoCheckout::Options demo;
  demo.site = kAcademySite;
  for (const config::Site& site : settings_.sites) {
    if (site.key == kAcademySite) demo.stripe_secret = site.webhooks.stripe;
  }
  demo.collector = [this] { return http_->address(); };
  demo.site_address = [this] { return site_http_->address(); };
  demo_checkout_ = std::make_unique<DemoCheckout>(std::move(demo));
  api::StaticFilesOptions files;
  files.root = settings_.checkout_dir;
  files.hint = "Name the example checkout's folder by --checkout-dir.";
  auto checkout =
      Serve(settings_.checkout_http, {Door::kPublic},
            {demo_checkout_->PayRoute(), api::StaticRoute(std::move(files), Door::kPublic)});
  if (!checkout.ok()) return checkout.status();
  checkout_http_ = *std::move(checkout);

  std::vector<Route> routes = PublicRoutes();
  routes.push_back(CheckoutAddressRoute(checkout_http_->address().port));
  api::StaticFilesOptions academy;
  academy.root = settings_.academy_dir;
  academy.hint = "Name the example site's folder by --academy-dir.";
  routes.push_back(api::StaticRoute(std::move(academy), Door::kPublic));
  auto site = Serve(settings_.site_http, {Door::kPublic}, std::move(routes));
  if (!site.ok()) return site.status();
  site_http_ = *std::move(site);
  return absl::OkStatus();
}

std::string Collector::Addresses() const {
  std::string text;
  if (site_http_) absl::StrAppend(&text, "site http://", site_http_->address().ToString(), "\n");
  if (checkout_http_) {
    absl::StrAppend(&text, "checkout http://", checkout_http_->address().ToString(), "\n");
  }
  absl::StrAppend(&text, "dashboard http://", http_->address().ToString(), "\n");
  if (public_http_) {
    absl::StrAppend(&text, "public http://", public_http_->address().ToString(), "\n");
  }
  if (grpc_) absl::StrAppend(&text, "grpc ", grpc_->address().ToString(), "\n");
  return text;
}

size_t Collector::HttpConnections() const {
  size_t count = 0;
  for (const auto* server : {&http_, &public_http_, &site_http_, &checkout_http_}) {
    if (*server != nullptr) count += (*server)->connections();
  }
  return count;
}

uint64_t Collector::AcceptPauses() const {
  uint64_t count = 0;
  for (const auto* server : {&http_, &public_http_, &site_http_, &checkout_http_}) {
    if (*server != nullptr) count += (*server)->accept_pauses();
  }
  return count;
}

void Collector::AddMetrics() {
  api::AddIngestMetrics(pipeline_.get(), NowUnixMs, &metrics_);
  api::AddConversionMetrics(&conversions_->counter(), &metrics_);
  api::AddStoreMetrics(store_.get(), &metrics_);
  housekeeping_->AddMetrics(&metrics_);
  metrics_.AddGauge("paceline_http_connections",
                    "HTTP connections that are open, WebSockets included.",
                    [this] { return static_cast<double>(HttpConnections()); });
  metrics_.AddCounter("paceline_http_accept_pauses_total",
                      "Times no connection could be accepted for a moment because the process had "
                      "no file descriptor left.",
                      [this] { return static_cast<double>(AcceptPauses()); });
  metrics_.AddGauge("paceline_live_connections", "Dashboards that listen to the live channel.",
                    [this] { return static_cast<double>(live_.clients()); });
  metrics_.AddCounter("paceline_live_dropped_messages_total",
                      "Live messages not sent because a dashboard reads too slowly.",
                      [this] { return static_cast<double>(live_.dropped_messages()); });
}

void Collector::AddGrpcMetrics() {
  const receive::GrpcGuard& guard = grpc_->guard();
  metrics_.AddGauge("paceline_grpc_connections", "gRPC connections that are open.",
                    [&guard] { return static_cast<double>(guard.connections()); });
  metrics_.AddReader(
      "paceline_grpc_cut_connections_total",
      "gRPC connections that were refused because there were too many, or ended because they reset "
      "too many calls or sent too many frames that carry nothing.",
      telemetry::MetricKind::kCounter, [&counts = guard.counts()] {
        return std::vector<telemetry::Sample>{
            {{{"reason", "crowded"}}, static_cast<double>(counts.crowded)},
            {{{"reason", "resets"}}, static_cast<double>(counts.resets)},
            {{{"reason", "chatter"}}, static_cast<double>(counts.chatter)}};
      });
}

absl::Status Collector::Stop() {
  if (store_ == nullptr) return absl::OkStatus();
  live_.Stop();
  const std::chrono::milliseconds patience(settings_.stop_timeout_ms);
  std::vector<std::thread> closing;
  for (const auto* server : {&http_, &public_http_, &site_http_, &checkout_http_}) {
    if (*server == nullptr) continue;
    closing.emplace_back([server, patience] { (*server)->Stop(patience); });
  }
  if (ingest_service_ != nullptr) ingest_service_->Stop();
  if (grpc_ != nullptr) grpc_->Stop(patience);
  for (std::thread& thread : closing) thread.join();
  workers_.reset();
  operations_.reset();
  housekeeping_.reset();
  // Null when it was stopped before all of it was there.
  if (quality_ != nullptr) {
    if (const absl::Status saved = quality_->Save(NowUnixMs()); !saved.ok()) {
      spdlog::error("the last outcomes could not be saved: {}", saved.ToString());
    }
  }
  const absl::Status flushed = store_->FlushViews();
  // The store answers what it still holds; those answers need the servers, which go last.
  engine_.reset();
  store_.reset();
  return flushed;
}

}  // namespace paceline::commands
