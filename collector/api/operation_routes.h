// /healthz, /readyz, /metrics, and what /metrics says of ingest and store.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collector/ingest/external_conversion.h"
#include "collector/ingest/pipeline.h"
#include "collector/receive/http.h"
#include "collector/store/store.h"
#include "collector/telemetry/metrics.h"

namespace paceline::api {

// Commits that folded views may lag behind the journeys before /readyz says so.
inline constexpr uint64_t kMaxReadyLag = 100'000;

// "records 17 to 19 of 2026-11-20 are lost".
std::string DescribeLoss(const v1::Loss& loss);

// Both outlive the server.
std::vector<receive::Route> OperationRoutes(const store::Store* store,
                                            const telemetry::Metrics* metrics);

// Adds paceline_beacons_total{outcome}, the same by site and kind, what else is counted of beacons,
// and what is missing of each site's traffic. The pipeline outlives the metrics.
void AddIngestMetrics(const ingest::Pipeline* pipeline, std::function<uint64_t()> now_unix_ms,
                      telemetry::Metrics* metrics);
// paceline_external_conversions_total. The counter outlives `metrics`.
void AddConversionMetrics(const ingest::ConversionCounter* counter, telemetry::Metrics* metrics);
void AddStoreMetrics(const store::Store* store, telemetry::Metrics* metrics);

}  // namespace paceline::api
