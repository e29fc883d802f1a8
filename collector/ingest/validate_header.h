// What Beacon and EntryBatch have in common: identity, times, sampling rate, context. Used by
// validate_*.cc only.
#pragma once

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "collector/ingest/limits.h"
#include "core/sampling/sampling.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::ingest {

// "events[3].vital", built only when something is wrong.
inline std::string Item(const char* list, int index, const char* field) {
  return absl::StrCat(list, "[", index, "].", field);
}

inline std::string BadRef(const std::string& field, uint32_t ref, int strings) {
  return absl::StrCat(field, " is ", ref, ", but there are ", strings,
                      " strings; 0 means none, n means strings[n - 1]");
}

inline bool RefInside(uint32_t ref, int strings) { return ref <= static_cast<uint32_t>(strings); }

// All zero bytes: a sender that forgot to fill the id in; its sessions would all be one.
inline bool IsBlank(std::string_view id) { return id.find_first_not_of('\0') == std::string::npos; }

inline std::string CheckId(const char* field, std::string_view id, size_t bytes) {
  if (id.size() != bytes) {
    return absl::StrCat(field, " has ", id.size(), " bytes; ", bytes, " random bytes are expected");
  }
  if (IsBlank(id))
    return absl::StrCat(field, " is all zero; ", bytes, " random bytes are expected");
  return {};
}

inline bool IsPossibleTime(uint64_t unix_ms) {
  return unix_ms >= kEarliestUnixMs && unix_ms < kLatestUnixMs;
}

// A document is sealed after it began, and before it is too old.
inline bool IsPossibleAge(uint64_t origin_unix_ms, uint64_t sent_unix_ms) {
  return origin_unix_ms <= sent_unix_ms + kMaxClockStepMs &&
         sent_unix_ms <= origin_unix_ms + kMaxDocumentAgeMs;
}

// A page view begins before it is sent.
inline bool IsPossibleStart(uint64_t origin_unix_ms, uint32_t start_100us, uint64_t sent_unix_ms) {
  return origin_unix_ms + start_100us / 10 <= sent_unix_ms + kMaxClockStepMs;
}

inline std::string CheckTime(const char* field, uint64_t unix_ms) {
  if (IsPossibleTime(unix_ms)) return {};
  return absl::StrCat(
      field, " is ", unix_ms,
      "; milliseconds since 1970-01-01 UTC are expected, between the years 2001 and 2100");
}

inline std::string CheckContext(const v1::Context& context) {
  if (!v1::EffectiveConnectionType_IsValid(context.effective_connection_type())) {
    return absl::StrCat("context.effective_connection_type is ",
                        static_cast<int>(context.effective_connection_type()),
                        "; the values are those of EffectiveConnectionType in entry.proto");
  }
  return {};
}

template <typename Message>
std::string CheckHeader(const Message& message) {
  if (message.site().empty()) {
    return "site is empty; the site's key in the collector's settings is expected";
  }
  if (message.site().size() > core::kMaxSiteBytes) {
    return absl::StrCat("site has ", message.site().size(), " bytes; at most ", core::kMaxSiteBytes,
                        " are allowed");
  }
  if (auto bad = CheckId("session_id", message.session_id(), core::kSessionIdBytes); !bad.empty()) {
    return bad;
  }
  if (auto bad = CheckId("document_id", message.document_id(), core::kDocumentIdBytes);
      !bad.empty()) {
    return bad;
  }
  if (message.sequence() > kMaxSequence) {
    return absl::StrCat("sequence is ", message.sequence(), "; at most ", kMaxSequence,
                        " is allowed, counted from 0 in each document");
  }
  if (auto bad = CheckTime("origin_unix_ms", message.origin_unix_ms()); !bad.empty()) return bad;
  if (auto bad = CheckTime("sent_unix_ms", message.sent_unix_ms()); !bad.empty()) return bad;
  if (!IsPossibleAge(message.origin_unix_ms(), message.sent_unix_ms())) {
    return absl::StrCat("sent_unix_ms is ", message.sent_unix_ms(), " and origin_unix_ms ",
                        message.origin_unix_ms(),
                        "; a document is sealed after it began, and within 31 days");
  }
  if (message.sample_rate_ppm() > core::kFullSamplePpm) {
    return absl::StrCat("sample_rate_ppm is ", message.sample_rate_ppm(),
                        "; 1 to 1000000 are expected, parts per million");
  }
  return CheckContext(message.context());
}

// Of a page view that begins `start_100us` after the document.
template <typename Message>
std::string CheckPageViewStart(const Message& message, const std::string& field,
                               uint32_t start_100us, int navigation_type) {
  if (!IsPossibleStart(message.origin_unix_ms(), start_100us, message.sent_unix_ms())) {
    return absl::StrCat(field, ".start_100us is ", start_100us,
                        "; a page view begins before it is sent, in units of 0.1 ms since "
                        "origin_unix_ms");
  }
  if (!v1::NavigationType_IsValid(navigation_type) ||
      navigation_type == v1::NAVIGATION_TYPE_UNSPECIFIED) {
    return absl::StrCat(field, ".navigation_type is ", navigation_type,
                        "; a value of NavigationType in entry.proto other than 0 is expected");
  }
  return {};
}

}  // namespace paceline::ingest
