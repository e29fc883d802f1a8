#include "core/wire/beacon_writer.h"

#include <protozero/pbf_builder.hpp>
#include <variant>

#include "core/wire/fields.h"
#include "core/wire/string_table.h"

namespace paceline::core {
namespace {

template <typename Field>
using Builder = protozero::pbf_builder<Field>;

template <typename Field>
void AddUint(Builder<Field>& message, Field field, uint64_t value) {
  if (value != 0) message.add_uint64(field, value);
}

template <typename Field>
void AddSint(Builder<Field>& message, Field field, int64_t value) {
  if (value != 0) message.add_sint64(field, value);
}

template <typename Field>
void AddString(Builder<Field>& message, Field field, std::string_view value) {
  if (!value.empty()) message.add_bytes(field, value.data(), value.size());
}

template <typename Enum>
uint64_t Number(Enum value) {
  return static_cast<uint64_t>(value);
}

// Writes page views and events, and gathers the strings that they use.
class BodyWriter {
 public:
  // `buffer`: what the builders write to.
  BodyWriter(const BeaconContents& contents, const std::string& buffer, StringTable* strings)
      : contents_(contents), buffer_(buffer), strings_(*strings) {}

  // Writes `what` as field `field` of `message`. protozero takes back nested messages that turn out
  // empty; these say something by being there, such as a oneof's "not hidden any more".
  template <typename Fields, typename What, typename Field>
  void WriteNested(const What& what, Field field, Builder<Field>& message) const {
    const size_t size_before = buffer_.size();
    {
      Builder<Fields> nested{message, field};
      Write(what, nested);
    }
    if (buffer_.size() == size_before) message.add_message(field, nullptr, 0);
  }

  void Write(const Context& context, Builder<ContextField>& message) const {
    AddUint(message, ContextField::kDeviceMemoryMib, context.device_memory_mib);
    AddUint(message, ContextField::kHardwareConcurrency, context.hardware_concurrency);
    AddUint(message, ContextField::kEffectiveConnectionType, context.effective_connection_type);
    AddUint(message, ContextField::kRoundTripMs, context.round_trip_ms);
    AddUint(message, ContextField::kDownlinkKbps, context.downlink_kbps);
    AddUint(message, ContextField::kSaveData, context.save_data);
    AddUint(message, ContextField::kViewportWidth, context.viewport_width);
    AddUint(message, ContextField::kViewportHeight, context.viewport_height);
    AddUint(message, ContextField::kScreenWidth, context.screen_width);
    AddUint(message, ContextField::kScreenHeight, context.screen_height);
    AddUint(message, ContextField::kMaxTouchPoints, context.max_touch_points);
    AddUint(message, ContextField::kLanguage, strings_.Ref(context.language_ref));
    AddUint(message, ContextField::kUserAgent, strings_.Ref(context.user_agent_ref));
    AddUint(message, ContextField::kRelease, strings_.Ref(context.release_ref));
  }

  void Write(const PageViewHeader& page_view, Builder<PageViewField>& message) const {
    AddUint(message, PageViewField::kIndex, page_view.index);
    AddUint(message, PageViewField::kStart, page_view.start_100us);
    AddUint(message, PageViewField::kNavigationType, Number(page_view.navigation_type));
    AddUint(message, PageViewField::kUrl, strings_.Ref(page_view.url));
    AddUint(message, PageViewField::kReferrer, strings_.Ref(page_view.referrer));
  }

  void Write(const Event& event, Builder<EventField>& message) const {
    AddUint(message, EventField::kPageView, event.page_view);
    AddUint(message, EventField::kAt, event.at_100us);
    WriteIf<VitalEvent, VitalField>(event, EventField::kVital, message);
    WriteIf<LayoutShiftEvent, LayoutShiftEventField>(event, EventField::kLayoutShift, message);
    WriteIf<InteractionEvent, InteractionEventField>(event, EventField::kInteraction, message);
    WriteIf<ClickEvent, ClickEventField>(event, EventField::kClick, message);
    WriteIf<RageClickEvent, RageClickEventField>(event, EventField::kRageClick, message);
    WriteIf<VisibilityChangeEvent, VisibilityChangeEventField>(event, EventField::kVisibilityChange,
                                                               message);
  }

 private:
  template <typename What, typename Fields>
  void WriteIf(const Event& event, EventField field, Builder<EventField>& message) const {
    const What* what = std::get_if<What>(&event.what);
    if (what != nullptr) WriteNested<Fields>(*what, field, message);
  }

  void Write(const VitalEvent& vital, Builder<VitalField>& message) const {
    AddUint(message, VitalField::kMetric, Number(vital.metric));
    AddUint(message, VitalField::kValue, vital.value);
    AddSint(message, VitalField::kDelta, vital.delta);
    AddUint(message, VitalField::kRating, Number(vital.rating));
    AddUint(message, VitalField::kEntryCount, vital.entry_count);
    if (const auto* lcp = std::get_if<LcpAttribution>(&vital.attribution)) {
      Builder<LcpAttributionField> nested{message, VitalField::kLcp};
      AddUint(nested, LcpAttributionField::kTarget, strings_.Ref(lcp->target));
      AddUint(nested, LcpAttributionField::kUrl, strings_.Ref(lcp->url));
      AddUint(nested, LcpAttributionField::kSizePx, lcp->size_px);
    } else if (const auto* cls = std::get_if<ClsAttribution>(&vital.attribution)) {
      Builder<ClsAttributionField> nested{message, VitalField::kCls};
      AddUint(nested, ClsAttributionField::kLargestShiftTarget,
              strings_.Ref(cls->largest_shift_target));
      AddUint(nested, ClsAttributionField::kLargestShiftNano, cls->largest_shift_nano);
      AddUint(nested, ClsAttributionField::kWindowStart, cls->window_start_100us);
      AddUint(nested, ClsAttributionField::kWindowEnd, cls->window_end_100us);
    } else if (const auto* event = std::get_if<InteractionAttribution>(&vital.attribution)) {
      Builder<InteractionAttributionField> nested{message, VitalField::kInteraction};
      AddUint(nested, InteractionAttributionField::kTarget, strings_.Ref(event->target));
      AddUint(nested, InteractionAttributionField::kName, strings_.Ref(event->name));
      AddUint(nested, InteractionAttributionField::kInputDelay, event->input_delay_100us);
      AddUint(nested, InteractionAttributionField::kProcessing, event->processing_100us);
      AddUint(nested, InteractionAttributionField::kPresentation, event->presentation_100us);
    }
  }

