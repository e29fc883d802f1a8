// Fuzzes what the HTTP door reads besides Beacons: request targets, compressed bodies, conversions
// as JSON, webhooks and their signatures. The first byte of the input chooses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collector/ingest/conversion_json.h"
#include "collector/ingest/webhook_signature.h"
#include "collector/ingest/webhooks.h"
#include "collector/receive/decompress.h"
#include "collector/receive/http_text.h"

namespace {

using namespace paceline;

constexpr uint64_t kMaxBytes = 64 * 1024;
constexpr uint64_t kNow = 1'767'225'600'000;

void Require(bool condition) {
  if (!condition) std::abort();
}

void ReadTarget(std::string_view text) {
  const auto target = receive::ParseTarget(text);
  if (target)
    Require(target->path.starts_with('/') && target->path.find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      ReadTarget(input);
      break;
    case 1: {
      std::string plain;
      const auto status = receive::Decompress(input, kMaxBytes, &plain);
      Require(plain.size() <= kMaxBytes);
      Require(status == receive::DecompressStatus::kOk || plain.empty());
      break;
    }
    case 2: {
      const auto parsed = ingest::ParseConversion(input, "key");
      if (parsed.ok()) Require(!parsed->report.id.empty());
      break;
    }
    case 3:
      for (const auto& reports : {ingest::ReadStripeEvent(input), ingest::ReadCalendlyEvent(input),
                                  ingest::ReadWooCommerceOrder(input, "order.updated")}) {
        if (!reports.ok()) continue;
        for (const auto& report : *reports) Require(!report.id.empty());
      }
      break;
    case 4:
      // Nobody signs without the secret.
      Require(!ingest::CheckTimedSignature(input, "body", "a secret", kNow).empty());
      Require(!ingest::CheckBodySignature(input, "body", "a secret").empty());
      break;
    default: {
      const auto decoded = receive::PercentDecode(input, true);
      if (decoded) Require(decoded->size() <= input.size());
    }
  }
  return 0;
}
