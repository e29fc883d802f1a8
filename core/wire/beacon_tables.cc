// The tables of beacon.proto: what the core writes.
#include <algorithm>
#include <cstddef>

#include "core/wire/beacon_writer.h"
#include "core/wire/event.h"
#include "core/wire/message_table.h"

namespace paceline::core {
namespace {

using enum FieldKind;

constexpr Field kHeader[] = {
    {kBytes, offsetof(BeaconHeader, site)},
    {kBytes, offsetof(BeaconHeader, session_id)},
    {kBytes, offsetof(BeaconHeader, document_id)},
    {kUint32, offsetof(BeaconHeader, sequence)},
    {kUint64, offsetof(BeaconHeader, origin_unix_ms)},
    {kUint64, offsetof(BeaconHeader, sent_unix_ms)},
    {kUint32, offsetof(BeaconHeader, sample_rate_ppm)},
    {kUint32, offsetof(BeaconHeader, covers_entries_before)},
};

constexpr Field kPageView[] = {
    {kUint32, offsetof(PageViewHeader, index)},
    {kUint32, offsetof(PageViewHeader, start_100us)},
    {kUint32, offsetof(PageViewHeader, navigation_type)},
    {kRef, offsetof(PageViewHeader, url)},
    {kRef, offsetof(PageViewHeader, referrer)},
};

// But for its attribution.
constexpr Field kVital[] = {
    {kUint32, offsetof(VitalEvent, metric)},       {kUint64, offsetof(VitalEvent, value)},
    {kUint64, offsetof(VitalEvent, zigzag_delta)}, {kUint32, offsetof(VitalEvent, rating)},
    {kUint32, offsetof(VitalEvent, entry_count)},
};

constexpr Field kLcp[] = {
    {kRef, offsetof(LcpAttribution, target)},
    {kRef, offsetof(LcpAttribution, url)},
    {kUint32, offsetof(LcpAttribution, size_px)},
    {kUint32, offsetof(LcpAttribution, time_to_first_byte_100us)},
    {kUint32, offsetof(LcpAttribution, resource_load_delay_100us)},
    {kUint32, offsetof(LcpAttribution, resource_load_duration_100us)},
    {kUint32, offsetof(LcpAttribution, element_render_delay_100us)},
    {kUint32, offsetof(LcpAttribution, hero)},
};

constexpr Field kCls[] = {
    {kRef, offsetof(ClsAttribution, largest_shift_target)},
    {},
    {kUint64, offsetof(ClsAttribution, largest_shift_nano)},
    {kUint32, offsetof(ClsAttribution, window_start_100us)},
    {kUint32, offsetof(ClsAttribution, window_end_100us)},
    {kUint32, offsetof(ClsAttribution, shifts)},
    {kUint32, offsetof(ClsAttribution, load_state)},
};

constexpr Field kInteractionAttribution[] = {
    {kRef, offsetof(InteractionAttribution, target)},
    {kRef, offsetof(InteractionAttribution, name)},
    {},
    {kUint32, offsetof(InteractionAttribution, input_delay_100us)},
    {kUint32, offsetof(InteractionAttribution, processing_100us)},
    {kUint32, offsetof(InteractionAttribution, presentation_100us)},
    {kUint32, offsetof(InteractionAttribution, load_state)},
    {kUint32, offsetof(InteractionAttribution, interaction_type)},
    {kRef, offsetof(InteractionAttribution, longest_script_url)},
    {kRef, offsetof(InteractionAttribution, longest_script_function)},
    {kUint32, offsetof(InteractionAttribution, longest_script_100us)},
};

constexpr Field kFcp[] = {
    {kUint32, offsetof(FcpAttribution, time_to_first_byte_100us)},
    {kUint32, offsetof(FcpAttribution, first_byte_to_fcp_100us)},
    {kUint32, offsetof(FcpAttribution, load_state)},
    {kUint32, offsetof(FcpAttribution, render_blocking_resources)},
    {kRef, offsetof(FcpAttribution, render_blocking_url)},
    {kRef, offsetof(FcpAttribution, rendering)},
};

constexpr Field kTtfb[] = {
    {kUint32, offsetof(TtfbAttribution, waiting_100us)},
    {kUint32, offsetof(TtfbAttribution, cache_100us)},
    {kUint32, offsetof(TtfbAttribution, dns_100us)},
    {kUint32, offsetof(TtfbAttribution, connection_100us)},
    {kUint32, offsetof(TtfbAttribution, request_100us)},
    {kRef, offsetof(TtfbAttribution, request_type)},
    {kRef, offsetof(TtfbAttribution, cache_status)},
    {kRef, offsetof(TtfbAttribution, server_region)},
};

constexpr Field kLayoutShiftEvent[] = {
    {kUint64},
    {kBool},
    {kShiftSource},
};

constexpr Field kInteractionEvent[] = {
    {kRef, offsetof(InteractionEvent, name)},
    {kRef, offsetof(InteractionEvent, target)},
    {kUint32, offsetof(InteractionEvent, duration_100us)},
    {kUint32, offsetof(InteractionEvent, input_delay_100us)},
    {kUint32, offsetof(InteractionEvent, processing_100us)},
};

constexpr Field kClickEvent[] = {
    {kRef, offsetof(ClickEvent, target)},
    {kSint32, offsetof(ClickEvent, x)},
    {kSint32, offsetof(ClickEvent, y)},
};

constexpr Field kRageClickEvent[] = {
    {kRef, offsetof(RageClickEvent, target)},
    {kUint32, offsetof(RageClickEvent, count)},
    {kSint32, offsetof(RageClickEvent, x)},
    {kSint32, offsetof(RageClickEvent, y)},
    {kUint32, offsetof(RageClickEvent, duration_100us)},
};

constexpr Field kVisibilityChangeEvent[] = {
    {kBool, offsetof(VisibilityChangeEvent, hidden)},
};

constexpr Field kDeadClickEvent[] = {
    {kRef, offsetof(DeadClickEvent, target)},
};

constexpr Field kErrorClickEvent[] = {
    {kRef, offsetof(ErrorClickEvent, target)},
    {kFixed32},
    {kUint32, offsetof(ErrorClickEvent, delay_100us)},
};

constexpr Field kCallEvent[] = {
    {}, {kRef}, {kRefs}, {kOptional}, {kOptional}, {kOptional}, {kOptional}, {kOptional},
};

constexpr auto kTables =
    Together(kHeader, kPageView, kVital,
             // Attributions from VitalField::kLcp.
             kLcp, kCls, kInteractionAttribution, kFcp, kTtfb,
             // Events from EventField::kLayoutShift; what is passed on has the entry's.
             kLayoutShiftEvent, kInteractionEvent, kClickEvent, kRageClickEvent,
             kVisibilityChangeEvent, kDeadClickEvent, kErrorClickEvent, kCallEvent);
enum Index : uint8_t { kHeaderIndex, kPageViewIndex, kVitalIndex, kFirstAttribution };
constexpr size_t kFirstEvent = kFirstAttribution + 5;

MessageTable At(size_t index) { return {kTables.data(), index}; }

}  // namespace

MessageTable TableOf(EventField kind) {
  const auto number = static_cast<FieldNumber>(kind);
  if (number >= kFirstPassedOn) return TableOf(static_cast<EntryField>(kind));
  constexpr size_t kLast = static_cast<size_t>(EventField::kErrorClick) + 1;
  const size_t place = std::min<size_t>(number, kLast);
  return At(kFirstEvent + place - static_cast<size_t>(EventField::kLayoutShift));
}

MessageTable TableOf(VitalField attribution) {
  if (attribution < VitalField::kLcp) return {};
  return At(kFirstAttribution + static_cast<size_t>(attribution) -
            static_cast<size_t>(VitalField::kLcp));
}

template <>
MessageTable TableOf<BeaconHeader>() {
  return At(kHeaderIndex);
}
template <>
MessageTable TableOf<PageViewHeader>() {
  return At(kPageViewIndex);
}
template <>
MessageTable TableOf<VitalEvent>() {
  return At(kVitalIndex);
}

}  // namespace paceline::core
