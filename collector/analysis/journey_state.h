// What became of a visitor's journeys: a registration, a booking, a payment.
//
// The page tells steps; here, and only here, they become runs with a state, because a run is
// abandoned after the page is gone. Pure: the time is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paceline::analysis {

// As the site defines it. Without steps and target it is whatever its events say.
struct JourneyDefinition {
  std::string name;
  uint32_t version = 1;
  // 0: none.
  uint64_t target_ms = 0;
  std::vector<std::string> steps;
};

// The journeys of a course site, for sites that define none by these names.
const std::vector<JourneyDefinition>& DefaultJourneys();

// A run is abandoned after three times the target without progress, at least 30 min.
inline constexpr uint64_t kPatienceTargets = 3;
inline constexpr uint64_t kMinPatienceMs = 30ull * 60 * 1000;
uint64_t PatienceMs(const JourneyDefinition& definition);

// The numbers are Event.JourneyStep.Kind's.
enum class JourneyEventKind : uint8_t {
  kUnspecified = 0,
  kStart = 1,
  kStepStart = 2,
  kStepComplete = 3,
  kStepFail = 4,
  kComplete = 5,
  kAbandon = 6,
};

struct JourneyEvent {
  JourneyEventKind kind = JourneyEventKind::kUnspecified;
  std::string step;
  std::string reason;
  uint64_t at_unix_ms = 0;
};

enum class JourneyState : uint8_t { kRunning, kCompleted, kFailed, kAbandoned };

struct JourneyStepTime {
  std::string step;
  // When it was completed.
  uint64_t at_unix_ms = 0;
};

// Of one run; further ones are left out. A definition has fewer.
inline constexpr size_t kMaxCompletedSteps = 64;

// One way through a journey.
struct JourneyRun {
  JourneyState state = JourneyState::kRunning;
  // Of kFailed and kAbandoned: the site's own, or kNoProgress, kRestarted, kUnnamed.
  std::string reason;
  // The step that failed last; empty when none did.
  std::string failed_step;
  uint64_t began_unix_ms = 0;
  // When it was completed, failed or given up; of a running one, its last progress.
  uint64_t ended_unix_ms = 0;
  // In the order of completion, each once.
  std::vector<JourneyStepTime> completed;
};

inline constexpr std::string_view kNoProgress = "no progress";
inline constexpr std::string_view kRestarted = "restarted";
inline constexpr std::string_view kUnnamed = "no reason given";

// The runs of one journey in one session. `events` are in the order of time. An event without a run
// begins one; so does a start behind a completed step, and whatever comes after patience has ended.
// A failed run goes on with its next step. It is complete when its events say so, or when all steps
// of the definition are.
std::vector<JourneyRun> FollowJourney(const JourneyDefinition& definition,
                                      const std::vector<JourneyEvent>& events,
                                      uint64_t now_unix_ms);

}  // namespace paceline::analysis
