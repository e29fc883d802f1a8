#include "collector/query/event_scan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collector/query/readable.h"
#include "collector/store/fold.h"

namespace paceline::query {

const std::string& ScannedEvent::Text(uint32_t ref) const { return TextAt(beacon.strings(), ref); }

SessionScan::SessionScan(const store::Store* store, const std::function<uint64_t()>* now_unix_ms,
                         ScanLimits limits)
    : store_(store), now_unix_ms_(now_unix_ms), limits_(limits), began_unix_ms_((*now_unix_ms)()) {}

bool SessionScan::MayGoOn() {
  const bool enough = ++sessions_ > limits_.sessions || records_ > limits_.records ||
                      (*now_unix_ms_)() > began_unix_ms_ + limits_.time_ms;
  truncated_ = truncated_ || enough;
  return !enough;
}

absl::Status SessionScan::ForEachSession(const ScanRequest& request, const VisitSession& visit) {
  absl::Status failed;
  const absl::Status read =
      store_->ReadSessions(request.site, request.range.from_unix_ms, request.range.to_unix_ms,
                           [&](const v1::SessionRecord& session) {
                             if (!MayGoOn()) return false;
                             if (session.dimensions().bot()) return true;
                             if (request.base_sample_only && session.weight_micro() == 0)
                               return true;
                             const auto facts = store_->ReadFacts(session);
                             failed = facts.ok() ? visit(session, *facts) : facts.status();
                             return failed.ok();
                           });
  return read.ok() ? failed : read;
}

absl::Status SessionScan::ForEachEvent(const ScanRequest& request,
                                       const std::function<void(const ScannedEvent&)>& visit) {
  return ForEachSession(
      request, [&](const v1::SessionRecord& session, const std::vector<v1::PageViewFact>& facts) {
        if (std::none_of(facts.begin(), facts.end(), request.wants)) return absl::OkStatus();
        return VisitEvents(request, session, facts, visit);
      });
}

absl::Status SessionScan::VisitEvents(const ScanRequest& request, const v1::SessionRecord& session,
                                      const std::vector<v1::PageViewFact>& facts,
                                      const std::function<void(const ScannedEvent&)>& visit) {
  const auto records = store_->ReadJourney(session);
  if (!records.ok()) return records.status();
  records_ += records->size();
  std::map<std::pair<std::string, uint32_t>, const v1::PageViewFact*> wanted;
  for (const v1::PageViewFact& fact : facts) {
    if (request.wants(fact)) wanted[{fact.document_id(), fact.page_view()}] = &fact;
  }
  for (const store::EffectiveBeacon& effective : store::EffectiveBeacons(*records)) {
    const v1::Beacon& beacon = effective.beacon;
    for (const v1::Event& event : beacon.events()) {
      const auto fact = wanted.find({beacon.document_id(), event.page_view()});
      if (fact == wanted.end()) continue;
      visit({session, *fact->second, beacon, event, store::UnixMsOf(effective, event.at_100us()),
             fact->second->weight_micro()});
    }
  }
  return absl::OkStatus();
}

}  // namespace paceline::query
