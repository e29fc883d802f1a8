// The scripts that long animation frames told of, and the longest that ran while an interaction
// waited for its next paint.
#pragma once

#include <cstdint>

#include "core/base/ring.h"
#include "core/wire/entry.h"
#include "core/wire/event.h"

namespace paceline::core {

class ScriptLog {
 public:
  // `script`'s references are numbers of the pool.
  void Add(const Script& script) { scripts_.Add(script); }

  // Takes over into `attribution` the longest of the scripts kept, should it be longer than what it
  // has, that ran between the interaction's start and its next paint.
  void Attribute(uint32_t start_100us, uint32_t duration_100us,
                 InteractionAttribution* attribution) const;

  // The same for one script.
  static void Attribute(const Script& script, uint32_t start_100us, uint32_t duration_100us,
                        InteractionAttribution* attribution);

 private:
  // A frame tells of five scripts at most; entries of its events come within a frame or two.
  Ring<Script, 20> scripts_;
};

}  // namespace paceline::core
