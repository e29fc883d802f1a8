#include "collector/query/journey_summary.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "collector/query/group_map.h"
#include "core/base/units.h"
#include "core/base/utf8.h"
#include "core/sketch/ddsketch.h"

namespace paceline::query {
namespace {

using analysis::JourneyDefinition;
using analysis::JourneyRun;
using analysis::JourneyState;

// Of one journey: more is no longer told apart.
constexpr size_t kMaxReasons = 100;
constexpr size_t kMaxSteps = 64;

// Of one session, all journeys together.
constexpr size_t kMaxEventsPerSession = 10'000;
// A name in a definition is shorter.
constexpr size_t kMaxTextBytes = 128;

struct StepSum {
  double reached = 0;
  double failed = 0;
  core::DdSketch time_100us;
};

struct JourneySum {
  JourneyDefinition definition;
  // As defined; without a definition in the order in which they were seen.
  std::vector<std::pair<std::string, StepSum>> steps;
  double by_state[4] = {};
  double within_target = 0;
  std::map<std::string, double> reasons;
  core::DdSketch time_100us;
};

void AddTime(uint64_t from_unix_ms, uint64_t to_unix_ms, uint64_t weight_micro,
             core::DdSketch* sketch) {
  const uint64_t ms = to_unix_ms - std::min(from_unix_ms, to_unix_ms);
  sketch->Add(ms * core::k100usPerMillisecond, weight_micro);
}

double MedianMs(const core::DdSketch& sketch) {
  return sketch.Quantile(0.5) / core::k100usPerMillisecond;
}

// Null when there is no room for another.
StepSum* FindStep(const std::string& step, JourneySum* sum) {
  for (auto& [name, one] : sum->steps) {
    if (name == step) return &one;
  }
  const bool defined = !sum->definition.steps.empty();
  if (defined || step.empty() || sum->steps.size() >= kMaxSteps) return nullptr;
  return &sum->steps.emplace_back(step, StepSum()).second;
}

// A defined step counts as reached when it, or one behind it, was completed.
void CountReached(const JourneyRun& run, double weight, JourneySum* sum) {
  if (sum->definition.steps.empty()) {
    for (const auto& done : run.completed) {
      if (StepSum* step = FindStep(done.step, sum)) step->reached += weight;
    }
    return;
  }
  size_t reached = run.state == JourneyState::kCompleted ? sum->steps.size() : 0;
  for (const auto& done : run.completed) {
    for (size_t i = reached; i < sum->steps.size(); ++i) {
      if (sum->steps[i].first == done.step) reached = i + 1;
    }
  }
  for (size_t i = 0; i < reached; ++i) sum->steps[i].second.reached += weight;
}

void AddRun(const JourneyRun& run, uint64_t weight_micro, JourneySum* sum) {
  const double weight = static_cast<double>(weight_micro) / kMicroPerUnit;
  sum->by_state[static_cast<size_t>(run.state)] += weight;
  CountReached(run, weight, sum);
  uint64_t before = run.began_unix_ms;
  for (const auto& done : run.completed) {
    if (StepSum* step = FindStep(done.step, sum)) {
      AddTime(before, done.at_unix_ms, weight_micro, &step->time_100us);
    }
    before = done.at_unix_ms;
  }
  if (run.state == JourneyState::kFailed) {
    if (StepSum* step = FindStep(run.failed_step, sum)) step->failed += weight;
  }
  if (run.state == JourneyState::kFailed || run.state == JourneyState::kAbandoned) {
    const bool room = sum->reasons.size() < kMaxReasons || sum->reasons.contains(run.reason);
    sum->reasons[room ? run.reason : std::string("other")] += weight;
  }
  if (run.state != JourneyState::kCompleted) return;
  AddTime(run.began_unix_ms, run.ended_unix_ms, weight_micro, &sum->time_100us);
  const uint64_t target = sum->definition.target_ms;
  if (target > 0 && run.ended_unix_ms <= run.began_unix_ms + target) sum->within_target += weight;
}

v1::JourneySummary Show(const std::string& name, const JourneySum& sum) {
  const auto count = [&](JourneyState state) { return sum.by_state[static_cast<size_t>(state)]; };
  v1::JourneySummary summary;
  summary.set_journey(name);
  summary.set_version(sum.definition.version);
  summary.set_target_ms(static_cast<double>(sum.definition.target_ms));
  summary.set_running(count(JourneyState::kRunning));
  summary.set_completed(count(JourneyState::kCompleted));
  summary.set_failed(count(JourneyState::kFailed));
  summary.set_abandoned(count(JourneyState::kAbandoned));
  summary.set_started(summary.running() + summary.completed() + summary.failed() +
                      summary.abandoned());
  summary.set_median_ms(MedianMs(sum.time_100us));
  if (summary.completed() > 0) summary.set_within_target(sum.within_target / summary.completed());
  std::vector<std::pair<std::string, double>> reasons(sum.reasons.begin(), sum.reasons.end());
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [reason, times] : reasons) {
    v1::JourneyReason* shown = summary.add_reasons();
    shown->set_reason(reason);
    shown->set_count(times);
  }
  for (const auto& [step, one] : sum.steps) {
    v1::JourneyStepSummary* shown = summary.add_steps();
    shown->set_step(step);
    shown->set_reached(one.reached);
    shown->set_failed(one.failed);
    shown->set_median_ms(MedianMs(one.time_100us));
  }
  return summary;
}

// The journeys of one session: a session's events come one after the other.
struct SessionSteps {
  std::string session_id;
  uint64_t weight_micro = 0;
  size_t event_count = 0;
  std::map<std::string, std::vector<analysis::JourneyEvent>> events;
};

std::string CutTextAt(const ScannedEvent& scanned, uint32_t ref) {
  return std::string(core::CutUtf8(scanned.Text(ref), kMaxTextBytes));
}

class Summarizer {
 public:
  Summarizer(const std::vector<JourneyDefinition>& definitions, std::string_view wanted,
             uint64_t now_unix_ms)
      : definitions_(definitions),
        wanted_(core::CutUtf8(wanted, kMaxTextBytes)),
        now_unix_ms_(now_unix_ms) {}

