#include "collector/api/maintenance_routes.h"

#include <google/protobuf/util/json_util.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "collector/api/json.h"
#include "collector/ingest/pseudonyms.h"
#include "collector/ingest/scrub.h"

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

// Reads the request and starts what it asks for.
template <typename Request>
Route PostRoute(std::string path,
                std::function<absl::StatusOr<v1::OperationStatus>(const Request&)> start) {
  Route route;
  route.method = "POST";
  route.path = std::move(path);
  route.max_body_bytes = kMaxRequestBytes;
  route.handler = [start = std::move(start)](const HttpRequest& http, Respond respond) {
    if (IsFromAnotherOrigin(http)) {
      return respond(JsonError(absl::PermissionDeniedError("not from a page of another origin")));
    }
    Request request;
    const auto read =
        google::protobuf::util::JsonStringToMessage(http.body.empty() ? "{}" : http.body, &request);
    if (!read.ok()) {
      return respond(JsonError(absl::InvalidArgumentError(
          absl::StrCat("the body is not the JSON that is expected: ",
                       std::string(read.message().data(), read.message().size())))));
    }
    const absl::StatusOr<v1::OperationStatus> started = start(request);
    respond(started.ok() ? JsonResponse(*started) : JsonError(started.status()));
  };
  return route;
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
    erase.pseudonym = std::string(ingest::kUserPrefix) +
                      ingest::Pseudonyms(secret).Of(request.site(), request.user_id());
    return erase;
  }
  if (!IsSessionId(request.session_id())) {
    return absl::InvalidArgumentError("a session's id has 32 hexadecimal digits");
  }
  erase.session_id = absl::HexStringToBytes(request.session_id());
  return erase;
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
  return {PostRoute<v1::BackupRequest>("/api/v1/backup", backup),
          PostRoute<v1::EraseRequest>("/api/v1/erase", erase),
          PostRoute<v1::OperationRequest>("/api/v1/rebuild", rebuild), std::move(status)};
}

}  // namespace paceline::api
