// Field numbers of proto/paceline/v1/entry.proto and beacon.proto, for the hand-written reader and
// writer. One enum a message, one enumerator a field that the core uses.
#pragma once

#include <protozero/types.hpp>

namespace paceline::core {

using FieldNumber = protozero::pbf_tag_type;

// entry.proto

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
};

enum class EntryField : FieldNumber {
  kPageViewStart = 1,
  kNavigation = 2,
  kPaint = 3,
  kLargestContentfulPaint = 4,
  kLayoutShift = 5,
  kEventTiming = 6,
  kVisibilityChange = 7,
  kUserInput = 8,
  kClick = 9,
};

enum class PageViewStartField : FieldNumber {
  kStart = 1,
  kNavigationType = 2,
  kUrl = 3,
  kReferrer = 4,
  kActivationStart = 5,
  kFirstHiddenPlus1 = 6,
  kInteractionCount = 7,
  kUnmeasurableMetrics = 8,
};

enum class NavigationField : FieldNumber { kResponseStart = 1 };

enum class PaintField : FieldNumber { kKind = 1, kStart = 2 };

enum class LargestContentfulPaintField : FieldNumber {
  kStart = 1,
  kSizePx = 2,
  kTarget = 3,
  kUrl = 4,
};

enum class RectField : FieldNumber { kX = 1, kY = 2, kWidth = 3, kHeight = 4 };

enum class LayoutShiftSourceField : FieldNumber { kTarget = 1, kPrevious = 2, kCurrent = 3 };

enum class LayoutShiftField : FieldNumber {
  kStart = 1,
  kValue = 2,
  kHadRecentInput = 3,
  kSources = 4,
};

enum class EventTimingField : FieldNumber {
  kName = 1,
  kStart = 2,
  kDuration = 3,
  kProcessingStart = 4,
  kProcessingDuration = 5,
  kInteractionId = 6,
  kTarget = 7,
  kFirstInput = 8,
};

enum class VisibilityChangeField : FieldNumber { kAt = 1, kHidden = 2 };
enum class UserInputField : FieldNumber { kAt = 1 };
enum class ClickField : FieldNumber { kAt = 1, kX = 2, kY = 3, kTarget = 4 };

enum class ContextField : FieldNumber {
  kDeviceMemoryMib = 1,
  kHardwareConcurrency = 2,
  kEffectiveConnectionType = 3,
  kRoundTripMs = 4,
  kDownlinkKbps = 5,
  kSaveData = 6,
  kViewportWidth = 7,
  kViewportHeight = 8,
  kScreenWidth = 9,
  kScreenHeight = 10,
  kMaxTouchPoints = 11,
  kLanguage = 12,
  kUserAgent = 13,
  kRelease = 14,
};

// beacon.proto

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

enum class PageViewField : FieldNumber {
  kIndex = 1,
  kStart = 2,
  kNavigationType = 3,
  kUrl = 4,
  kReferrer = 5,
};

enum class EventField : FieldNumber {
  kPageView = 1,
  kAt = 2,
  kVital = 3,
  kLayoutShift = 4,
  kInteraction = 5,
  kClick = 6,
  kRageClick = 7,
  kVisibilityChange = 8,
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
};

enum class LcpAttributionField : FieldNumber { kTarget = 1, kUrl = 2, kSizePx = 3 };

enum class ClsAttributionField : FieldNumber {
  kLargestShiftTarget = 1,
  kLargestShiftNano = 3,
  kWindowStart = 4,
  kWindowEnd = 5,
};

enum class InteractionAttributionField : FieldNumber {
  kTarget = 1,
  kName = 2,
  kInputDelay = 4,
  kProcessing = 5,
  kPresentation = 6,
};

enum class LayoutShiftEventField : FieldNumber {
  kValueNano = 1,
  kHadRecentInput = 2,
  kSources = 3
};

enum class InteractionEventField : FieldNumber {
  kName = 1,
  kTarget = 2,
  kDuration = 3,
  kInputDelay = 4,
  kProcessing = 5,
};

enum class ClickEventField : FieldNumber { kTarget = 1, kX = 2, kY = 3 };

enum class RageClickEventField : FieldNumber {
  kTarget = 1,
  kCount = 2,
  kX = 3,
  kY = 4,
  kDuration = 5,
};

enum class VisibilityChangeEventField : FieldNumber { kHidden = 1 };

}  // namespace paceline::core
