#include "core/wire/message_table.h"

#include <cstddef>

#include "core/wire/entry.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/event.h"

namespace paceline::core {
namespace {

using enum FieldKind;

// entry.proto: what the core reads.

constexpr Field kPageViewStart[] = {
    {1, kUint32, offsetof(PageViewStart, start_100us)},
    {2, kEnum, offsetof(PageViewStart, navigation_type)},
    {3, kUrl, offsetof(PageViewStart, url_ref)},
    {4, kUrl, offsetof(PageViewStart, referrer_ref)},
    {5, kUint32, offsetof(PageViewStart, activation_start_100us)},
    {6, kUint32, offsetof(PageViewStart, first_hidden_100us_plus_1)},
    {7, kUint32, offsetof(PageViewStart, interaction_count)},
    {8, kUint32, offsetof(PageViewStart, unmeasurable_metrics)},
};

constexpr Field kNavigation[] = {
    {1, kUint32, offsetof(Navigation, response_start_100us)},
    {2, kUint32, offsetof(Navigation, worker_start_100us)},
    {3, kUint32, offsetof(Navigation, fetch_start_100us)},
    {4, kUint32, offsetof(Navigation, domain_lookup_start_100us)},
    {5, kUint32, offsetof(Navigation, domain_lookup_end_100us)},
    {6, kUint32, offsetof(Navigation, connect_start_100us)},
    {7, kUint32, offsetof(Navigation, connect_end_100us)},
    {8, kUint32, offsetof(Navigation, request_start_100us)},
    {9, kUint32},
    {10, kUint32, offsetof(Navigation, dom_content_loaded_100us)},
    {11, kUint32, offsetof(Navigation, load_event_end_100us)},
    {12, kUint32},
    {13, kUint32, offsetof(Navigation, dom_interactive_100us)},
    {14, kUint32, offsetof(Navigation, dom_complete_100us)},
    {15, kRef},
    {16, kRef, offsetof(Navigation, cache_status_ref)},
    {17, kRef, offsetof(Navigation, server_region_ref)},
    {18, kRef, offsetof(Navigation, request_type_ref)},
    {19, kRef, offsetof(Navigation, rendering_ref)},
};

constexpr Field kPaint[] = {
    {1, kEnum, offsetof(Paint, kind)},
    {2, kUint32, offsetof(Paint, start_100us)},
};

constexpr Field kLargestContentfulPaint[] = {
    {1, kUint32, offsetof(LargestContentfulPaint, start_100us)},
    {2, kUint32, offsetof(LargestContentfulPaint, size_px)},
    {3, kRef, offsetof(LargestContentfulPaint, target_ref)},
    {4, kUrl, offsetof(LargestContentfulPaint, url_ref)},
    {5, kUint32},
    {6, kUint32, offsetof(LargestContentfulPaint, resource_start_100us)},
    {7, kUint32, offsetof(LargestContentfulPaint, resource_request_100us)},
    {8, kUint32, offsetof(LargestContentfulPaint, resource_end_100us)},
    {9, kBool, offsetof(LargestContentfulPaint, hero)},
    {10, kBool, offsetof(LargestContentfulPaint, soft_navigation)},
};

constexpr Field kLayoutShift[] = {
    {1, kUint32, offsetof(LayoutShift, start_100us)},
    {2, kDouble, offsetof(LayoutShift, value)},
    {3, kBool, offsetof(LayoutShift, had_recent_input)},
    {4, kShiftSource},
};

constexpr Field kEventTiming[] = {
    {1, kRef, offsetof(EventTiming, name_ref)},
    {2, kUint32, offsetof(EventTiming, start_100us)},
    {3, kUint32, offsetof(EventTiming, duration_100us)},
    {4, kUint32, offsetof(EventTiming, processing_start_100us)},
    {5, kUint32, offsetof(EventTiming, processing_duration_100us)},
    {6, kUint32, offsetof(EventTiming, interaction_id)},
    {7, kRef, offsetof(EventTiming, target_ref)},
    {8, kBool, offsetof(EventTiming, first_input)},
};

constexpr Field kVisibilityChange[] = {
    {1, kUint32, offsetof(VisibilityChange, at_100us)},
    {2, kBool, offsetof(VisibilityChange, hidden)},
};

constexpr Field kUserInput[] = {{1, kUint32, offsetof(UserInput, at_100us)}};

constexpr Field kClick[] = {
    {1, kUint32, offsetof(Click, at_100us)}, {2, kSint32, offsetof(Click, x)},
    {3, kSint32, offsetof(Click, y)},        {4, kRef, offsetof(Click, target_ref)},
    {5, kUint32, offsetof(Click, flags)},
};

constexpr Field kCall[] = {
    {1, kUint32, offsetof(Call, at_100us)},
    {2, kRef, offsetof(Call, name_ref)},
    {3, kRefs},
};

constexpr Field kClickResponse[] = {
    {1, kUint32, offsetof(ClickResponse, at_100us)},
    {2, kUint32, offsetof(ClickResponse, response_100us)},
    {3, kRef, offsetof(ClickResponse, target_ref)},
    {4, kUint32, offsetof(ClickResponse, flags)},
};

// What is passed on: with its time and what else the core looks at.

constexpr Field kError[] = {
    {1, kTime, offsetof(Error, at_100us)},
    {2, kEnum, offsetof(Error, kind)},
    {3, kRef, offsetof(Error, name_ref)},
    {4, kRef, offsetof(Error, message_ref)},
    {5, kUrl, offsetof(Error, source_ref)},
    {6, kUint32, offsetof(Error, line)},
    {7, kUint32, offsetof(Error, column)},
    {8, kRef, offsetof(Error, stack_ref)},
    {9, kRef},
    {10, kAttribute},
    {11, kFixed32},
};

constexpr Field kResource[] = {
    {1, kTime, offsetof(Resource, at_100us)},
    {2, kUrl, offsetof(Resource, url_ref)},
    {3, kUint32},
    {4, kUint32, offsetof(Resource, duration_100us)},
    {5, kUint32},
    {6, kUint32},
    {7, kUint32},
    {8, kBool, offsetof(Resource, render_blocking)},
    {9, kBool},
    {10, kBool},
    {11, kRef},
    {12, kUint32},
};

constexpr uint8_t kAt = offsetof(PassedOn, at_100us);

constexpr Field kApiCall[] = {{1, kTime, kAt}, {2, kUint32},  {3, kUrl},    {4, kRef},
                              {5, kUint32},    {6, kUint32},  {7, kUint32}, {8, kBool},
                              {9, kBool},      {10, kUint32}, {11, kBytes}};

constexpr Field kLongAnimationFrame[] = {{1, kTime, kAt}, {2, kUint32}, {3, kUint32}, {4, kUint32},
                                         {5, kUint32},    {6, kUint32}, {7, kScript}};

constexpr Field kLongTask[] = {
    {1, kTime, offsetof(LongTask, at_100us)},
    {2, kUint32, offsetof(LongTask, duration_100us)},
    {3, kRef},
    {4, kUrl},
};

constexpr Field kServerTiming[] = {{1, kTime, kAt}, {2, kRef}, {3, kUint32}, {4, kRef}, {5, kUrl}};

constexpr Field kElementTiming[] = {{1, kTime, kAt}, {2, kRef},    {3, kRef},   {4, kUrl},
                                    {5, kUint32},    {6, kUint32}, {7, kUint32}};

constexpr Field kUserTiming[] = {{1, kTime, kAt}, {2, kRef}, {3, kUint32}, {4, kBool}};

constexpr Field kTransition[] = {{1, kTime, kAt}, {2, kUint32}, {3, kUint32}, {4, kUrl}, {5, kUrl}};

constexpr Field kMemorySample[] = {
    {1, kTime, offsetof(MemorySample, at_100us)},
    {2, kUint32, offsetof(MemorySample, used_kib)},
    {3, kUint32},
    {4, kUint32, offsetof(MemorySample, limit_kib)},
    {5, kBool},
    {6, kBool},
};

constexpr Field kRender[] = {{1, kTime, kAt}, {2, kRef}, {3, kBool}, {4, kUint32}, {5, kUint32}};

constexpr Field kActivity[] = {{1, kTime, kAt}, {2, kUint32}, {3, kUint32}};

constexpr Field kDroppedEntries[] = {{1, kTime, kAt}, {2, kRef}, {3, kUint32}};

constexpr Field kConnectionChange[] = {
    {1, kTime, kAt}, {2, kUint32}, {3, kUint32}, {4, kUint32}, {5, kBool}};

constexpr Field kBundle[] = {{1, kTime, kAt}, {2, kUint32},  {3, kUint32},  {4, kUint32},
                             {5, kUint32},    {6, kUint32},  {7, kUint32},  {8, kUint32},
                             {9, kUint32},    {10, kUint32}, {11, kUint32}, {12, kUint32},
                             {13, kUint32}};

// Messages in messages.

constexpr Field kAttributeFields[] = {{1, kRef}, {2, kRef}};

constexpr Field kScriptFields[] = {
    {1, kUint32, offsetof(Script, start_100us)},
    {2, kUint32, offsetof(Script, duration_100us)},
    {3, kRef},
    {4, kRef},
    {5, kUrl, offsetof(Script, source_url_ref)},
    {6, kRef, offsetof(Script, source_function_ref)},
    {7, kUint32},
    {8, kUint32},
    {9, kUint32},
};

constexpr Field kShiftSourceFields[] = {
    {1, kRef, offsetof(LayoutShiftSource, target_ref)}, {2, kRect}, {3, kRect}};

constexpr Field kRectFields[] = {{1, kSint32}, {2, kSint32}, {3, kUint32}, {4, kUint32}};

// Of the batch.

constexpr Field kBatchHeader[] = {
    {1, kBytes, offsetof(BatchHeader, site)},
    {2, kBytes, offsetof(BatchHeader, session_id)},
    {3, kBytes, offsetof(BatchHeader, document_id)},
    {4, kUint32},
    {5, kUint64, offsetof(BatchHeader, origin_unix_ms)},
    {6, kUint64, offsetof(BatchHeader, sent_unix_ms)},
    {7, kUint32, offsetof(BatchHeader, sample_rate_ppm)},
    {8, kUint32, offsetof(BatchHeader, interaction_count)},
    {10, kBytes, offsetof(BatchHeader, context)},
    {12, kBool, offsetof(BatchHeader, kept_unsampled)},
    {13, kBytes, offsetof(BatchHeader, rules)},
};

constexpr Field kDevice[] = {
    {1, kUint32, offsetof(Device, memory_mib)},
    {2, kUint32, offsetof(Device, hardware_concurrency)},
    {3, kUint32, offsetof(Device, effective_connection_type)},
    {4, kUint32},
    {5, kUint32},
    {6, kBool},
    {7, kUint32},
    {8, kUint32},
    {9, kUint32},
    {10, kUint32},
    {11, kUint32},
    {12, kRef},
    {13, kRef},
    {14, kRef},
    {15, kRefs},
    {16, kUint32},
    {17, kBool},
};

constexpr Field kRules[] = {
    {1, kUint32, offsetof(BehaviorRules, rage_clicks)},
    {2, kUint32, offsetof(BehaviorRules, rage_interval_ms)},
    {3, kUint32, offsetof(BehaviorRules, rage_radius_px)},
    {4, kUint32, offsetof(BehaviorRules, error_click_ms)},
    {5, kUint32, offsetof(BehaviorRules, judged_click_flags)},
};

// beacon.proto: what the core writes.

constexpr Field kPageView[] = {
    {1, kUint32, offsetof(PageViewHeader, index)},
    {2, kUint32, offsetof(PageViewHeader, start_100us)},
    {3, kEnum, offsetof(PageViewHeader, navigation_type)},
    {4, kRef, offsetof(PageViewHeader, url)},
    {5, kRef, offsetof(PageViewHeader, referrer)},
};

constexpr Field kLcp[] = {
    {1, kRef, offsetof(LcpAttribution, target)},
    {2, kRef, offsetof(LcpAttribution, url)},
    {3, kUint32, offsetof(LcpAttribution, size_px)},
    {4, kUint32, offsetof(LcpAttribution, time_to_first_byte_100us)},
    {5, kUint32, offsetof(LcpAttribution, resource_load_delay_100us)},
    {6, kUint32, offsetof(LcpAttribution, resource_load_duration_100us)},
    {7, kUint32, offsetof(LcpAttribution, element_render_delay_100us)},
    {8, kBool, offsetof(LcpAttribution, hero)},
};

constexpr Field kCls[] = {
    {1, kRef, offsetof(ClsAttribution, largest_shift_target)},
    {3, kUint64, offsetof(ClsAttribution, largest_shift_nano)},
    {4, kUint32, offsetof(ClsAttribution, window_start_100us)},
    {5, kUint32, offsetof(ClsAttribution, window_end_100us)},
    {6, kUint32, offsetof(ClsAttribution, shifts)},
    {7, kEnum, offsetof(ClsAttribution, load_state)},
};

constexpr Field kInteractionAttribution[] = {
    {1, kRef, offsetof(InteractionAttribution, target)},
    {2, kRef, offsetof(InteractionAttribution, name)},
    {4, kUint32, offsetof(InteractionAttribution, input_delay_100us)},
    {5, kUint32, offsetof(InteractionAttribution, processing_100us)},
    {6, kUint32, offsetof(InteractionAttribution, presentation_100us)},
    {7, kEnum, offsetof(InteractionAttribution, load_state)},
    {8, kEnum, offsetof(InteractionAttribution, interaction_type)},
    {9, kRef, offsetof(InteractionAttribution, longest_script_url)},
    {10, kRef, offsetof(InteractionAttribution, longest_script_function)},
    {11, kUint32, offsetof(InteractionAttribution, longest_script_100us)},
};

constexpr Field kFcp[] = {
    {1, kUint32, offsetof(FcpAttribution, time_to_first_byte_100us)},
    {2, kUint32, offsetof(FcpAttribution, first_byte_to_fcp_100us)},
    {3, kEnum, offsetof(FcpAttribution, load_state)},
    {4, kUint32, offsetof(FcpAttribution, render_blocking_resources)},
    {5, kRef, offsetof(FcpAttribution, render_blocking_url)},
    {6, kRef, offsetof(FcpAttribution, rendering)},
};

constexpr Field kTtfb[] = {
    {1, kUint32, offsetof(TtfbAttribution, waiting_100us)},
    {2, kUint32, offsetof(TtfbAttribution, cache_100us)},
    {3, kUint32, offsetof(TtfbAttribution, dns_100us)},
    {4, kUint32, offsetof(TtfbAttribution, connection_100us)},
    {5, kUint32, offsetof(TtfbAttribution, request_100us)},
    {6, kRef, offsetof(TtfbAttribution, request_type)},
    {7, kRef, offsetof(TtfbAttribution, cache_status)},
    {8, kRef, offsetof(TtfbAttribution, server_region)},
};

constexpr Field kLayoutShiftEvent[] = {{1, kUint64}, {2, kBool}, {3, kShiftSource}};

constexpr Field kInteractionEvent[] = {
    {1, kRef, offsetof(InteractionEvent, name)},
    {2, kRef, offsetof(InteractionEvent, target)},
    {3, kUint32, offsetof(InteractionEvent, duration_100us)},
    {4, kUint32, offsetof(InteractionEvent, input_delay_100us)},
    {5, kUint32, offsetof(InteractionEvent, processing_100us)},
};

constexpr Field kClickEvent[] = {
    {1, kRef, offsetof(ClickEvent, target)},
    {2, kSint32, offsetof(ClickEvent, x)},
    {3, kSint32, offsetof(ClickEvent, y)},
};

constexpr Field kRageClickEvent[] = {
    {1, kRef, offsetof(RageClickEvent, target)},
    {2, kUint32, offsetof(RageClickEvent, count)},
    {3, kSint32, offsetof(RageClickEvent, x)},
    {4, kSint32, offsetof(RageClickEvent, y)},
    {5, kUint32, offsetof(RageClickEvent, duration_100us)},
};

constexpr Field kVisibilityChangeEvent[] = {{1, kBool, offsetof(VisibilityChangeEvent, hidden)}};

constexpr Field kDeadClickEvent[] = {{1, kRef, offsetof(DeadClickEvent, target)}};

constexpr Field kErrorClickEvent[] = {
    {1, kRef, offsetof(ErrorClickEvent, target)},
    {2, kFixed32, offsetof(ErrorClickEvent, fingerprint)},
    {3, kUint32, offsetof(ErrorClickEvent, delay_100us)},
};

constexpr Field kActionEvent[] = {{1, kRef}, {2, kAttribute}};

constexpr Field kCustomMetricEvent[] = {
    {1, kRef}, {2, kDouble}, {3, kUint32}, {4, kUint32}, {5, kAttribute}};

constexpr Field kFeedbackEvent[] = {
    {1, kUint32, offsetof(FeedbackEvent, score)},
    {2, kRef, offsetof(FeedbackEvent, topic)},
};

constexpr Field kJourneyStepEvent[] = {
    {1, kRef, offsetof(JourneyStepEvent, journey)},
    {2, kUint32, offsetof(JourneyStepEvent, version)},
    {3, kEnum, offsetof(JourneyStepEvent, kind)},
    {4, kRef, offsetof(JourneyStepEvent, step)},
    {5, kRef, offsetof(JourneyStepEvent, reason)},
};

constexpr Field kConversionEvent[] = {
    {1, kRef},      {2, kUint64},   {3, kRef},      {4, kRef},      {5, kAttribute},
    {6, kOptional}, {7, kOptional}, {8, kOptional}, {9, kOptional}, {10, kOptional},
    {11, kUint32},  {12, kUint32},  {13, kUint32},
};

// Entries by their number.
constexpr MessageTable kEntries[] = {
    {},           kPageViewStart, kNavigation,       kPaint,     kLargestContentfulPaint,
    kLayoutShift, kEventTiming,   kVisibilityChange, kUserInput, kClick,
    kCall,        kClickResponse,
};
// From kFirstPassedOn.
constexpr MessageTable kPassedOn[] = {
    kError,        kResource,      kApiCall,        kLongAnimationFrame, kLongTask,
    kServerTiming, kElementTiming, kUserTiming,     kTransition,         kMemorySample,
    kRender,       kActivity,      kDroppedEntries, kConnectionChange,   kBundle,
};
// Events from the layout shift; a vital is written by parts.
constexpr MessageTable kEvents[] = {
    kLayoutShiftEvent,      kInteractionEvent, kClickEvent,       kRageClickEvent,
    kVisibilityChangeEvent, kDeadClickEvent,   kErrorClickEvent,  kActionEvent,
    kCustomMetricEvent,     kFeedbackEvent,    kJourneyStepEvent, kConversionEvent,
};
constexpr MessageTable kMessages[] = {kAttributeFields, kScriptFields, kShiftSourceFields,
                                      kRectFields};

MessageTable At(std::span<const MessageTable> tables, FieldNumber number, FieldNumber first) {
  return number >= first && number - first < tables.size() ? tables[number - first]
                                                           : MessageTable();
}

}  // namespace

MessageTable TableOf(EntryField kind) {
  const auto number = static_cast<FieldNumber>(kind);
  return number >= kFirstPassedOn ? At(kPassedOn, number, kFirstPassedOn) : At(kEntries, number, 0);
}

MessageTable TableOf(EventField kind) {
  const auto number = static_cast<FieldNumber>(kind);
  return number >= kFirstPassedOn
             ? At(kPassedOn, number, kFirstPassedOn)
             : At(kEvents, number, static_cast<FieldNumber>(EventField::kLayoutShift));
}

MessageTable TableOf(FieldKind kind) {
  return kMessages[static_cast<unsigned>(kind) - static_cast<unsigned>(kFirstMessageKind)];
}

template <>
MessageTable TableOf<BatchHeader>() {
  return kBatchHeader;
}
template <>
MessageTable TableOf<Device>() {
  return kDevice;
}
template <>
MessageTable TableOf<BehaviorRules>() {
  return kRules;
}
template <>
MessageTable TableOf<LayoutShiftSource>() {
  return kShiftSourceFields;
}
template <>
MessageTable TableOf<Script>() {
  return kScriptFields;
}
template <>
MessageTable TableOf<PageViewHeader>() {
  return kPageView;
}
template <>
MessageTable TableOf<LcpAttribution>() {
  return kLcp;
}
template <>
MessageTable TableOf<ClsAttribution>() {
  return kCls;
}
template <>
MessageTable TableOf<InteractionAttribution>() {
  return kInteractionAttribution;
}
template <>
MessageTable TableOf<FcpAttribution>() {
  return kFcp;
}
template <>
MessageTable TableOf<TtfbAttribution>() {
  return kTtfb;
}

}  // namespace paceline::core
