// QueryService over gRPC: the same engine as GET /api/v1/….
#pragma once

#include <string>

#include "collector/query/query_engine.h"
#include "paceline/v1/query.grpc.pb.h"

namespace paceline::api {

class QueryService final : public v1::QueryService::Service {
 public:
  // The engine outlives the server that has this service. `token`: `auth.token`; empty: none is
  // asked for.
  QueryService(const query::QueryEngine* engine, std::string token);

  grpc::Status GetSites(grpc::ServerContext* context, const v1::GetSitesRequest* request,
                        v1::GetSitesResponse* response) override;
  grpc::Status GetVitals(grpc::ServerContext* context, const v1::GetVitalsRequest* request,
                         v1::GetVitalsResponse* response) override;
  grpc::Status GetTimeSeries(grpc::ServerContext* context, const v1::GetTimeSeriesRequest* request,
                             v1::GetTimeSeriesResponse* response) override;
  grpc::Status GetPages(grpc::ServerContext* context, const v1::GetPagesRequest* request,
                        v1::GetPagesResponse* response) override;
  grpc::Status ListSessions(grpc::ServerContext* context, const v1::ListSessionsRequest* request,
                            v1::ListSessionsResponse* response) override;
  grpc::Status GetJourney(grpc::ServerContext* context, const v1::GetJourneyRequest* request,
                          v1::GetJourneyResponse* response) override;
  grpc::Status GetErrors(grpc::ServerContext* context, const v1::GetErrorsRequest* request,
                         v1::GetErrorsResponse* response) override;
  grpc::Status GetResources(grpc::ServerContext* context, const v1::GetResourcesRequest* request,
                            v1::GetResourcesResponse* response) override;
  grpc::Status GetApiCalls(grpc::ServerContext* context, const v1::GetApiCallsRequest* request,
                           v1::GetApiCallsResponse* response) override;
  grpc::Status GetConversions(grpc::ServerContext* context,
                              const v1::GetConversionsRequest* request,
                              v1::GetConversionsResponse* response) override;
  grpc::Status GetJourneys(grpc::ServerContext* context, const v1::GetJourneysRequest* request,
                           v1::GetJourneysResponse* response) override;
  grpc::Status GetQuality(grpc::ServerContext* context, const v1::GetQualityRequest* request,
                          v1::GetQualityResponse* response) override;

 private:
  template <typename Response, typename Ask>
  grpc::Status Answer(const grpc::ServerContext& context, Response* response, const Ask& ask) const;

  const query::QueryEngine* const engine_;
  const std::string token_;
};

}  // namespace paceline::api
