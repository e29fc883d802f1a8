// DocumentState: what each kind of entry does.
#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/document_state.h"
#include "core/wire/message_codec.h"
#include "core/wire/message_reader.h"

namespace paceline::core {
namespace {

constexpr PoolRef kNotInterned = UINT32_MAX;

struct Interning {
  StringPool* strings;
  const PodVector<std::string_view>* texts;
  PodVector<PoolRef>* known;
};

// Number in the pool of a string of the batch, whose references were checked.
uint32_t Intern(void* context, uint32_t ref) {
  const auto& interning = *static_cast<const Interning*>(context);
  PoolRef& known = (*interning.known)[ref - 1];
  if (known == kNotInterned) known = interning.strings->Add((*interning.texts)[ref - 1]);
  return known;
}

// The packed references in the message's field of that number.
PodVector<PoolRef> RefsIn(std::string_view message, FieldNumber number) {
  PodVector<PoolRef> refs;
  MessageReader reader(message);
  while (reader.Next()) {
    if (reader.field() != number) continue;
    std::string_view rest = reader.bytes();
    for (uint64_t ref = 0; TakeVarint(&rest, &ref);) refs.push_back(static_cast<PoolRef>(ref));
  }
  return refs;
}

// Something of the site's own went wrong; not, say, a picture that a visitor's blocker held back.
bool IsFailure(const Error& error) {
  return error.kind != Error::Kind::kResource && error.kind != Error::Kind::kPolicy;
}

}  // namespace

void DocumentState::AdoptContext(const EntryBatchView& batch) {
  interned_.assign(batch.strings.size(), kNotInterned);
  Interning interning{&strings_, &batch.strings, &interned_};
  context_.clear();
  DecodeMessage(batch.header.context, TableOf<Device>(), {Intern, &interning}, nullptr, &context_);
  BehaviorRules rules;
  message_.clear();
  DecodeMessage(batch.header.rules, TableOf<BehaviorRules>(), kSameRefs, &rules, &message_);
  rage_.SetRules(ClickRulesOf(rules));
}

void DocumentState::Apply(const EntryBatchView& batch, const EntryView& entry) {
  AnyEntry any;
  Interning interning{&strings_, &batch.strings, &interned_};
  message_.clear();
  DecodeMessage(entry.message, entry.table, {Intern, &interning}, any.zeros, &message_);
  switch (entry.kind) {
    case EntryField::kUnknown:
      return;
    case EntryField::kPageViewStart:
      return Apply(any.page_view_start);
    case EntryField::kNavigation:
      return Apply(any.navigation);
    // What these tell of is over by their time.
    case EntryField::kResource:
      Current().vitals.Observe(any.resource);
      break;
    case EntryField::kLongTask:
      Current().vitals.Observe(any.long_task);
      break;
    default:
      break;
  }
  const uint32_t at_100us = any.passed_on.at_100us;
  Advance(at_100us);
  switch (entry.kind) {
    case EntryField::kPaint:
      return Current().vitals.Observe(any.paint);
    case EntryField::kLargestContentfulPaint: {
      const LargestContentfulPaint& paint = any.largest_contentful_paint;
      return Current().vitals.Observe(paint, paint.target_ref, paint.url_ref);
    }
    case EntryField::kLayoutShift:
      return Apply(any.layout_shift);
    case EntryField::kEventTiming:
      return Apply(any.event_timing);
    case EntryField::kVisibilityChange:
      return Apply(any.visibility_change);
    case EntryField::kUserInput:
      return Current().vitals.ObserveInput(at_100us);
    case EntryField::kClick:
      return Apply(any.click);
    case EntryField::kClickResponse:
      return Apply(any.click_response);
    case EntryField::kCall:
      return Apply(any.call);
    case EntryField::kError:
      return Apply(any.error);
    case EntryField::kMemorySample:
      Apply(any.memory_sample);
      break;
    case EntryField::kLongAnimationFrame:
      ObserveScripts();
      break;
    default:
      break;
  }
  AddMessage(at_100us, static_cast<FieldNumber>(entry.kind));
}

void DocumentState::Apply(const PageViewStart& start) {
  EndRuns();
  hidden_ = false;
  last_click_.reset();
  interactions_.ObserveNative(start.interaction_count);
  // The page view before had its last interaction by now.
  if (!page_views_.empty()) page_views_.back()->vitals.SetInteractionCount(interactions_.Count());

  PageViewState state;
  state.start_100us = start.start_100us;
  state.activation_start_100us = start.activation_start_100us;
  if (start.first_hidden_100us_plus_1 != 0) {
    state.first_hidden_100us = start.first_hidden_100us_plus_1 - 1;
  }
  state.restored = start.navigation_type == NavigationType::kBackForwardCache;
  state.soft = start.navigation_type == NavigationType::kSoftNavigation;
  state.route = start.navigation_type == NavigationType::kRoute;
  if (state.soft) state.activation_start_100us = start.start_100us;
  state.unmeasurable_metrics = start.unmeasurable_metrics;
  const bool known = start.navigation_type <= NavigationType::kRoute;
  BeginPageView({next_page_view_, start.start_100us,
                 known ? start.navigation_type : NavigationType::kUnspecified, start.url_ref,
                 start.referrer_ref},
                state);
}

void DocumentState::Apply(const Navigation& navigation) {
  PageView& page_view = Current();
  page_view.vitals.Observe(navigation);
  if (navigation.load_event_end_100us != 0) {
    page_view.load_100us =
        SaturatingDifference(navigation.load_event_end_100us, page_view.activation_start_100us);
  }
  had_navigation_ = had_navigation_ || navigation.response_start_100us != 0;
}

void DocumentState::Apply(const LayoutShift& shift) {
  const Bytes copy = std::move(message_);
  message_.clear();
  MessageWriter writer(&message_);
  writer.AddNumber(LayoutShiftField::kValueNano, ToNano(shift.value));
  writer.AddNumber(LayoutShiftField::kHadRecentInput, shift.had_recent_input);
  PoolRef first_target = 0;
  bool first_is_element = false;
  Bytes ignored;
  MessageReader reader(copy);
  while (reader.Next()) {
    if (reader.field() != kShiftSourcesNumber) continue;
    LayoutShiftSource source;
    DecodeMessage(reader.bytes(), TableOf<LayoutShiftSource>(), kSameRefs, &source, &ignored);
    // An element says more than a text does.
    const bool is_element = !strings_.Get(source.target_ref).ends_with("TEXT");
    if (first_target == 0 || (is_element && !first_is_element)) {
      first_target = source.target_ref;
      first_is_element = is_element && first_target != 0;
    }
    writer.AddBytes(LayoutShiftField::kSources, reader.bytes());
  }
  Current().vitals.Observe(shift, first_target);
  AddMessage(shift.start_100us, static_cast<FieldNumber>(EventField::kLayoutShift));
}

void DocumentState::Apply(const EventTiming& timing) {
  interactions_.ObserveId(timing.interaction_id);
  PageView& page_view = Current();
  const bool is_key = strings_.Get(timing.name_ref).substr(0, 3) == "key";
  page_view.vitals.Observe(timing, timing.name_ref, timing.target_ref, is_key);
  interaction_log_.Observe(timing, timing.name_ref, timing.target_ref, page_view.header.index,
                           &events_);
}

void DocumentState::Apply(const Click& click) {
  Current().vitals.ObserveInput(click.at_100us);
  rage_.Observe(click, Current().header.index, &events_);
  AddEvent(click.at_100us, ClickEvent{click.target_ref, click.x, click.y});
  last_click_ = click;
  worth_keeping_ = worth_keeping_ || rage_.InRage();
}

void DocumentState::Apply(const ClickResponse& response) {
  if (response.response_100us != 0 || rage_.rules().MayStayUnanswered(response.flags)) return;
  AddEvent(response.at_100us, DeadClickEvent{response.target_ref});
}

void DocumentState::Apply(const VisibilityChange& change) {
  if (change.hidden) {
    Current().vitals.ObserveHidden(change.at_100us);
    EndRuns();
  }
  hidden_ = change.hidden;
  AddEvent(change.at_100us, VisibilityChangeEvent{change.hidden});
}

void DocumentState::Apply(const Call& call) {
  const std::string_view name = strings_.Get(call.name_ref);
  if (name == "conversion") {
    AddFelt();
    worth_keeping_ = true;
  } else if (name == "journey") {
    const PodVector<PoolRef> arguments = RefsIn(message_, kCallArgumentsNumber);
    worth_keeping_ =
        worth_keeping_ || (arguments.size() > 1 && strings_.Get(arguments[1]) == "stepFail");
  }
  AddMessage(call.at_100us, static_cast<FieldNumber>(EventField::kCall));
}

void DocumentState::AddFelt() {
  const PageView& page_view = Current();
  MessageWriter writer(&message_);
  const auto add = [&](CallField field, uint64_t value) {
    if (value != kNotMeasured) writer.AddOptional(field, value);
  };
  add(CallField::kLcp, page_view.vitals.ValueOf(Metric::kLcp));
  add(CallField::kInp, page_view.vitals.ValueOf(Metric::kInp));
  add(CallField::kFid, page_view.vitals.ValueOf(Metric::kFid));
  add(CallField::kClsNano, page_view.vitals.ValueOf(Metric::kCls));
  add(CallField::kLoad, page_view.load_100us);
}

void DocumentState::Apply(const Error& error) {
  AddMessage(error.at_100us, static_cast<FieldNumber>(EntryField::kError));
  if (!IsFailure(error)) return;
  worth_keeping_ = true;
  AddErrorClick(error);
}

void DocumentState::AddErrorClick(const Error& error) {
  if (!last_click_ || error.at_100us < last_click_->at_100us) return;
  const uint32_t delay_100us = error.at_100us - last_click_->at_100us;
  if (delay_100us > rage_.rules().error_click_100us) return;
  AddEvent(error.at_100us, ErrorClickEvent{last_click_->target_ref, delay_100us});
  last_click_.reset();
}

void DocumentState::Apply(const MemorySample& sample) {
  memory_.Observe(sample);
  MessageWriter writer(&message_);
  writer.AddNumber(MemorySampleField::kOverLimit, IsOverMemoryLimit(sample));
  writer.AddNumber(MemorySampleField::kLikelyLeak, memory_.likely_leak());
}

void DocumentState::ObserveScripts() {
  Bytes ignored;
  MessageReader reader(message_);
  while (reader.Next()) {
    if (reader.field() != kScriptsNumber) continue;
    Script script;
    DecodeMessage(reader.bytes(), TableOf<Script>(), kSameRefs, &script, &ignored);
    Current().vitals.Observe(script);
  }
}

}  // namespace paceline::core