  void Write(const LayoutShiftEvent& shift, Builder<LayoutShiftEventField>& message) const {
    AddUint(message, LayoutShiftEventField::kValueNano, shift.value_nano);
    AddUint(message, LayoutShiftEventField::kHadRecentInput, shift.had_recent_input);
    for (const LayoutShiftSource& source :
         contents_.shift_sources.subspan(shift.first_source, shift.source_count)) {
      Builder<LayoutShiftSourceField> nested{message, LayoutShiftEventField::kSources};
      AddUint(nested, LayoutShiftSourceField::kTarget, strings_.Ref(source.target_ref));
      Write(source.previous, LayoutShiftSourceField::kPrevious, nested);
      Write(source.current, LayoutShiftSourceField::kCurrent, nested);
    }
  }

  static void Write(const Rect& rect, LayoutShiftSourceField field,
                    Builder<LayoutShiftSourceField>& message) {
    // An element that appears has no rectangle before, one that goes has none after.
    if (rect.x == 0 && rect.y == 0 && rect.width == 0 && rect.height == 0) return;
    Builder<RectField> nested{message, field};
    AddSint(nested, RectField::kX, rect.x);
    AddSint(nested, RectField::kY, rect.y);
    AddUint(nested, RectField::kWidth, rect.width);
    AddUint(nested, RectField::kHeight, rect.height);
  }

  void Write(const InteractionEvent& event, Builder<InteractionEventField>& message) const {
    AddUint(message, InteractionEventField::kName, strings_.Ref(event.name));
    AddUint(message, InteractionEventField::kTarget, strings_.Ref(event.target));
    AddUint(message, InteractionEventField::kDuration, event.duration_100us);
    AddUint(message, InteractionEventField::kInputDelay, event.input_delay_100us);
    AddUint(message, InteractionEventField::kProcessing, event.processing_100us);
  }

  void Write(const ClickEvent& click, Builder<ClickEventField>& message) const {
    AddUint(message, ClickEventField::kTarget, strings_.Ref(click.target));
    AddSint(message, ClickEventField::kX, click.x);
    AddSint(message, ClickEventField::kY, click.y);
  }

  void Write(const RageClickEvent& rage, Builder<RageClickEventField>& message) const {
    AddUint(message, RageClickEventField::kTarget, strings_.Ref(rage.target));
    AddUint(message, RageClickEventField::kCount, rage.count);
    AddSint(message, RageClickEventField::kX, rage.x);
    AddSint(message, RageClickEventField::kY, rage.y);
    AddUint(message, RageClickEventField::kDuration, rage.duration_100us);
  }

  void Write(const VisibilityChangeEvent& change,
             Builder<VisibilityChangeEventField>& message) const {
    AddUint(message, VisibilityChangeEventField::kHidden, change.hidden);
  }

  const BeaconContents& contents_;
  const std::string& buffer_;
  StringTable& strings_;
};

}  // namespace

void WriteBeacon(const BeaconContents& contents, std::string* beacon) {
  // Behind the strings on the wire, but written first: only then is it known which strings there
  // are.
  std::string rest;
  StringTable strings(*contents.strings);
  const BodyWriter body(contents, rest, &strings);
  {
    Builder<BeaconField> message{rest};
    body.WriteNested<ContextField>(contents.context, BeaconField::kContext, message);
    for (const PageViewHeader& page_view : contents.page_views) {
      body.WriteNested<PageViewField>(page_view, BeaconField::kPageViews, message);
    }
    for (const Event& event : contents.events) {
      body.WriteNested<EventField>(event, BeaconField::kEvents, message);
    }
    AddUint(message, BeaconField::kKeptUnsampled, contents.kept_unsampled);
  }
  Builder<BeaconField> message{*beacon};
  AddString(message, BeaconField::kSite, contents.site);
  AddString(message, BeaconField::kSessionId, contents.session_id);
  AddString(message, BeaconField::kDocumentId, contents.document_id);
  AddUint(message, BeaconField::kSequence, contents.sequence);
  AddUint(message, BeaconField::kOriginUnixMs, contents.origin_unix_ms);
  AddUint(message, BeaconField::kSentUnixMs, contents.sent_unix_ms);
  AddUint(message, BeaconField::kSampleRatePpm, contents.sample_rate_ppm);
  AddUint(message, BeaconField::kCoversEntriesBefore, contents.covers_entries_before);
  strings.ForEach([&message](std::string_view text) {
    message.add_bytes(BeaconField::kStrings, text.data(), text.size());
  });
  beacon->append(rest);
}

}  // namespace paceline::core
