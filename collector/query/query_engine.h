// Answers the questions of query.proto from the store. The same engine serves gRPC and HTTP JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/analysis/journey_state.h"
#include "paceline/v1/query.pb.h"

namespace paceline::store {
class Store;
}

namespace paceline::query {

using JourneyDefinitions = std::map<std::string, std::vector<analysis::JourneyDefinition>>;

// Thread-safe. Errors: InvalidArgument (with what would be right), NotFound (unknown site or
// session), Unavailable.
class QueryEngine {
 public:
  // `store` outlives the engine. `now_unix_ms` is asked for default ranges.
  // `journeys`: by site; a site without an entry has analysis::DefaultJourneys.
  QueryEngine(const store::Store* store, std::vector<std::string> sites,
              std::function<uint64_t()> now_unix_ms, JourneyDefinitions journeys = {});

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

 private:
  const store::Store* store_;
  std::vector<std::string> sites_;
  std::function<uint64_t()> now_unix_ms_;
  JourneyDefinitions journeys_;
};

}  // namespace paceline::query
