#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/query/error_fingerprint.h"
#include "collector/query/event_groups.h"
#include "collector/query/group_map.h"
#include "collector/query/request.h"

namespace paceline::query {
namespace {

struct ErrorSum {
  v1::ErrorGroup group;
  // The session counted last: a session's events come one after the other.
  std::string session_id;
};

std::string GroupKey(const ScannedEvent& scanned) {
  return absl::StrCat(FingerprintOf(scanned.event.error(), scanned.beacon.strings()));
}

// What it was: as the newest one says.
void Describe(const ScannedEvent& scanned, v1::ErrorGroup* group) {
  const v1::Error& error = scanned.event.error();
  group->set_fingerprint(FingerprintOf(error, scanned.beacon.strings()));
  group->set_kind(error.kind());
  group->set_name(scanned.Text(error.name_ref()));
  group->set_message(scanned.Text(error.message_ref()));
  group->set_source(scanned.Text(error.source_ref()));
  group->set_line(error.line());
  group->set_column(error.column());
  group->set_stack(scanned.Text(error.stack_ref()));
  group->set_page_group(scanned.page_view.dimensions().page_group());
  group->set_example_session_id(ToHex(scanned.session.session_id()));
}

void Add(const ScannedEvent& scanned, ErrorSum* sum) {
  const auto at = static_cast<double>(scanned.at_unix_ms);
  const double weight = static_cast<double>(scanned.weight_micro) / kMicroPerUnit;
  v1::ErrorGroup& group = sum->group;
  const bool first = group.recorded_sessions() == 0;
  if (first || at > group.last_seen_unix_ms()) {
    group.set_last_seen_unix_ms(at);
    Describe(scanned, &group);
  }
  if (first || at < group.first_seen_unix_ms()) group.set_first_seen_unix_ms(at);
  group.set_count(group.count() + weight);
  if (sum->session_id == scanned.session.session_id()) return;
  sum->session_id = scanned.session.session_id();
  group.set_recorded_sessions(group.recorded_sessions() + 1);
  group.set_sessions(group.sessions() + weight);
}

}  // namespace

absl::StatusOr<v1::GetErrorsResponse> GroupErrors(const v1::GetErrorsRequest& request,
                                                  const TimeRange& range, uint32_t limit,
                                                  SessionScan* scan) {
  GroupMap<ErrorSum> groups;
  ScanRequest events{request.site(), range};
  events.wants = [&](const v1::PageViewFact& fact) {
    return fact.errors() > 0 && IsOfPage(fact, request.page_group());
  };
  const absl::Status scanned = scan->ForEachEvent(events, [&](const ScannedEvent& event) {
    if (!event.event.has_error()) return;
    if (ErrorSum* sum = groups.Find(GroupKey(event)); sum != nullptr) Add(event, sum);
  });
  if (!scanned.ok()) return scanned;
  v1::GetErrorsResponse response;
  SetRange(range, &response);
  // Errors of sessions that are only kept come last, by how many there are.
  const auto rank = [](const ErrorSum& sum) {
    return std::pair(sum.group.count(), sum.group.recorded_sessions());
  };
  for (const auto& [key, sum] : groups.Largest(limit, rank)) {
    *response.add_errors() = std::move(sum->group);
  }
  response.set_truncated(scan->truncated() || groups.overflowed());
  return response;
}

}  // namespace paceline::query
