#include "core/vitals/script_log.h"

#include <algorithm>

namespace paceline::core {
void ScriptLog::Attribute(uint32_t start_100us, uint32_t duration_100us,
                          InteractionAttribution* attribution) const {
  for (const Script& script : scripts_) {
    Attribute(script, start_100us, duration_100us, attribution);
  }
}

void ScriptLog::Attribute(const Script& script, uint32_t start_100us, uint32_t duration_100us,
                          InteractionAttribution* attribution) {
  const uint64_t end_100us = uint64_t{script.start_100us} + script.duration_100us;
  if (script.start_100us > uint64_t{start_100us} + duration_100us || end_100us < start_100us)
    return;
  const uint64_t within_100us = end_100us - std::max(start_100us, script.start_100us);
  if (within_100us <= attribution->longest_script_100us) return;
  attribution->longest_script_100us = static_cast<uint32_t>(within_100us);
  attribution->longest_script_url = script.source_url_ref;
  attribution->longest_script_function = script.source_function_ref;
}

}  // namespace paceline::core
