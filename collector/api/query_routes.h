// GET /api/v1/…: the questions of query.proto over HTTP.
#pragma once

#include <vector>

#include "collector/api/worker_pool.h"
#include "collector/query/query_engine.h"
#include "collector/receive/http.h"

namespace paceline::api {

// Engine and workers outlive the server.
std::vector<receive::Route> QueryRoutes(const query::QueryEngine* engine, WorkerPool* workers);

}  // namespace paceline::api
