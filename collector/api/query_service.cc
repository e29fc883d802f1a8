#include "collector/api/query_service.h"

#include <utility>

#include "absl/status/statusor.h"
#include "collector/receive/grpc_server.h"

namespace paceline::api {

QueryService::QueryService(const query::QueryEngine* engine, std::string token)
    : engine_(engine), token_(std::move(token)) {}

template <typename Response, typename Ask>
grpc::Status QueryService::Answer(const grpc::ServerContext& context, Response* response,
                                  const Ask& ask) const {
  if (grpc::Status status = receive::CheckToken(context, token_); !status.ok()) return status;
  absl::StatusOr<Response> answer = ask();
  if (!answer.ok()) return receive::ToGrpcStatus(answer.status());
  *response = *std::move(answer);
  return grpc::Status::OK;
}

grpc::Status QueryService::GetSites(grpc::ServerContext* context,
                                    const v1::GetSitesRequest* request,
                                    v1::GetSitesResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetSites(*request); });
}

grpc::Status QueryService::GetVitals(grpc::ServerContext* context,
                                     const v1::GetVitalsRequest* request,
                                     v1::GetVitalsResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetVitals(*request); });
}

grpc::Status QueryService::GetTimeSeries(grpc::ServerContext* context,
                                         const v1::GetTimeSeriesRequest* request,
                                         v1::GetTimeSeriesResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetTimeSeries(*request); });
}

grpc::Status QueryService::GetPages(grpc::ServerContext* context,
                                    const v1::GetPagesRequest* request,
                                    v1::GetPagesResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetPages(*request); });
}

grpc::Status QueryService::ListSessions(grpc::ServerContext* context,
                                        const v1::ListSessionsRequest* request,
                                        v1::ListSessionsResponse* response) {
  return Answer(*context, response, [&] { return engine_->ListSessions(*request); });
}

grpc::Status QueryService::GetJourney(grpc::ServerContext* context,
                                      const v1::GetJourneyRequest* request,
                                      v1::GetJourneyResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetJourney(*request); });
}

grpc::Status QueryService::GetErrors(grpc::ServerContext* context,
                                     const v1::GetErrorsRequest* request,
                                     v1::GetErrorsResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetErrors(*request); });
}

grpc::Status QueryService::GetResources(grpc::ServerContext* context,
                                        const v1::GetResourcesRequest* request,
                                        v1::GetResourcesResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetResources(*request); });
}

grpc::Status QueryService::GetApiCalls(grpc::ServerContext* context,
                                       const v1::GetApiCallsRequest* request,
                                       v1::GetApiCallsResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetApiCalls(*request); });
}

grpc::Status QueryService::GetConversions(grpc::ServerContext* context,
                                          const v1::GetConversionsRequest* request,
                                          v1::GetConversionsResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetConversions(*request); });
}

grpc::Status QueryService::GetJourneys(grpc::ServerContext* context,
                                       const v1::GetJourneysRequest* request,
                                       v1::GetJourneysResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetJourneys(*request); });
}

grpc::Status QueryService::GetQuality(grpc::ServerContext* context,
                                      const v1::GetQualityRequest* request,
                                      v1::GetQualityResponse* response) {
  return Answer(*context, response, [&] { return engine_->GetQuality(*request); });
}

}  // namespace paceline::api
