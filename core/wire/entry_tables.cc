// The tables of entry.proto: what the core reads, and what it passes on.
#include <cstddef>

#include "core/wire/entry.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/message_table.h"

namespace paceline::core {
namespace {

using enum FieldKind;

constexpr Field kPageViewStart[] = {
    {kUint32, offsetof(PageViewStart, start_100us)},
    {kUint32, offsetof(PageViewStart, navigation_type)},
    {kRef, offsetof(PageViewStart, url_ref)},
    {kRef, offsetof(PageViewStart, referrer_ref)},
    {kUint32, offsetof(PageViewStart, activation_start_100us)},
    {kUint32, offsetof(PageViewStart, first_hidden_100us_plus_1)},
    {kUint32, offsetof(PageViewStart, interaction_count)},
    {kUint32, offsetof(PageViewStart, unmeasurable_metrics)},
};

constexpr Field kNavigation[] = {
    {kUint32, offsetof(Navigation, response_start_100us)},
    {kUint32, offsetof(Navigation, worker_start_100us)},
    {kUint32, offsetof(Navigation, fetch_start_100us)},
    {kUint32, offsetof(Navigation, domain_lookup_start_100us)},
    {kUint32, offsetof(Navigation, domain_lookup_end_100us)},
    {kUint32, offsetof(Navigation, connect_start_100us)},
    {kUint32, offsetof(Navigation, connect_end_100us)},
    {kUint32, offsetof(Navigation, request_start_100us)},
    {kUint32},
    {kUint32, offsetof(Navigation, dom_content_loaded_100us)},
    {kUint32, offsetof(Navigation, load_event_end_100us)},
    {kUint32},
    {kUint32, offsetof(Navigation, dom_interactive_100us)},
    {kUint32, offsetof(Navigation, dom_complete_100us)},
    {kRef},
    {kRef, offsetof(Navigation, cache_status_ref)},
    {kRef, offsetof(Navigation, server_region_ref)},
    {kRef, offsetof(Navigation, request_type_ref)},
    {kRef, offsetof(Navigation, rendering_ref)},
};

constexpr Field kPaint[] = {
    {kUint32, offsetof(Paint, kind)},
    {kUint32, offsetof(Paint, start_100us)},
};

constexpr Field kLargestContentfulPaint[] = {
    {kUint32, offsetof(LargestContentfulPaint, start_100us)},
    {kUint32, offsetof(LargestContentfulPaint, size_px)},
    {kRef, offsetof(LargestContentfulPaint, target_ref)},
    {kRef, offsetof(LargestContentfulPaint, url_ref)},
    {kUint32},
    {kUint32, offsetof(LargestContentfulPaint, resource_start_100us)},
    {kUint32, offsetof(LargestContentfulPaint, resource_request_100us)},
    {kUint32, offsetof(LargestContentfulPaint, resource_end_100us)},
    {kBool, offsetof(LargestContentfulPaint, hero)},
    {kBool, offsetof(LargestContentfulPaint, soft_navigation)},
};

constexpr Field kLayoutShift[] = {
    {kUint32, offsetof(LayoutShift, start_100us)},
    {kDouble, offsetof(LayoutShift, value)},
    {kBool, offsetof(LayoutShift, had_recent_input)},
    {kShiftSource},
};

constexpr Field kEventTiming[] = {
    {kRef, offsetof(EventTiming, name_ref)},
    {kUint32, offsetof(EventTiming, start_100us)},
    {kUint32, offsetof(EventTiming, duration_100us)},
    {kUint32, offsetof(EventTiming, processing_start_100us)},
    {kUint32, offsetof(EventTiming, processing_duration_100us)},
    {kUint32, offsetof(EventTiming, interaction_id)},
    {kRef, offsetof(EventTiming, target_ref)},
    {kBool, offsetof(EventTiming, first_input)},
};

constexpr Field kVisibilityChange[] = {
    {kUint32, offsetof(VisibilityChange, at_100us)},
    {kBool, offsetof(VisibilityChange, hidden)},
};

constexpr Field kUserInput[] = {
    {kUint32, offsetof(UserInput, at_100us)},
};

constexpr Field kClick[] = {
    {kUint32, offsetof(Click, at_100us)}, {kSint32, offsetof(Click, x)},
    {kSint32, offsetof(Click, y)},        {kRef, offsetof(Click, target_ref)},
    {kUint32, offsetof(Click, flags)},
};

constexpr Field kCall[] = {
    {kTime, offsetof(Call, at_100us)},
    {kRef, offsetof(Call, name_ref)},
    {kRefs},
};

constexpr Field kClickResponse[] = {
    {kUint32, offsetof(ClickResponse, at_100us)},
    {kUint32, offsetof(ClickResponse, response_100us)},
    {kRef, offsetof(ClickResponse, target_ref)},
    {kUint32, offsetof(ClickResponse, flags)},
};

// What is passed on: with its time and what else the core looks at.

constexpr uint8_t kAt = offsetof(PassedOn, at_100us);

constexpr Field kError[] = {
    {kTime, offsetof(Error, at_100us)},
    {kUint32, offsetof(Error, kind)},
    {kRef, offsetof(Error, name_ref)},
    {kRef, offsetof(Error, message_ref)},
    {kRef, offsetof(Error, source_ref)},
    {kUint32, offsetof(Error, line)},
    {kUint32, offsetof(Error, column)},
    {kRef, offsetof(Error, stack_ref)},
    {kRef},
    {kAttribute},
    {kFixed32},
};

constexpr Field kResource[] = {
    {kTime, offsetof(Resource, at_100us)},
    {kRef, offsetof(Resource, url_ref)},
    {kUint32},
    {kUint32, offsetof(Resource, duration_100us)},
    {kUint32},
    {kUint32},
    {kUint32},
    {kBool, offsetof(Resource, render_blocking)},
    {kBool},
    {kBool},
    {kRef},
    {kUint32},
    {kRef},
    {kRef},
};

constexpr Field kApiCall[] = {
    {kTime, kAt}, {kUint32}, {kRef},  {kRef},    {kUint32}, {kUint32},
    {kUint32},    {kBool},   {kBool}, {kUint32}, {kBytes},
};

constexpr Field kLongAnimationFrame[] = {
    {kTime, kAt}, {kUint32}, {kUint32}, {kUint32}, {kUint32}, {kUint32}, {kScript},
};

constexpr Field kLongTask[] = {
    {kTime, offsetof(LongTask, at_100us)},
    {kUint32, offsetof(LongTask, duration_100us)},
    {kRef},
    {kRef},
};

constexpr Field kServerTiming[] = {
    {kTime, kAt}, {kRef}, {kUint32}, {kRef}, {kRef},
};

constexpr Field kElementTiming[] = {
    {kTime, kAt}, {kRef}, {kRef}, {kRef}, {kUint32}, {kUint32}, {kUint32},
};

constexpr Field kUserTiming[] = {
    {kTime, kAt},
    {kRef},
    {kUint32},
    {kBool},
};

constexpr Field kTransition[] = {
    {kTime, kAt}, {kUint32}, {kUint32}, {kRef}, {kRef},
};

constexpr Field kMemorySample[] = {
    {kTime, offsetof(MemorySample, at_100us)},
    {kUint32, offsetof(MemorySample, used_kib)},
    {kUint32},
    {kUint32, offsetof(MemorySample, limit_kib)},
    {kBool},
    {kBool},
};

constexpr Field kRender[] = {
    {kTime, kAt}, {kRef}, {kBool}, {kUint32}, {kUint32},
};

constexpr Field kActivity[] = {
    {kTime, kAt},
    {kUint32},
    {kUint32},
};

constexpr Field kDroppedEntries[] = {
    {kTime, kAt},
    {kRef},
    {kUint32},
};

constexpr Field kConnectionChange[] = {
    {kTime, kAt}, {kUint32}, {kUint32}, {kUint32}, {kBool},
};

// Messages in messages.

constexpr Field kAttributeFields[] = {
    {kRef},
    {kRef},
};

constexpr Field kScriptFields[] = {
    {kUint32, offsetof(Script, start_100us)},
    {kUint32, offsetof(Script, duration_100us)},
    {kRef},
    {kRef},
    {kRef, offsetof(Script, source_url_ref)},
    {kRef, offsetof(Script, source_function_ref)},
    {kUint32},
    {kUint32},
    {kUint32},
};

constexpr Field kShiftSourceFields[] = {
    {kRef, offsetof(LayoutShiftSource, target_ref)},
    {kRect},
    {kRect},
};

constexpr Field kRectFields[] = {
    {kSint32},
    {kSint32},
    {kUint32},
    {kUint32},
};

// Of the batch.

constexpr Field kBatchHeader[] = {
    {kBytes, offsetof(BatchHeader, site)},
    {kBytes, offsetof(BatchHeader, session_id)},
    {kBytes, offsetof(BatchHeader, document_id)},
    {kUint32},
    {kUint64, offsetof(BatchHeader, origin_unix_ms)},
    {kUint64, offsetof(BatchHeader, sent_unix_ms)},
    {kUint32, offsetof(BatchHeader, sample_rate_ppm)},
    {kUint32, offsetof(BatchHeader, interaction_count)},
    {},
    {kBytes, offsetof(BatchHeader, context)},
    {},
    {kBool, offsetof(BatchHeader, kept_unsampled)},
    {kBytes, offsetof(BatchHeader, rules)},
};

constexpr Field kDevice[] = {
    {kUint32}, {kUint32}, {kUint32}, {kUint32}, {kUint32}, {kBool}, {kUint32}, {kUint32}, {kUint32},
    {kUint32}, {kUint32}, {kRef},    {kRef},    {kRef},    {kRefs}, {kUint32}, {kBool},
};

constexpr Field kRules[] = {
    {kUint32, offsetof(BehaviorRules, rage_clicks)},
    {kUint32, offsetof(BehaviorRules, rage_interval_ms)},
    {kUint32, offsetof(BehaviorRules, rage_radius_px)},
    {kUint32, offsetof(BehaviorRules, error_click_ms)},
    {kUint32, offsetof(BehaviorRules, judged_click_flags)},
};

constexpr auto kTables = Together(
    kAttributeFields, kScriptFields, kShiftSourceFields, kRectFields, kBatchHeader, kDevice, kRules,
    // Entries from EntryField::kPageViewStart.
    kPageViewStart, kNavigation, kPaint, kLargestContentfulPaint, kLayoutShift, kEventTiming,
    kVisibilityChange, kUserInput, kClick, kCall, kClickResponse,
    // Entries from kFirstPassedOn.
    kError, kResource, kApiCall, kLongAnimationFrame, kLongTask, kServerTiming, kElementTiming,
    kUserTiming, kTransition, kMemorySample, kRender, kActivity, kDroppedEntries,
    kConnectionChange);
enum Index : uint8_t {
  kAttributeIndex,
  kScriptIndex,
  kShiftSourceIndex,
  kRectIndex,
  kBatchHeaderIndex,
  kDeviceIndex,
  kRulesIndex,
  kFirstEntry,
};

MessageTable At(size_t index) { return {kTables.data(), index}; }

}  // namespace

MessageTable TableOf(EntryField kind) {
  constexpr size_t kKept = static_cast<size_t>(EntryField::kClickResponse);
  constexpr size_t kPassedOn =
      static_cast<size_t>(EntryField::kConnectionChange) - kFirstPassedOn + 1;
  // Entries that are passed on stand behind the others, without the gap in the numbers.
  const auto number = static_cast<size_t>(kind) - 1;
  if (number < kKept) return At(kFirstEntry + number);
  const size_t passed_on = static_cast<size_t>(kind) - kFirstPassedOn;
  return passed_on < kPassedOn ? At(kFirstEntry + kKept + passed_on) : MessageTable();
}

MessageTable TableOf(FieldKind kind) {
  return At(static_cast<size_t>(kind) - static_cast<size_t>(kFirstMessageKind));
}

template <>
MessageTable TableOf<BatchHeader>() {
  return At(kBatchHeaderIndex);
}
template <>
MessageTable TableOf<Device>() {
  return At(kDeviceIndex);
}
template <>
MessageTable TableOf<BehaviorRules>() {
  return At(kRulesIndex);
}
template <>
MessageTable TableOf<LayoutShiftSource>() {
  return At(kShiftSourceIndex);
}
template <>
MessageTable TableOf<Script>() {
  return At(kScriptIndex);
}

}  // namespace paceline::core
