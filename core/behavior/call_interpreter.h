// Reads the calls of the agent's programming interface: track, conversion, metric, feedback,
// journey. Entry.Call has them as they were made, as texts; docs/agent.md says what they mean.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/ring.h"
#include "core/base/string_pool.h"
#include "core/behavior/bounce_risk.h"
#include "core/wire/event.h"

namespace paceline::core {

// What a conversion tells besides its own arguments. `pages_visited` comes from those.
struct ConversionFacts {
  BounceRiskFacts felt;
  uint64_t fid_100us = kNotMeasured;
};

// Arguments and key-value pairs, as numbers of the pool.
struct CallView {
  PoolRef name = 0;
  std::span<const PoolRef> arguments;
};

// The event that a call is.
struct CallEvent {
  EventField kind = kNoEvent;
  // The session is worth keeping for it: a conversion, or a step that failed.
  bool worth_keeping = false;
};

class CallInterpreter {
 public:
  // Writes the event's message to `message`, which is empty. kNoEvent for a call that is not known,
  // has arguments that make no sense, or tells a conversion once more that this document told
  // before (same type, same id).
  CallEvent Interpret(const CallView& call, const ConversionFacts& facts, StringPool* strings,
                      Bytes* message);

 private:
  // Type and id of a conversion.
  struct Told {
    PoolRef type = 0;
    PoolRef id = 0;
  };

  bool IsToldBefore(PoolRef type, PoolRef id);

  // The latest with an id.
  Ring<Told, kMaxRememberedConversions> told_;
};

}  // namespace paceline::core
