#include "collector/analysis/journey_state.h"

#include <algorithm>
#include <utility>

namespace paceline::analysis {
namespace {

constexpr uint64_t kSecond = 1000;
constexpr uint64_t kMinute = 60 * kSecond;

// Turns events into runs, one after the other.
class Follower {
 public:
  explicit Follower(const JourneyDefinition& definition)
      : definition_(definition), patience_ms_(PatienceMs(definition)) {}

  void Take(const JourneyEvent& event) {
    GiveUpBefore(event.at_unix_ms);
    const bool starts = event.kind == JourneyEventKind::kStart;
    if (open_ && starts && !run().completed.empty()) {
      End(JourneyState::kAbandoned, std::string(kRestarted), event.at_unix_ms);
    }
    if (!open_) Begin(event.at_unix_ms);
    Apply(event);
  }

  std::vector<JourneyRun> Finish(uint64_t now_unix_ms) {
    GiveUpBefore(now_unix_ms);
    return std::move(runs_);
  }

 private:
  JourneyRun& run() { return runs_.back(); }

  void Begin(uint64_t at_unix_ms) {
    open_ = true;
    runs_.emplace_back();
    run().began_unix_ms = at_unix_ms;
    run().ended_unix_ms = at_unix_ms;
  }

  void End(JourneyState state, std::string reason, uint64_t at_unix_ms) {
    run().state = state;
    run().reason = std::move(reason);
    run().ended_unix_ms = at_unix_ms;
    open_ = false;
  }

  // A run that failed stays failed; one that runs is abandoned.
  void GiveUpBefore(uint64_t now_unix_ms) {
    if (!open_ || now_unix_ms <= run().ended_unix_ms + patience_ms_) return;
    if (run().state == JourneyState::kFailed) {
      open_ = false;
    } else {
      End(JourneyState::kAbandoned, std::string(kNoProgress), run().ended_unix_ms + patience_ms_);
    }
  }

  void Apply(const JourneyEvent& event) {
    run().ended_unix_ms = event.at_unix_ms;
    switch (event.kind) {
      case JourneyEventKind::kStart:
      case JourneyEventKind::kStepStart:
        return Resume();
      case JourneyEventKind::kStepComplete:
        Resume();
        Complete(event);
        return;
      case JourneyEventKind::kStepFail:
        run().state = JourneyState::kFailed;
        run().failed_step = event.step;
        run().reason = ReasonOf(event);
        return;
      case JourneyEventKind::kComplete:
        return End(JourneyState::kCompleted, {}, event.at_unix_ms);
      case JourneyEventKind::kAbandon:
        return End(JourneyState::kAbandoned, ReasonOf(event), event.at_unix_ms);
      case JourneyEventKind::kUnspecified:
        return;
    }
  }

  static std::string ReasonOf(const JourneyEvent& event) {
    return event.reason.empty() ? std::string(kUnnamed) : event.reason;
  }

  void Resume() {
    run().state = JourneyState::kRunning;
    run().reason.clear();
  }

  void Complete(const JourneyEvent& event) {
    if (run().completed.size() < kMaxCompletedSteps && !HasCompleted(event.step)) {
      run().completed.push_back({event.step, event.at_unix_ms});
    }
    const auto& steps = definition_.steps;
    const bool all = !steps.empty() && std::all_of(steps.begin(), steps.end(),
                                                   [&](const auto& s) { return HasCompleted(s); });
    if (all) End(JourneyState::kCompleted, {}, event.at_unix_ms);
  }

  bool HasCompleted(const std::string& step) {
    const auto& completed = run().completed;
    return std::any_of(completed.begin(), completed.end(),
                       [&](const JourneyStepTime& one) { return one.step == step; });
  }

  const JourneyDefinition& definition_;
  const uint64_t patience_ms_;
  std::vector<JourneyRun> runs_;
  // The last run may go on.
  bool open_ = false;
};

}  // namespace

const std::vector<JourneyDefinition>& DefaultJourneys() {
  static const auto& defaults = *new std::vector<JourneyDefinition>{
      {"student_registration",
       1,
       2 * kMinute,
       {"open", "account", "verify_email", "profile", "interests", "plan", "confirmation"}},
      {"class_booking",
       1,
       3 * kMinute,
       {"browse", "select_class", "select_time", "details", "review", "payment", "confirmation"}},
      {"login", 1, 10 * kSecond, {"open", "credentials", "verification", "signed_in"}},
      {"payment", 1, 1 * kMinute, {"open", "method", "details", "authorization", "confirmation"}},
      {"teacher_onboarding",
       1,
       30 * kMinute,
       {"open", "account", "qualifications", "profile", "availability", "payout", "published"}},
      {"dashboard_loading", 1, 5 * kSecond, {"open", "shell", "data", "interactive"}},
      {"report_generation",
       1,
       15 * kSecond,
       {"open", "parameters", "request", "generation", "shown"}},
  };
  return defaults;
}

uint64_t PatienceMs(const JourneyDefinition& definition) {
  return std::max(kPatienceTargets * definition.target_ms, kMinPatienceMs);
}

std::vector<JourneyRun> FollowJourney(const JourneyDefinition& definition,
                                      const std::vector<JourneyEvent>& events,
                                      uint64_t now_unix_ms) {
  Follower follower(definition);
  for (const JourneyEvent& event : events) follower.Take(event);
  return follower.Finish(now_unix_ms);
}

}  // namespace paceline::analysis
