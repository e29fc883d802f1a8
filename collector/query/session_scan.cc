#include "collector/query/session_scan.h"

#include "collector/query/session_summary.h"

namespace paceline::query {

absl::StatusOr<v1::ListSessionsResponse> ScanSessions(const store::Store& store,
                                                      const v1::ListSessionsRequest& request,
                                                      const TimeRange& range, uint32_t limit) {
  v1::ListSessionsResponse response;
  size_t examined = 0;
  absl::Status failed;
  absl::Status read = store.ReadSessions(
      request.site(), range.from_unix_ms, range.to_unix_ms, [&](const v1::SessionRecord& session) {
        if (++examined > kMaxSessionsExamined) {
          response.set_truncated(true);
          return false;
        }
        const auto facts = store.ReadFacts(session);
        if (!facts.ok()) {
          failed = facts.status();
          return false;
        }
        if (!Matches(request, session, *facts)) return true;
        if (response.sessions_size() == static_cast<int>(limit)) {
          response.set_truncated(true);
          return false;
        }
        *response.add_sessions() = Summarize(session, *facts);
        return true;
      });
  if (!read.ok()) return read;
  if (!failed.ok()) return failed;
  return response;
}

}  // namespace paceline::query
