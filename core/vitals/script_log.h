// The scripts that long animation frames told of, and the longest that ran while an interaction
// waited for its next paint.
#pragma once

#include <cstdint>

#include "core/base/pod_vector.h"
#include "core/wire/entry.h"
#include "core/wire/event.h"

namespace paceline::core {

class ScriptLog {
 public:
  // `script`'s references are numbers of the pool.
  void Add(const Script& script);

  // Takes over into `attribution` the longest of the scripts kept, should it be longer than what it
  // has, that ran between the interaction's start and its next paint.
  void Attribute(uint32_t start_100us, uint32_t duration_100us,
                 InteractionAttribution* attribution) const;

  // The same for one script.
  static void Attribute(const Script& script, uint32_t start_100us, uint32_t duration_100us,
                        InteractionAttribution* attribution);

 private:
  // The latest, for entries of events that come after their frame's. A ring.
  PodVector<Script> scripts_;
  uint32_t next_ = 0;
};

}  // namespace paceline::core
