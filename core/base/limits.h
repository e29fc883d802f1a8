// Every limit of the core, in one place. They bound the memory and the work of one document,
// whatever it sends; a real visit stays far below them. docs/wire-format.md explains what happens
// at each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace paceline::core {

// An entry is at most about 200 bytes in memory. A document that lives for the four hours of the
// longest session and gives an entry every two seconds stays below. Beyond:
// ConsumeStatus::kTooManyEntries.
inline constexpr uint32_t kMaxEntriesPerDocument = 10'000;

// A sendBeacon body may have 64 KiB, and an event has under 40 bytes. What is beyond waits for the
// next Flush.
inline constexpr uint32_t kMaxEventsPerBeacon = 1'000;

// A page may call for as many as it likes; the collector takes so many. What is beyond waits, too.
inline constexpr size_t kMaxPageViewsPerBeacon = 64;

// Distinct strings (selectors, URLs, event names) of a document. Beyond: the reference is written
// as "none".
inline constexpr uint32_t kMaxStringsPerDocument = 4'096;

// Strings in one EntryBatch. Beyond: ConsumeStatus::kMalformed.
inline constexpr uint32_t kMaxStringsPerBatch = 16'384;

// Bytes of one string; the rest is cut off at a character's boundary.
inline constexpr size_t kMaxStringBytes = 512;

// Bytes of the site's key. Beyond: ConsumeStatus::kMalformed.
inline constexpr size_t kMaxSiteBytes = 128;

// Messages in a row in one entry: sources of a layout shift (browsers give five at most), scripts
// of a frame, attributes. Further ones are left out.
inline constexpr uint32_t kMaxMessagesInARow = 16;

// References in a row: arguments of a call, tags of the context (half as many pairs).
inline constexpr uint32_t kMaxRefsInARow = 64;

// Bytes that the events of a document take until they are said. Beyond: those that are passed on as
// they were seen are left out, and so are calls.
inline constexpr size_t kMaxEventBytesPerDocument = 4'000'000;

// Interactions that may be INP. Source: web-vitals, MAX_INTERACTIONS_TO_CONSIDER; browsers' own
// count for CrUX too.
inline constexpr uint32_t kMaxInteractionCandidates = 10;

// Interactions that may still get another event entry, and the latest that no longer do.
inline constexpr uint32_t kMaxOpenInteractions = 16;
inline constexpr uint32_t kMaxRememberedInteractions = 16;

// The collector takes no conversion beyond these: a type is cut off at a character's boundary, an
// id is left out, and a conversion of more than 2^53 minor units is none.
inline constexpr size_t kMaxConversionTypeBytes = 64;
inline constexpr size_t kMaxConversionIdBytes = 255;
inline constexpr int64_t kMaxValueMinor = int64_t{1} << 53;

inline constexpr size_t kSessionIdBytes = 16;
inline constexpr size_t kDocumentIdBytes = 8;

// A layout shift's score is a product of two fractions; anything much above 1 is not the browser's.
inline constexpr double kMaxLayoutShiftValue = 1'000.0;

}  // namespace paceline::core
