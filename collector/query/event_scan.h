// Looks through the events of a site's sessions, for questions that no rollup answers.
//
// The facts say which sessions have what is asked for, so that the records of the others are not
// read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/query/time_range.h"
#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"
#include "paceline/v1/record.pb.h"

namespace paceline::query {

// What one question may cost. Beyond it the answer says that it is truncated.
struct ScanLimits {
  size_t sessions = 20'000;
  size_t records = 100'000;
  uint64_t time_ms = 4'000;
};

// Different errors, resources and the like that one question keeps apart: bounds its memory.
inline constexpr size_t kMaxGroups = 5'000;

struct ScannedEvent {
  const v1::SessionRecord& session;
  const v1::PageViewFact& page_view;
  const v1::Beacon& beacon;
  const v1::Event& event;
  uint64_t at_unix_ms = 0;
  // In millionths; 0: kept for drill-down only.
  uint64_t weight_micro = 0;

  // Text of one of the beacon's references.
  const std::string& Text(uint32_t ref) const;
};

struct ScanRequest {
  std::string site;
  // Sessions that began in it, newest first. Bots are passed over.
  TimeRange range;
  // Sessions that are only kept for drill-down are passed over too.
  bool base_sample_only = false;
  // Whether a page view has events that are asked for.
  std::function<bool(const v1::PageViewFact&)> wants = {};
};

// Runs one question.
class SessionScan {
 public:
  // Both outlive the object.
  SessionScan(const store::Store* store, const std::function<uint64_t()>* now_unix_ms,
              ScanLimits limits = {});

  using VisitSession =
      std::function<absl::Status(const v1::SessionRecord&, const std::vector<v1::PageViewFact>&)>;
  // Sessions with their page views, whether wanted or not.
  absl::Status ForEachSession(const ScanRequest& request, const VisitSession& visit);

  // Events of wanted page views; those of a session one after the other, in the order of its
  // records.
  absl::Status ForEachEvent(const ScanRequest& request,
                            const std::function<void(const ScannedEvent&)>& visit);

  // There was more.
  bool truncated() const { return truncated_; }

 private:
  bool MayGoOn();
  absl::Status VisitEvents(const ScanRequest& request, const v1::SessionRecord& session,
                           const std::vector<v1::PageViewFact>& facts,
                           const std::function<void(const ScannedEvent&)>& visit);

  const store::Store* const store_;
  const std::function<uint64_t()>* const now_unix_ms_;
  const ScanLimits limits_;
  const uint64_t began_unix_ms_;
  size_t sessions_ = 0;
  size_t records_ = 0;
  bool truncated_ = false;
};

}  // namespace paceline::query
