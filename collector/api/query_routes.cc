#include "collector/api/query_routes.h"

#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "collector/api/json.h"
#include "collector/api/query_params.h"

namespace paceline::api {
namespace {

using receive::HttpRequest;
using receive::Respond;
using receive::Route;

constexpr char kSessionPrefix[] = "/api/v1/sessions/";

template <typename Request, typename Response>
using Ask = std::function<absl::StatusOr<Response>(const Request&)>;
// Takes what the path says into the request. May be empty.
template <typename Request>
using ReadPath = std::function<void(const std::string& path, Request* request)>;

template <typename Request, typename Response>
Route QueryRoute(std::string path, WorkerPool* workers, Ask<Request, Response> ask,
                 ReadPath<Request> read_path = nullptr) {
  Route route;
  route.method = "GET";
  route.path = std::move(path);
  route.handler = [workers, ask = std::move(ask), read_path = std::move(read_path)](
                      const HttpRequest& http, Respond respond) {
    Request request;
    if (absl::Status status = ReadQueryParams(http.query, &request); !status.ok()) {
      return respond(JsonError(status));
    }
    if (read_path) read_path(http.path, &request);
    const auto answer_once = std::make_shared<Respond>(std::move(respond));
    const bool queued = workers->Run([ask, request = std::move(request), answer_once] {
      // One question that needs too much memory must not take the collector with it.
      receive::HttpResponse response;
      try {
        const absl::StatusOr<Response> answer = ask(request);
        response = answer.ok() ? JsonResponse(*answer) : JsonError(answer.status());
      } catch (const std::bad_alloc&) {
        response = JsonError(
            absl::ResourceExhaustedError("The answer needs too much memory; ask for less."));
      }
      (*answer_once)(std::move(response));
    });
    if (!queued) {
      (*answer_once)(JsonError(absl::UnavailableError("Too many questions wait; ask again.")));
    }
  };
  return route;
}

}  // namespace

std::vector<Route> QueryRoutes(const query::QueryEngine* engine, WorkerPool* workers) {
  return {
      QueryRoute<v1::GetSitesRequest, v1::GetSitesResponse>(
          "/api/v1/sites", workers, [engine](const auto& r) { return engine->GetSites(r); }),
      QueryRoute<v1::GetVitalsRequest, v1::GetVitalsResponse>(
          "/api/v1/vitals", workers, [engine](const auto& r) { return engine->GetVitals(r); }),
      QueryRoute<v1::GetTimeSeriesRequest, v1::GetTimeSeriesResponse>(
          "/api/v1/timeseries", workers,
          [engine](const auto& r) { return engine->GetTimeSeries(r); }),
      QueryRoute<v1::GetPagesRequest, v1::GetPagesResponse>(
          "/api/v1/pages", workers, [engine](const auto& r) { return engine->GetPages(r); }),
      QueryRoute<v1::ListSessionsRequest, v1::ListSessionsResponse>(
          "/api/v1/sessions", workers, [engine](const auto& r) { return engine->ListSessions(r); }),
      QueryRoute<v1::GetErrorsRequest, v1::GetErrorsResponse>(
          "/api/v1/errors", workers, [engine](const auto& r) { return engine->GetErrors(r); }),
      QueryRoute<v1::GetResourcesRequest, v1::GetResourcesResponse>(
          "/api/v1/resources", workers,
          [engine](const auto& r) { return engine->GetResources(r); }),
      QueryRoute<v1::GetApiCallsRequest, v1::GetApiCallsResponse>(
          "/api/v1/api-calls", workers, [engine](const auto& r) { return engine->GetApiCalls(r); }),
      QueryRoute<v1::GetConversionsRequest, v1::GetConversionsResponse>(
          "/api/v1/conversions", workers,
          [engine](const auto& r) { return engine->GetConversions(r); }),
      QueryRoute<v1::GetJourneysRequest, v1::GetJourneysResponse>(
          "/api/v1/journeys", workers, [engine](const auto& r) { return engine->GetJourneys(r); }),
      QueryRoute<v1::GetQualityRequest, v1::GetQualityResponse>(
          "/api/v1/quality", workers, [engine](const auto& r) { return engine->GetQuality(r); }),
      QueryRoute<v1::GetJourneyRequest, v1::GetJourneyResponse>(
          absl::StrCat(kSessionPrefix, "*"), workers,
          [engine](const auto& r) { return engine->GetJourney(r); },
          [](const std::string& path, v1::GetJourneyRequest* request) {
            request->set_session_id(path.substr(sizeof kSessionPrefix - 1));
          }),
  };
}

}  // namespace paceline::api
