// Every limit of the ingest pipeline, with its reason. Each is checked before the cost that it
// guards.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/limits.h"

namespace paceline::ingest {

// Limits that an owner may change in the settings.
struct Limits {
  // A browser can send 64 KiB in its last words (keepalive and sendBeacon); four times that leaves
  // room for services and for a document's first raw batch.
  size_t max_body_bytes = 256 * 1024;
  // Distinct strings of one beacon: selectors, URLs, event names. What core keeps of a document.
  size_t max_strings = core::kMaxStringsPerDocument;
  // UTF-8 bytes of one string. Browsers keep working URLs up to about 2,000 characters.
  size_t max_string_bytes = 2048;
  // Events of a Beacon, or entries of an EntryBatch. A page's performance buffers hold less than
  // 1,000 entries.
  size_t max_items = 2000;
  // Page views one beacon may speak of: a page restored from the back/forward cache counts anew
  // each time.
  size_t max_page_views = core::kMaxPageViewsPerBeacon;
};

// One document sends at least ten events or half a minute at a time, for hours at most.
inline constexpr uint32_t kMaxSequence = 100'000;
// Of a document. A back/forward-cache restore or a soft navigation takes one.
inline constexpr uint32_t kMaxPageViewIndex = 10'000;

// Clocks of real visitors are wrong, but not by decades: 2001-01-01 to 2100-01-01, UTC.
inline constexpr uint64_t kEarliestUnixMs = 978'307'200'000;
inline constexpr uint64_t kLatestUnixMs = 4'102'444'800'000;
// A tab may stay open for long, also while its machine sleeps.
inline constexpr uint64_t kMaxDocumentAgeMs = 31ull * 24 * 3600 * 1000;
// A clock that is set back while the page is open makes it look sealed before it began.
inline constexpr uint64_t kMaxClockStepMs = 24ull * 3600 * 1000;

// Times and durations in 0.1 ms are 32 bits wide wherever the browser's entries carry them
// (entry.proto): 119 hours.
inline constexpr uint64_t kMaxVital100us = UINT32_MAX;
// A session window is at most five seconds of frames, of shifts of at most 1 each: 1,000 is beyond
// any display. In units of 1e-9.
inline constexpr uint64_t kMaxClsNano = 1'000'000'000'000;

// Of conversions, whoever tells of them: what core lets through.
using core::kMaxConversionIdBytes;
using core::kMaxConversionTypeBytes;
using core::kMaxValueMinor;

// Of one layout shift: what browsers give.
inline constexpr int kMaxShiftSources = 5;

// Lists within one event or entry: attributes, scripts of a frame. Browsers and our agent give
// five.
inline constexpr uint32_t kMaxListedMessages = 32;

// References in a row: the context's tags (half as many pairs), arguments of a call.
inline constexpr uint32_t kMaxListedReferences = core::kMaxRefsInARow;

// A message within a message within …: Beacon, Event, LayoutShift, LayoutShiftSource, Rect are 5.
inline constexpr int kMaxNesting = 8;

// A beacon that took up to an hour was delayed (a retry on the visitor's next page), and one from
// up to a minute ahead is rounding and drift: such a clock is trusted as it is. Anything else is a
// wrong clock and is corrected.
inline constexpr int64_t kMaxTrustedDelayMs = 3600 * 1000;
inline constexpr int64_t kMaxTrustedLeadMs = 60 * 1000;
// How long a sender may say that it has kept a beacon. Our agent keeps one for a day.
inline constexpr uint64_t kMaxAgeMs = 7ull * 24 * 3600 * 1000;

}  // namespace paceline::ingest
