#include "collector/api/maintenance_routes.h"

#include <google/protobuf/util/json_util.h>

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "collector/api/json.h"
#include "collector/ingest/pseudonyms.h"
#include "collector/ingest/scrub.h"
#include "collector/query/request.h"
#include "collector/query/time_range.h"

namespace paceline::api {
namespace {

using receive::HttpRequest;
using receive::Respond;
using receive::Route;

constexpr uint64_t kMaxRequestBytes = 64u << 10;
constexpr size_t kSessionIdDigits = 32;

// A browser says where the page is from that asks. Another site's page could reach this address, on
// the operator's own machine, without the operator.
bool IsFromAnotherOrigin(const HttpRequest& request) {
  absl::string_view origin = request.origin;
  if (origin.empty()) return false;
  if (!absl::ConsumePrefix(&origin, "http://")) absl::ConsumePrefix(&origin, "https://");
  return origin != request.host;
}

bool IsSessionId(const std::string& text) {
  return text.size() == kSessionIdDigits &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

template <typename Request>
absl::StatusOr<Request> ReadPost(const HttpRequest& http) {
  if (IsFromAnotherOrigin(http)) {
    return absl::PermissionDeniedError("not from a page of another origin");
  }
  Request request;
  const auto read =
      google::protobuf::util::JsonStringToMessage(http.body.empty() ? "{}" : http.body, &request);
  if (read.ok()) return request;
  return absl::InvalidArgumentError(
      absl::StrCat("the body is not the JSON that is expected: ",
                   std::string(read.message().data(), read.message().size())));
}

Route PostRoute(std::string path, receive::Handler handler) {
  Route route;
  route.method = "POST";
  route.path = std::move(path);
  route.max_body_bytes = kMaxRequestBytes;
  route.handler = std::move(handler);
  return route;
}

// Starts what the request asks for.
template <typename Request>
Route StartRoute(std::string path,
                 std::function<absl::StatusOr<v1::OperationStatus>(const Request&)> start) {
  return PostRoute(std::move(path),
                   [start = std::move(start)](const HttpRequest& http, Respond respond) {
                     const absl::StatusOr<Request> request = ReadPost<Request>(http);
                     if (!request.ok()) return respond(JsonError(request.status()));
                     const absl::StatusOr<v1::OperationStatus> started = start(*request);
                     respond(started.ok() ? JsonResponse(*started) : JsonError(started.status()));
                   });
}

}  // namespace

absl::StatusOr<store::EraseRequest> ToEraseRequest(const v1::EraseRequest& request,
                                                   const std::string& secret,
                                                   uint64_t now_unix_ms) {
  if (request.site().empty()) return absl::InvalidArgumentError("name the site");
  if (request.session_id().empty() == request.user_id().empty()) {
    return absl::InvalidArgumentError("name a session or a user");
  }
  store::EraseRequest erase;
  erase.site = request.site();
  erase.now_unix_ms = now_unix_ms;
  if (!request.user_id().empty()) {
    const ingest::Pseudonyms pseudonyms(secret);
    for (const std::string& id :
         {request.user_id(), ingest::UserIdOfPage(request.site(), request.user_id())}) {
      erase.pseudonyms.push_back(pseudonyms.OfUser(request.site(), id));
    }
    return erase;
  }
  if (!IsSessionId(request.session_id())) {
    return absl::InvalidArgumentError("a session's id has 32 hexadecimal digits");
  }
  erase.session_id = absl::HexStringToBytes(request.session_id());
  return erase;
}

absl::StatusOr<ingest::PageViewsByDay> ToPageViewsByDay(const v1::ServerPageViewsRequest& request,
                                                        const std::vector<std::string>& sites,
                                                        uint64_t now_unix_ms) {
  if (absl::Status status = query::CheckSite(request.site(), sites); !status.ok()) return status;
  if (request.days().empty()) return absl::InvalidArgumentError("name at least one day");
  ingest::PageViewsByDay days;
  for (const v1::ServerPageViewsDay& one : request.days()) {
    absl::CivilDay day;
    if (!absl::ParseCivilTime(one.day(), &day) || day < absl::CivilDay(1970)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", one.day(), "' is no day; 2026-11-20 is one, for example"));
    }
    const auto number = static_cast<uint64_t>(day - absl::CivilDay(1970));
    if (number >= now_unix_ms / query::kDayMs) {
      return absl::InvalidArgumentError(
          absl::StrCat("the day ", one.day(), " (UTC) is not over yet"));
    }
    if (!days.emplace(static_cast<uint32_t>(number), one.page_views()).second) {
      return absl::InvalidArgumentError(absl::StrCat("the day ", one.day(), " is there twice"));
    }
  }
  return days;
}

std::string Describe(const ingest::PageViewsByDay& days) {
  uint64_t page_views = 0;
  for (const auto& [day, count] : days) page_views += count;
  return absl::StrCat("noted ", page_views, " page views of servers on ", days.size(),
                      days.size() == 1 ? " day" : " days");
}

std::string Describe(const store::BackupInfo& backup, const std::string& dir) {
  return absl::StrCat("backup ", backup.number, " in ", dir, ": ", backup.files, " files, ",
                      backup.size_bytes, " bytes");
}

std::string Describe(const store::EraseReport& report) {
  return absl::StrCat("erased ", report.sessions, " sessions with ", report.records,
                      " records and ", report.page_views, " page views");
}

std::string Describe(const store::RebuildReport& report) {
  std::string text =
      absl::StrCat("views made anew from ", report.records, " records: ", report.facts_changed,
                   " page views, ", report.sessions_changed, " entries of sessions and ",
                   report.rollup_cells_changed, " rollup cells were not what they are now");
  if (report.entries_kept > 0) {
    absl::StrAppend(&text, "; ", report.entries_kept,
                    " entries stay as they were, for records they were made of are gone");
  }
  return text;
}

std::vector<Route> MaintenanceRoutes(store::Store* store, Operations* operations,
                                     std::function<uint64_t()> now_unix_ms) {
  const auto backup =
      [store, operations](const v1::BackupRequest& request) -> absl::StatusOr<v1::OperationStatus> {
    if (request.to().empty() || request.to().front() != '/') {
      return absl::InvalidArgumentError("'to' has to be an absolute path on this machine");
    }
    return operations->Start(
        "backup", "bytes",
        [store, request](const Operations::Progress& progress) -> absl::StatusOr<std::string> {
          const auto made = store->BackUp(request.to(), request.keep(),
                                          [&](uint64_t done) { progress(done, 0); });
          if (!made.ok()) return made.status();
          return Describe(*made, request.to());
        });
  };
  const auto erase = [store, operations, now_unix_ms](
                         const v1::EraseRequest& request) -> absl::StatusOr<v1::OperationStatus> {
    const auto wanted = ToEraseRequest(request, store->Secret(), now_unix_ms());
    if (!wanted.ok()) return wanted.status();
    return operations->Start(
        "erase", "sessions",
        [store, wanted](const Operations::Progress& progress) -> absl::StatusOr<std::string> {
          const auto erased = store->Erase(*wanted, progress);
          if (!erased.ok()) return erased.status();
          return Describe(*erased);
        });
  };
  const auto rebuild =
      [store, operations](const v1::OperationRequest&) -> absl::StatusOr<v1::OperationStatus> {
    return operations->Start(
        "rebuild", "records",
        [store](const Operations::Progress& progress) -> absl::StatusOr<std::string> {
          const auto rebuilt = store->Rebuild(progress);
          if (!rebuilt.ok()) return rebuilt.status();
          return Describe(*rebuilt);
        });
  };
  Route status;
  status.method = "GET";
  status.path = "/api/v1/operation";
  status.handler = [operations](const HttpRequest&, Respond respond) {
    respond(JsonResponse(operations->Status()));
  };
  return {StartRoute<v1::BackupRequest>("/api/v1/backup", backup),
          StartRoute<v1::EraseRequest>("/api/v1/erase", erase),
          StartRoute<v1::OperationRequest>("/api/v1/rebuild", rebuild), std::move(status)};
}

Route ServerPageViewsRoute(ingest::QualityLog* quality, WorkerPool* workers,
                           std::vector<std::string> sites, std::function<uint64_t()> now_unix_ms) {
  const auto answer = [quality, sites = std::move(sites), now_unix_ms = std::move(now_unix_ms)](
                          const v1::ServerPageViewsRequest& request) {
    const auto days = ToPageViewsByDay(request, sites, now_unix_ms());
    if (!days.ok()) return JsonError(days.status());
    const absl::Status written = quality->WriteServerPageViews(request.site(), *days);
    if (!written.ok()) return JsonError(written);
    v1::OperationStatus done;
    done.set_name("server-page-views");
    done.set_state(v1::OperationStatus::STATE_DONE);
    done.set_message(Describe(*days));
    return JsonResponse(done);
  };
  return PostRoute("/api/v1/server-page-views", [answer, workers](const HttpRequest& http,
                                                                  Respond respond) {
    auto request = ReadPost<v1::ServerPageViewsRequest>(http);
    if (!request.ok()) return respond(JsonError(request.status()));
    // It waits for the disk, which no event loop should.
    const auto answer_once = std::make_shared<Respond>(std::move(respond));
    const bool queued = workers->Run(
        [answer, answer_once, request = *std::move(request)] { (*answer_once)(answer(request)); });
    if (!queued) {
      (*answer_once)(JsonError(absl::UnavailableError("Too many questions wait; send it again.")));
    }
  });
}

}  // namespace paceline::api
