// Fuzzes what the collector does to a body before it stores it: decode, validate, scrub. The first
// byte of the input chooses between Beacon and EntryBatch. (The protobuf library itself is not
// instrumented.)
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collector/ingest/decode.h"
#include "collector/ingest/limits.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/submit.h"
#include "collector/ingest/validate.h"
#include "core/page_monitor.h"

namespace {

namespace ingest = paceline::ingest;
namespace v1 = paceline::v1;

void Require(bool condition) {
  if (!condition) std::abort();
}

// What was accepted has to be writable, and to read back as the same.
template <typename Message>
void RequireRoundTrip(const Message& message) {
  const std::string bytes = message.SerializeAsString();
  Message copy;
  Require(copy.ParseFromString(bytes) && copy.SerializeAsString() == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ingest::Submission submission;
  submission.kind =
      data[0] % 2 == 0 ? ingest::Submission::Kind::kBeacon : ingest::Submission::Kind::kEntryBatch;
  submission.body = std::string(reinterpret_cast<const char*>(data) + 1, size - 1);

  const ingest::Limits limits;
  static const auto& pseudonyms = *new ingest::Pseudonyms("fuzz");
  v1::JournalRecord record;
  if (ingest::Decode(submission, limits, &record)) return 0;
  if (record.has_beacon()) {
    if (!ingest::ValidateBeacon(record.mutable_beacon()).empty()) return 0;
    ingest::ScrubPayload(pseudonyms, &record);
    RequireRoundTrip(record.beacon());
  } else {
    if (!ingest::ValidateEntryBatch(record.mutable_entry_batch(), limits.max_page_views).empty())
      return 0;
    ingest::ScrubPayload(pseudonyms, &record);
    RequireRoundTrip(record.entry_batch());
    // What the collector stores of a page, it runs through the core later.
    paceline::core::PageMonitor monitor;
    Require(monitor.Consume(record.entry_batch().SerializeAsString()) ==
            paceline::core::ConsumeStatus::kOk);
  }
  return 0;
}
