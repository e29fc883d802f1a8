// Answers the questions of query.proto from the store. The same engine serves gRPC and HTTP JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/analysis/journey_state.h"
#include "collector/query/resource_facts.h"
#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// By site; a site without an entry has none.
using BundleBudgets = std::map<std::string, BundleBudget>;

using JourneyDefinitions = std::map<std::string, std::vector<analysis::JourneyDefinition>>;

// What is known of a site's traffic (empty: of nobody's) on these days, both included, as it is at
// `now_unix_ms`.
using ReadQuality = std::function<absl::StatusOr<store::QualityDays>(
    std::string_view site, uint32_t first_day, uint32_t last_day, uint64_t now_unix_ms)>;

// Thread-safe. Errors: InvalidArgument (with what would be right), NotFound (unknown site or
// session), Unavailable.
class QueryEngine {
 public:
  // `store` outlives the engine. `now_unix_ms` is asked for default ranges.
  // `journeys`: by site; a site without an entry has analysis::DefaultJourneys. Without
  // `read_quality`, what the store has saved of it is all that is known.
  QueryEngine(const store::Store* store, std::vector<std::string> sites,
              std::function<uint64_t()> now_unix_ms, JourneyDefinitions journeys = {},
              ReadQuality read_quality = {}, BundleBudgets budgets = {});

  v1::GetSitesResponse GetSites(const v1::GetSitesRequest& request) const;
  absl::StatusOr<v1::GetVitalsResponse> GetVitals(const v1::GetVitalsRequest& request) const;
  absl::StatusOr<v1::GetTimeSeriesResponse> GetTimeSeries(
      const v1::GetTimeSeriesRequest& request) const;
  absl::StatusOr<v1::GetPagesResponse> GetPages(const v1::GetPagesRequest& request) const;
  absl::StatusOr<v1::ListSessionsResponse> ListSessions(
      const v1::ListSessionsRequest& request) const;
  absl::StatusOr<v1::GetJourneyResponse> GetJourney(const v1::GetJourneyRequest& request) const;
  absl::StatusOr<v1::GetErrorsResponse> GetErrors(const v1::GetErrorsRequest& request) const;
  absl::StatusOr<v1::GetResourcesResponse> GetResources(
      const v1::GetResourcesRequest& request) const;
  absl::StatusOr<v1::GetApiCallsResponse> GetApiCalls(const v1::GetApiCallsRequest& request) const;
  absl::StatusOr<v1::GetConversionsResponse> GetConversions(
      const v1::GetConversionsRequest& request) const;
  absl::StatusOr<v1::GetJourneysResponse> GetJourneys(const v1::GetJourneysRequest& request) const;
  absl::StatusOr<v1::GetQualityResponse> GetQuality(const v1::GetQualityRequest& request) const;

 private:
  const store::Store* store_;
  std::vector<std::string> sites_;
  std::function<uint64_t()> now_unix_ms_;
  JourneyDefinitions journeys_;
  ReadQuality read_quality_;
  BundleBudgets budgets_;
};

}  // namespace paceline::query
