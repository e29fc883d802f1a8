// Fuzzes the plain scan against its law (plain_property.h): what it calls plain, the careful way
// accepts and leaves byte for byte as it came.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/unit/collector/ingest/plain_property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using paceline::ingest::JudgePlain;
  using paceline::ingest::PlainVerdict;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (JudgePlain(body) == PlainVerdict::kLawBroken) std::abort();
  return 0;
}