  void Take(const ScannedEvent& scanned) {
    if (!scanned.event.has_journey_step()) return;
    const v1::Event::JourneyStep& step = scanned.event.journey_step();
    const std::string journey = CutTextAt(scanned, step.journey_ref());
    if (!wanted_.empty() && journey != wanted_) return;
    if (session_.session_id != scanned.session.session_id()) {
      FinishSession();
      session_.session_id = scanned.session.session_id();
      session_.weight_micro = scanned.session.weight_micro();
    }
    if (session_.event_count >= kMaxEventsPerSession) {
      overflowed_ = true;
      return;
    }
    ++session_.event_count;
    session_.events[journey].push_back({static_cast<analysis::JourneyEventKind>(step.kind()),
                                        CutTextAt(scanned, step.step_ref()),
                                        CutTextAt(scanned, step.reason_ref()), scanned.at_unix_ms});
  }

  void FinishSession() {
    for (auto& [journey, events] : session_.events) {
      std::stable_sort(events.begin(), events.end(),
                       [](const auto& a, const auto& b) { return a.at_unix_ms < b.at_unix_ms; });
      JourneySum* sum = Find(journey);
      if (sum == nullptr) continue;
      for (const JourneyRun& run : analysis::FollowJourney(sum->definition, events, now_unix_ms_)) {
        AddRun(run, session_.weight_micro, sum);
      }
    }
    session_ = {};
  }

  void Show(v1::GetJourneysResponse* response) {
    for (const JourneyDefinition& definition : definitions_) {
      const auto sum = sums_.find(definition.name);
      if (sum == sums_.end()) continue;
      *response->add_journeys() = query::Show(sum->first, sum->second);
      sums_.erase(sum);
    }
    for (const auto& [name, sum] : sums_) *response->add_journeys() = query::Show(name, sum);
    response->set_truncated(overflowed_);
  }

 private:
  // Null when there is no room for another.
  JourneySum* Find(const std::string& journey) {
    const auto found = sums_.find(journey);
    if (found != sums_.end()) return &found->second;
    if (sums_.size() >= kMaxGroups) {
      overflowed_ = true;
      return nullptr;
    }
    JourneySum& sum = sums_[journey];
    sum.definition.name = journey;
    for (const JourneyDefinition& definition : definitions_) {
      if (definition.name == journey) sum.definition = definition;
    }
    for (const std::string& step : sum.definition.steps) sum.steps.emplace_back(step, StepSum());
    return &sum;
  }

  const std::vector<JourneyDefinition>& definitions_;
  const std::string wanted_;
  const uint64_t now_unix_ms_;
  std::map<std::string, JourneySum> sums_;
  SessionSteps session_;
  bool overflowed_ = false;
};

}  // namespace

absl::StatusOr<v1::GetJourneysResponse> SummarizeJourneys(
    const v1::GetJourneysRequest& request, const TimeRange& range,
    const std::vector<JourneyDefinition>& definitions, uint64_t now_unix_ms, SessionScan* scan) {
  Summarizer summarizer(definitions, request.journey(), now_unix_ms);
  ScanRequest events{request.site(), range, /*base_sample_only=*/true};
  events.wants = [](const v1::PageViewFact& fact) { return fact.journey_steps() > 0; };
  const absl::Status scanned =
      scan->ForEachEvent(events, [&](const ScannedEvent& event) { summarizer.Take(event); });
  if (!scanned.ok()) return scanned;
  summarizer.FinishSession();
  v1::GetJourneysResponse response;
  SetRange(range, &response);
  summarizer.Show(&response);
  response.set_truncated(response.truncated() || scan->truncated());
  return response;
}

}  // namespace paceline::query
