// Reads the calls of the agent's programming interface: track, conversion, metric, feedback,
// journey. Entry.Call has them as they were made, as texts; docs/agent.md says what they mean.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/base/pod_vector.h"
#include "core/base/string_pool.h"
#include "core/behavior/bounce_risk.h"
#include "core/wire/event.h"

namespace paceline::core {

// What a conversion tells besides its own arguments. `pages_visited` comes from those.
struct ConversionFacts {
  BounceRiskFacts felt;
  std::optional<uint64_t> fid_100us;
};

// Arguments and key-value pairs, as numbers of the pool.
struct CallView {
  PoolRef name = 0;
  std::span<const PoolRef> arguments;
};

class CallInterpreter {
 public:
  // The event that the call is; monostate for one that is not known, has arguments that make no
  // sense, or tells a conversion once more that this document told before (same type, same id).
  // `bytes`: gets what an EncodedEvent points to.
  decltype(Event::what) Interpret(const CallView& call, const ConversionFacts& facts,
                                  StringPool* strings, std::string* bytes);

 private:
  // Type and id of the latest conversions with an id.
  struct Told {
    PoolRef type = 0;
    PoolRef id = 0;
  };

  bool IsToldBefore(PoolRef type, PoolRef id);

  PodVector<Told> told_;
  size_t next_told_ = 0;
};

// True for a conversion, and for a step that failed: the session is worth keeping.
bool IsWorthKeeping(const decltype(Event::what)& event);

}  // namespace paceline::core
