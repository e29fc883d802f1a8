// The parts of a running collector, put together in the order in which data flows and taken apart
// in the reverse.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/api/live_hub.h"
#include "collector/api/operations.h"
#include "collector/api/query_service.h"
#include "collector/api/worker_pool.h"
#include "collector/commands/demo_checkout.h"
#include "collector/commands/housekeeping.h"
#include "collector/config/settings.h"
#include "collector/ingest/external_conversion.h"
#include "collector/ingest/pipeline.h"
#include "collector/ingest/quality_log.h"
#include "collector/query/query_engine.h"
#include "collector/receive/grpc_server.h"
#include "collector/receive/http_server.h"
#include "collector/receive/ingest_service.h"
#include "collector/store/store.h"
#include "collector/telemetry/metrics.h"

namespace paceline::commands {

// The example site's key.
inline constexpr char kAcademySite[] = "academy";

class Collector {
 public:
  // Opens the store and then the doors. `with_academy`: serves the example site too.
  static absl::StatusOr<std::unique_ptr<Collector>> Start(const config::Settings& settings,
                                                          bool with_academy);
  ~Collector();

  // What listens where, one "name address" line each: site, checkout, dashboard, public, grpc.
  std::string Addresses() const;

  // Closes the doors, lets what is in flight end, flushes the views.
  absl::Status Stop();

 private:
  explicit Collector(const config::Settings& settings);

  absl::Status Open();
  absl::Status Listen(bool with_academy);
  absl::Status ListenAcademy();
  absl::StatusOr<std::unique_ptr<receive::HttpServer>> Serve(const std::string& address,
                                                             std::vector<receive::Door> doors,
                                                             std::vector<receive::Route> routes);
  std::vector<receive::Route> PublicRoutes();
  void AddMetrics();
  void AddGrpcMetrics();
  size_t HttpConnections() const;
  uint64_t AcceptPauses() const;

  const config::Settings settings_;
  telemetry::Metrics metrics_;
  api::LiveHub live_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<ingest::QualityLog> quality_;
  std::unique_ptr<ingest::ExternalConversions> conversions_;
  std::unique_ptr<query::QueryEngine> engine_;
  std::unique_ptr<api::WorkerPool> workers_;
  std::unique_ptr<api::Operations> operations_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<receive::IngestService> ingest_service_;
  std::unique_ptr<api::QueryService> query_service_;
  std::unique_ptr<DemoCheckout> demo_checkout_;
  std::unique_ptr<receive::HttpServer> http_;
  std::unique_ptr<receive::HttpServer> public_http_;
  std::unique_ptr<receive::HttpServer> site_http_;
  std::unique_ptr<receive::HttpServer> checkout_http_;
  std::unique_ptr<receive::GrpcServer> grpc_;
};

}  // namespace paceline::commands
