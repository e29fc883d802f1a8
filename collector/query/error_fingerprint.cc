#include "collector/query/error_fingerprint.h"

#include "core/behavior/error_fingerprint.h"

namespace paceline::query {

uint32_t FingerprintOf(const v1::Error& error, const Strings& strings) {
  if (error.fingerprint() != 0) return error.fingerprint();
  return core::FingerprintOf(
      TextAt(strings, error.name_ref()), TextAt(strings, error.message_ref()),
      TextAt(strings, error.stack_ref()), TextAt(strings, error.source_ref()));
}

}  // namespace paceline::query
