// Numbers of proto/paceline/v1/entry.proto and beacon.proto that the code speaks of by name. All
// others stand in the tables of entry_tables.cc and beacon_tables.cc.
#pragma once

#include <protozero/types.hpp>

namespace paceline::core {

using FieldNumber = protozero::pbf_tag_type;

enum class EntryBatchField : FieldNumber {
  kSite = 1,
  kSessionId = 2,
  kDocumentId = 3,
  kSequence = 4,
  kOriginUnixMs = 5,
  kSentUnixMs = 6,
  kSampleRatePpm = 7,
  kInteractionCount = 8,
  kStrings = 9,
  kContext = 10,
  kEntries = 11,
  kKeptUnsampled = 12,
  kRules = 13,
};

// Kinds of entries.
enum class EntryField : FieldNumber {
  kUnknown = 0,
  kPageViewStart = 1,
  kNavigation = 2,
  kPaint = 3,
  kLargestContentfulPaint = 4,
  kLayoutShift = 5,
  kEventTiming = 6,
  kVisibilityChange = 7,
  kUserInput = 8,
  kClick = 9,
  kCall = 10,
  kClickResponse = 11,
  kError = 20,
  kResource = 21,
  kApiCall = 22,
  kLongAnimationFrame = 23,
  kLongTask = 24,
  kServerTiming = 25,
  kElementTiming = 26,
  kUserTiming = 27,
  kTransition = 28,
  kMemorySample = 29,
  kRender = 30,
  kActivity = 31,
  kDroppedEntries = 32,
  kConnectionChange = 33,
};

// Entries of this number and above are passed on: they have the same number, and the same message,
// in an event.
inline constexpr FieldNumber kFirstPassedOn = 20;

enum class BeaconField : FieldNumber {
  kSite = 1,
  kSessionId = 2,
  kDocumentId = 3,
  kSequence = 4,
  kOriginUnixMs = 5,
  kSentUnixMs = 6,
  kSampleRatePpm = 7,
  kCoversEntriesBefore = 8,
  kStrings = 9,
  kContext = 10,
  kPageViews = 11,
  kEvents = 12,
  kKeptUnsampled = 13,
};

// Its first two fields, and kinds of events.
enum class EventField : FieldNumber {
  kPageView = 1,
  kAt = 2,
  kVital = 3,
  kLayoutShift = 4,
  kInteraction = 5,
  kClick = 6,
  kRageClick = 7,
  kVisibilityChange = 8,
  kDeadClick = 9,
  kErrorClick = 10,
  // Between them stands what the collector makes of calls.
  kCall = 16,
};

enum class VitalField : FieldNumber {
  kMetric = 1,
  kValue = 2,
  kDelta = 3,
  kRating = 4,
  kEntryCount = 5,
  kLcp = 6,
  kCls = 7,
  kInteraction = 8,
  kFcp = 9,
  kTtfb = 10,
};

// Of events, what the core writes itself.
enum class LayoutShiftField : FieldNumber { kValueNano = 1, kHadRecentInput = 2, kSources = 3 };
enum class CallField : FieldNumber { kLcp = 4, kInp = 5, kFid = 6, kClsNano = 7, kLoad = 8 };
enum class MemorySampleField : FieldNumber { kOverLimit = 5, kLikelyLeak = 6 };

// Of entries, the messages in them that the core looks into itself.
inline constexpr FieldNumber kShiftSourcesNumber = 4;
inline constexpr FieldNumber kScriptsNumber = 7;
inline constexpr FieldNumber kCallArgumentsNumber = 3;

}  // namespace paceline::core
