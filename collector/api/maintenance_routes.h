// Private routes by which an operator has the running collector do what a command would do on its
// data: POST /api/v1/backup, /api/v1/erase, /api/v1/rebuild; GET /api/v1/operation says how far it
// is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/api/operations.h"
#include "collector/api/worker_pool.h"
#include "collector/ingest/quality_log.h"
#include "collector/receive/http.h"
#include "collector/store/store.h"
#include "paceline/v1/operation.pb.h"

namespace paceline::api {

// What /api/v1/erase asks the store for. InvalidArgument: it names nobody, or two. `secret` is
// Store::Secret.
absl::StatusOr<store::EraseRequest> ToEraseRequest(const v1::EraseRequest& request,
                                                   const std::string& secret, uint64_t now_unix_ms);

// What /api/v1/server-page-views notes. NotFound: no such site. InvalidArgument: no days, one that
// is not over, or that is none.
absl::StatusOr<ingest::PageViewsByDay> ToPageViewsByDay(const v1::ServerPageViewsRequest& request,
                                                        const std::vector<std::string>& sites,
                                                        uint64_t now_unix_ms);

// In a sentence.
std::string Describe(const ingest::PageViewsByDay& days);
std::string Describe(const store::BackupInfo& backup, const std::string& dir);
std::string Describe(const store::EraseReport& report);
std::string Describe(const store::RebuildReport& report);

// All outlive the server. Pages of other origins may not ask.
std::vector<receive::Route> MaintenanceRoutes(store::Store* store, Operations* operations,
                                              std::function<uint64_t()> now_unix_ms);

// POST /api/v1/server-page-views, whose answer comes when it is on disk. All outlive the server.
receive::Route ServerPageViewsRoute(ingest::QualityLog* quality, WorkerPool* workers,
                                    std::vector<std::string> sites,
                                    std::function<uint64_t()> now_unix_ms);

}  // namespace paceline::api
