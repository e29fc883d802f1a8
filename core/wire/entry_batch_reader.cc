#include "core/wire/entry_batch_reader.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/wire/message_reader.h"

namespace paceline::core {
namespace {

// Decodes into `batch`. Strings may stand behind the entries that refer to them, so references are
// checked at the end.
class Decoder {
 public:
  Decoder(uint32_t max_entries, EntryBatchView* batch)
      : max_entries_(max_entries), batch_(*batch) {}

  DecodeStatus Decode(std::string_view bytes) {
    if (!DecodeFields(bytes)) {
      return too_many_entries_ ? DecodeStatus::kTooManyEntries : DecodeStatus::kMalformed;
    }
    const bool valid = batch_.session_id.size() == kSessionIdBytes &&
                       batch_.document_id.size() == kDocumentIdBytes && !batch_.site.empty() &&
                       batch_.site.size() <= kMaxSiteBytes && IsValidUtf8(batch_.site) &&
                       max_ref_ <= batch_.strings.size();
    return valid ? DecodeStatus::kOk : DecodeStatus::kMalformed;
  }

 private:
  bool DecodeFields(std::string_view bytes) {
    MessageReader reader(bytes);
    while (reader.Next()) {
      switch (reader.FieldAs<EntryBatchField>()) {
        case EntryBatchField::kSite:
          reader.Read(&batch_.site);
          break;
        case EntryBatchField::kSessionId:
          reader.Read(&batch_.session_id);
          break;
        case EntryBatchField::kDocumentId:
          reader.Read(&batch_.document_id);
          break;
        // The sequence belongs to whoever stores batches.
        case EntryBatchField::kSequence:
          break;
        case EntryBatchField::kOriginUnixMs:
          reader.Read(&batch_.origin_unix_ms);
          break;
        case EntryBatchField::kSentUnixMs:
          reader.Read(&batch_.sent_unix_ms);
          break;
        case EntryBatchField::kSampleRatePpm:
          reader.Read(&batch_.sample_rate_ppm);
          break;
        case EntryBatchField::kInteractionCount:
          reader.Read(&batch_.interaction_count);
          break;
        case EntryBatchField::kStrings:
          AddString(reader);
          break;
        case EntryBatchField::kContext:
          DecodeContext(reader);
          break;
        case EntryBatchField::kEntries:
          AddEntry(reader);
          break;
        case EntryBatchField::kKeptUnsampled:
          reader.Read(&batch_.kept_unsampled);
          break;
      }
    }
    return reader.ok();
  }

  void AddString(MessageReader& parent) {
    if (!parent.IsLengthDelimited()) return;
    std::string_view text;
    parent.Read(&text);
    if (batch_.strings.size() >= kMaxStringsPerBatch || !IsValidUtf8(text)) return parent.Fail();
    batch_.strings.push_back(text);
  }

  void AddEntry(MessageReader& parent) {
    if (!parent.IsLengthDelimited()) return;
    if (batch_.entries.size() >= max_entries_) {
      too_many_entries_ = true;
      return parent.Fail();
    }
    batch_.entries.emplace_back();
    DecodeEntry(parent);
  }

  // Runs `handle` for each field of the message in `parent`'s current field; a malformed one fails
  // the parent.
  template <typename Field, typename Handle>
  void DecodeMessage(MessageReader& parent, Handle handle) {
    std::string_view bytes;
    parent.Read(&bytes);
    MessageReader reader(bytes);
    while (reader.Next()) handle(reader, reader.FieldAs<Field>());
    if (!reader.ok()) parent.Fail();
  }

  void ReadRef(const MessageReader& reader, uint32_t* ref) {
    reader.Read(ref);
    max_ref_ = std::max(max_ref_, *ref);
  }

  void DecodeEntry(MessageReader& parent);
  PageViewStart DecodePageViewStart(MessageReader& parent);
  Navigation DecodeNavigation(MessageReader& parent);
  Paint DecodePaint(MessageReader& parent);
  LargestContentfulPaint DecodeLargestContentfulPaint(MessageReader& parent);
  LayoutShift DecodeLayoutShift(MessageReader& parent);
  void AddShiftSource(MessageReader& parent, LayoutShift* shift);
  Rect DecodeRect(MessageReader& parent);
  EventTiming DecodeEventTiming(MessageReader& parent);
  VisibilityChange DecodeVisibilityChange(MessageReader& parent);
  UserInput DecodeUserInput(MessageReader& parent);
  Click DecodeClick(MessageReader& parent);
  void DecodeContext(MessageReader& parent);

