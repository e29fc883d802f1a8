// The law of the plain scan, for tests and for fuzzing: what it calls plain, the careful way
// accepts and leaves byte for byte as it came, and both see the same in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/ingest/calls_in_place.h"
#include "collector/ingest/decode.h"
#include "collector/ingest/plain_scan.h"
#include "collector/ingest/scrub.h"
#include "collector/ingest/summary.h"
#include "collector/ingest/validate.h"
#include "collector/store/read_calls.h"

namespace paceline::ingest {

// Decodes, validates, reads and scrubs a Beacon. False when it is refused, or names its user agent.
inline bool AcceptCarefully(std::string_view body, v1::JournalRecord* record) {
  static const auto& pseudonyms = *new Pseudonyms("secret");
  Submission submission;
  submission.body = std::string(body);
  if (Decode(submission, {}, record) || !ValidateBeacon(record->mutable_beacon()).empty()) {
    return false;
  }
  store::ReadCalls(record->mutable_beacon());
  return ScrubPayload(pseudonyms, record).user_agent.empty();
}

inline bool operator==(const Summary::Tag& a, const Summary::Tag& b) {
  return a.key == b.key && a.value == b.value;
}
inline bool operator==(const Summary::PageView& a, const Summary::PageView& b) {
  return a.index == b.index && a.url == b.url;
}
inline bool operator==(const Summary& a, const Summary& b) {
  return a.site == b.site && a.session_id == b.session_id && a.document_id == b.document_id &&
         a.sequence == b.sequence && a.origin_unix_ms == b.origin_unix_ms &&
         a.sent_unix_ms == b.sent_unix_ms && a.sample_rate_ppm == b.sample_rate_ppm &&
         a.kept_unsampled == b.kept_unsampled && a.has_conversion == b.has_conversion &&
         a.device_memory_mib == b.device_memory_mib &&
         a.hardware_concurrency == b.hardware_concurrency &&
         a.max_touch_points == b.max_touch_points && a.connection == b.connection &&
         a.release == b.release && a.tags == b.tags && a.page_views == b.page_views;
}

enum class PlainVerdict { kPlain, kNotPlain, kLawBroken };

// As it came, or with its calls read.
inline PlainVerdict JudgePlain(std::string_view body) {
  Summary scanned;
  std::string stored(body);
  if (!ScanPlain(body, {}, &scanned)) {
    std::optional<std::string> read = WithCallsRead(body);
    scanned.Clear();
    if (!read || !ScanPlain(*read, {}, &scanned)) return PlainVerdict::kNotPlain;
    stored.swap(*read);
  }
  v1::JournalRecord record;
  const bool holds = AcceptCarefully(body, &record) &&
                     record.beacon().SerializeAsString() == stored &&
                     SummaryOf(record.beacon()) == scanned;
  return holds ? PlainVerdict::kPlain : PlainVerdict::kLawBroken;
}

}  // namespace paceline::ingest
