#include "collector/query/session_scan.h"

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "collector/query/session_summary.h"

namespace paceline::query {
namespace {

// Session records held at once. The store's visitor only collects; facts are read afterwards,
// outside of its scan.
constexpr size_t kBatch = 256;

// Hands out a range's sessions, newest first, in batches.
class SessionBatches {
 public:
  SessionBatches(const store::Store& store, std::string site, const TimeRange& range)
      : store_(store), site_(std::move(site)), range_(range) {}

  // Empty at the end.
  absl::StatusOr<std::vector<v1::SessionRecord>> Next() {
    std::vector<v1::SessionRecord> batch;
    absl::Status status = store_.ReadSessions(site_, range_.from_unix_ms, range_.to_unix_ms,
                                              [&](const v1::SessionRecord& session) {
                                                // The last batch may have ended among sessions of
                                                // the same millisecond.
                                                if (!at_edge_.contains(session.session_id()))
                                                  batch.push_back(session);
                                                return batch.size() < kBatch;
                                              });
    if (!status.ok()) return status;
    if (batch.empty()) return batch;
    const uint64_t edge = batch.back().began_unix_ms();
    if (edge + 1 != range_.to_unix_ms) at_edge_.clear();
    for (const v1::SessionRecord& session : batch) {
      if (session.began_unix_ms() == edge) at_edge_.insert(session.session_id());
    }
    range_.to_unix_ms = edge + 1;
    return batch;
  }

 private:
  const store::Store& store_;
  const std::string site_;
  TimeRange range_;
  // Ids of the sessions handed out that began in the last millisecond of range_.
  std::unordered_set<std::string> at_edge_;
};

}  // namespace

absl::StatusOr<v1::ListSessionsResponse> ScanSessions(const store::Store& store,
                                                      const v1::ListSessionsRequest& request,
                                                      const TimeRange& range, uint32_t limit) {
  v1::ListSessionsResponse response;
  SessionBatches batches(store, request.site(), range);
  size_t examined = 0;
  while (true) {
    const auto batch = batches.Next();
    if (!batch.ok()) return batch.status();
    if (batch->empty()) return response;
    for (const v1::SessionRecord& session : *batch) {
      if (examined++ == kMaxSessionsExamined) {
        response.set_truncated(true);
        return response;
      }
      const auto facts = store.ReadFacts(session);
      if (!facts.ok()) return facts.status();
      if (!Matches(request, *facts)) continue;
      if (response.sessions_size() == static_cast<int>(limit)) {
        response.set_truncated(true);
        return response;
      }
      *response.add_sessions() = Summarize(session, *facts);
    }
  }
}

}  // namespace paceline::query