  const uint32_t max_entries_;
  EntryBatchView& batch_;
  uint32_t max_ref_ = 0;
  bool too_many_entries_ = false;
};

void Decoder::DecodeEntry(MessageReader& parent) {
  DecodeMessage<EntryField>(parent, [this](MessageReader& reader, EntryField field) {
    if (!reader.IsLengthDelimited()) return;
    Entry& entry = batch_.entries.back();
    switch (field) {
      case EntryField::kPageViewStart:
        entry = DecodePageViewStart(reader);
        break;
      case EntryField::kNavigation:
        entry = DecodeNavigation(reader);
        break;
      case EntryField::kPaint:
        entry = DecodePaint(reader);
        break;
      case EntryField::kLargestContentfulPaint:
        entry = DecodeLargestContentfulPaint(reader);
        break;
      case EntryField::kLayoutShift:
        entry = DecodeLayoutShift(reader);
        break;
      case EntryField::kEventTiming:
        entry = DecodeEventTiming(reader);
        break;
      case EntryField::kVisibilityChange:
        entry = DecodeVisibilityChange(reader);
        break;
      case EntryField::kUserInput:
        entry = DecodeUserInput(reader);
        break;
      case EntryField::kClick:
        entry = DecodeClick(reader);
        break;
    }
  });
}

PageViewStart Decoder::DecodePageViewStart(MessageReader& parent) {
  PageViewStart start;
  uint32_t navigation_type = 0;
  DecodeMessage<PageViewStartField>(parent, [&](MessageReader& reader, PageViewStartField field) {
    switch (field) {
      case PageViewStartField::kStart:
        reader.Read(&start.start_100us);
        break;
      case PageViewStartField::kNavigationType:
        reader.Read(&navigation_type);
        break;
      case PageViewStartField::kUrl:
        ReadRef(reader, &start.url_ref);
        break;
      case PageViewStartField::kReferrer:
        ReadRef(reader, &start.referrer_ref);
        break;
      case PageViewStartField::kActivationStart:
        reader.Read(&start.activation_start_100us);
        break;
      case PageViewStartField::kFirstHiddenPlus1:
        reader.Read(&start.first_hidden_100us_plus_1);
        break;
      case PageViewStartField::kInteractionCount:
        reader.Read(&start.interaction_count);
        break;
      case PageViewStartField::kUnmeasurableMetrics:
        reader.Read(&start.unmeasurable_metrics);
        break;
    }
  });
  if (navigation_type <= static_cast<uint32_t>(NavigationType::kRoute)) {
    start.navigation_type = static_cast<NavigationType>(navigation_type);
  }
  return start;
}

Navigation Decoder::DecodeNavigation(MessageReader& parent) {
  Navigation navigation;
  DecodeMessage<NavigationField>(parent, [&](MessageReader& reader, NavigationField field) {
    if (field == NavigationField::kResponseStart) reader.Read(&navigation.response_start_100us);
  });
  return navigation;
}

Paint Decoder::DecodePaint(MessageReader& parent) {
  Paint paint;
  uint32_t kind = 0;
  DecodeMessage<PaintField>(parent, [&](MessageReader& reader, PaintField field) {
    switch (field) {
      case PaintField::kKind:
        reader.Read(&kind);
        break;
      case PaintField::kStart:
        reader.Read(&paint.start_100us);
        break;
    }
  });
  if (kind <= static_cast<uint32_t>(Paint::Kind::kRestored)) {
    paint.kind = static_cast<Paint::Kind>(kind);
  }
  return paint;
}

LargestContentfulPaint Decoder::DecodeLargestContentfulPaint(MessageReader& parent) {
  LargestContentfulPaint paint;
  using Field = LargestContentfulPaintField;
  DecodeMessage<Field>(parent, [&](MessageReader& reader, Field field) {
    switch (field) {
      case Field::kStart:
        reader.Read(&paint.start_100us);
        break;
      case Field::kSizePx:
        reader.Read(&paint.size_px);
        break;
      case Field::kTarget:
        ReadRef(reader, &paint.target_ref);
        break;
      case Field::kUrl:
        ReadRef(reader, &paint.url_ref);
        break;
    }
  });
  return paint;
}

LayoutShift Decoder::DecodeLayoutShift(MessageReader& parent) {
  LayoutShift shift;
  shift.first_source = static_cast<uint32_t>(batch_.shift_sources.size());
  DecodeMessage<LayoutShiftField>(parent, [&](MessageReader& reader, LayoutShiftField field) {
    switch (field) {
      case LayoutShiftField::kStart:
        reader.Read(&shift.start_100us);
        break;
      case LayoutShiftField::kValue:
        reader.Read(&shift.value);
        break;
      case LayoutShiftField::kHadRecentInput:
        reader.Read(&shift.had_recent_input);
        break;
      case LayoutShiftField::kSources:
        if (reader.IsLengthDelimited()) AddShiftSource(reader, &shift);
        break;
    }
  });
  // Written so that NaN fails too.
  if (!(shift.value >= 0 && shift.value <= kMaxLayoutShiftValue)) parent.Fail();
  return shift;
}

void Decoder::AddShiftSource(MessageReader& parent, LayoutShift* shift) {
  if (shift->source_count >= kMaxSourcesPerShift) return;
  LayoutShiftSource source;
  using Field = LayoutShiftSourceField;
  DecodeMessage<Field>(parent, [&](MessageReader& reader, Field field) {
    switch (field) {
      case Field::kTarget:
        ReadRef(reader, &source.target_ref);
        break;
      case Field::kPrevious:
        source.previous = DecodeRect(reader);
        break;
      case Field::kCurrent:
        source.current = DecodeRect(reader);
        break;
    }
  });
  batch_.shift_sources.push_back(source);
  ++shift->source_count;
}

Rect Decoder::DecodeRect(MessageReader& parent) {
  Rect rect;
  DecodeMessage<RectField>(parent, [&](MessageReader& reader, RectField field) {
    switch (field) {
      case RectField::kX:
        reader.Read(&rect.x);
        break;
      case RectField::kY:
        reader.Read(&rect.y);
        break;
      case RectField::kWidth:
        reader.Read(&rect.width);
        break;
      case RectField::kHeight:
        reader.Read(&rect.height);
        break;
    }
  });
  return rect;
}

EventTiming Decoder::DecodeEventTiming(MessageReader& parent) {
  EventTiming timing;
  DecodeMessage<EventTimingField>(parent, [&](MessageReader& reader, EventTimingField field) {
    switch (field) {
      case EventTimingField::kName:
        ReadRef(reader, &timing.name_ref);
        break;
      case EventTimingField::kStart:
        reader.Read(&timing.start_100us);
        break;
      case EventTimingField::kDuration:
        reader.Read(&timing.duration_100us);
        break;
      case EventTimingField::kProcessingStart:
        reader.Read(&timing.processing_start_100us);
        break;
      case EventTimingField::kProcessingDuration:
        reader.Read(&timing.processing_duration_100us);
        break;
      case EventTimingField::kInteractionId:
        reader.Read(&timing.interaction_id);
        break;
      case EventTimingField::kTarget:
        ReadRef(reader, &timing.target_ref);
        break;
      case EventTimingField::kFirstInput:
        reader.Read(&timing.first_input);
        break;
    }
  });
  return timing;
}

VisibilityChange Decoder::DecodeVisibilityChange(MessageReader& parent) {
  VisibilityChange change;
  using Field = VisibilityChangeField;
  DecodeMessage<Field>(parent, [&](MessageReader& reader, Field field) {
    switch (field) {
      case Field::kAt:
        reader.Read(&change.at_100us);
        break;
      case Field::kHidden:
        reader.Read(&change.hidden);
        break;
    }
  });
  return change;
}

UserInput Decoder::DecodeUserInput(MessageReader& parent) {
  UserInput input;
  DecodeMessage<UserInputField>(parent, [&](MessageReader& reader, UserInputField field) {
    if (field == UserInputField::kAt) reader.Read(&input.at_100us);
  });
  return input;
}

Click Decoder::DecodeClick(MessageReader& parent) {
  Click click;
  DecodeMessage<ClickField>(parent, [&](MessageReader& reader, ClickField field) {
    switch (field) {
      case ClickField::kAt:
        reader.Read(&click.at_100us);
        break;
      case ClickField::kX:
        reader.Read(&click.x);
        break;
      case ClickField::kY:
        reader.Read(&click.y);
        break;
      case ClickField::kTarget:
        ReadRef(reader, &click.target_ref);
        break;
    }
  });
  return click;
}

void Decoder::DecodeContext(MessageReader& parent) {
  if (!parent.IsLengthDelimited()) return;
  Context& context = batch_.context;
  DecodeMessage<ContextField>(parent, [&](MessageReader& reader, ContextField field) {
    switch (field) {
      case ContextField::kDeviceMemoryMib:
        reader.Read(&context.device_memory_mib);
        break;
      case ContextField::kHardwareConcurrency:
        reader.Read(&context.hardware_concurrency);
        break;
      case ContextField::kEffectiveConnectionType:
        reader.Read(&context.effective_connection_type);
        break;
      case ContextField::kRoundTripMs:
        reader.Read(&context.round_trip_ms);
        break;
      case ContextField::kDownlinkKbps:
        reader.Read(&context.downlink_kbps);
        break;
      case ContextField::kSaveData:
        reader.Read(&context.save_data);
        break;
      case ContextField::kViewportWidth:
        reader.Read(&context.viewport_width);
        break;
      case ContextField::kViewportHeight:
        reader.Read(&context.viewport_height);
        break;
      case ContextField::kScreenWidth:
        reader.Read(&context.screen_width);
        break;
      case ContextField::kScreenHeight:
        reader.Read(&context.screen_height);
        break;
      case ContextField::kMaxTouchPoints:
        reader.Read(&context.max_touch_points);
        break;
      case ContextField::kLanguage:
        ReadRef(reader, &context.language_ref);
        break;
      case ContextField::kUserAgent:
        ReadRef(reader, &context.user_agent_ref);
        break;
      case ContextField::kRelease:
        ReadRef(reader, &context.release_ref);
        break;
    }
  });
}

}  // namespace

DecodeStatus DecodeEntryBatch(std::string_view bytes, uint32_t max_entries, EntryBatchView* batch) {
  *batch = {};
  return Decoder(max_entries, batch).Decode(bytes);
}

}  // namespace paceline::core
