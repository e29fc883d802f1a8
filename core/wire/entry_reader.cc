#include "core/wire/entry_reader.h"

#include "core/base/limits.h"

namespace paceline::core {

void EntryReader::Decode(MessageReader& parent, Entry* entry) {
  DecodeMessage<EntryField>(parent, [this, entry](MessageReader& reader, EntryField field) {
    if (!reader.IsLengthDelimited()) return;
    switch (field) {
      case EntryField::kPageViewStart:
        *entry = DecodePageViewStart(reader);
        break;
      case EntryField::kNavigation:
        *entry = DecodeNavigation(reader);
        break;
      case EntryField::kPaint:
        *entry = DecodePaint(reader);
        break;
      case EntryField::kLargestContentfulPaint:
        *entry = DecodeLargestContentfulPaint(reader);
        break;
      case EntryField::kLayoutShift:
        *entry = DecodeLayoutShift(reader);
        break;
      case EntryField::kEventTiming:
        *entry = DecodeEventTiming(reader);
        break;
      case EntryField::kVisibilityChange:
        *entry = DecodeVisibilityChange(reader);
        break;
      case EntryField::kUserInput:
        *entry = DecodeUserInput(reader);
        break;
      case EntryField::kClick:
        *entry = DecodeClick(reader);
        break;
    }
  });
}

PageViewStart EntryReader::DecodePageViewStart(MessageReader& parent) {
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

Navigation EntryReader::DecodeNavigation(MessageReader& parent) {
  Navigation navigation;
  DecodeMessage<NavigationField>(parent, [&](MessageReader& reader, NavigationField field) {
    if (field == NavigationField::kResponseStart) reader.Read(&navigation.response_start_100us);
  });
  return navigation;
}

Paint EntryReader::DecodePaint(MessageReader& parent) {
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

LargestContentfulPaint EntryReader::DecodeLargestContentfulPaint(MessageReader& parent) {
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

LayoutShift EntryReader::DecodeLayoutShift(MessageReader& parent) {
  LayoutShift shift;
  shift.first_source = static_cast<uint32_t>(shift_sources_.size());
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

void EntryReader::AddShiftSource(MessageReader& parent, LayoutShift* shift) {
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
  shift_sources_.push_back(source);
  ++shift->source_count;
}

Rect EntryReader::DecodeRect(MessageReader& parent) {
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

EventTiming EntryReader::DecodeEventTiming(MessageReader& parent) {
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

VisibilityChange EntryReader::DecodeVisibilityChange(MessageReader& parent) {
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

UserInput EntryReader::DecodeUserInput(MessageReader& parent) {
  UserInput input;
  DecodeMessage<UserInputField>(parent, [&](MessageReader& reader, UserInputField field) {
    if (field == UserInputField::kAt) reader.Read(&input.at_100us);
  });
  return input;
}

Click EntryReader::DecodeClick(MessageReader& parent) {
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

}  // namespace paceline::core
