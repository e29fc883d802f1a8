// DocumentState: what each kind of entry does.
#include <utility>

#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/behavior/error_fingerprint.h"
#include "core/document_state.h"
#include "core/wire/message_codec.h"
#include "core/wire/message_reader.h"
#include "core/wire/url_scrub.h"

namespace paceline::core {
namespace {

constexpr PoolRef kNotInterned = UINT32_MAX;

struct Interning {
  StringPool* strings;
  const PodVector<std::string_view>* texts;
  PodVector<PoolRef>* known;
};

// Number in the pool of a string of the batch, whose references were checked.
uint32_t Intern(void* context, uint32_t ref, FieldKind kind) {
  const auto& interning = *static_cast<const Interning*>(context);
  const bool is_url = kind == FieldKind::kUrl;
  PoolRef& known = (*interning.known)[2 * (ref - 1) + (is_url ? 1 : 0)];
  if (known == kNotInterned) {
    const std::string_view text = (*interning.texts)[ref - 1];
    known = is_url ? interning.strings->Add(ScrubUrl(text)) : interning.strings->Add(text);
  }
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

template <typename Struct>
Struct DocumentState::Read(const EntryBatchView& batch, const EntryView& entry, std::string* copy) {
  Struct fields;
  Interning interning{&strings_, &batch.strings, &interned_};
  DecodeMessage(entry.message, TableOf(entry.kind), {Intern, &interning}, &fields, copy);
  return fields;
}

void DocumentState::AdoptContext(const EntryBatchView& batch) {
  interned_.assign(2 * batch.strings.size(), kNotInterned);
  Interning interning{&strings_, &batch.strings, &interned_};
  context_.clear();
  device_ = {};
  DecodeMessage(batch.header.context, TableOf<Device>(), {Intern, &interning}, &device_, &context_);
  BehaviorRules rules;
  scratch_.clear();
  DecodeMessage(batch.header.rules, TableOf<BehaviorRules>(), {}, &rules, &scratch_);
  rules_ = ClickRulesOf(rules);
  rage_.SetRules(rules_);
}

void DocumentState::Apply(const EntryBatchView& batch, const EntryView& entry) {
  scratch_.clear();
  switch (entry.kind) {
    case EntryField::kUnknown:
      return;
    case EntryField::kPageViewStart:
      return Apply(Read<PageViewStart>(batch, entry, &scratch_));
    case EntryField::kNavigation:
      return Apply(Read<Navigation>(batch, entry, &scratch_));
    case EntryField::kPaint: {
      const auto paint = Read<Paint>(batch, entry, &scratch_);
      Advance(paint.start_100us);
      return Current().vitals.Observe(paint);
    }
    case EntryField::kLargestContentfulPaint: {
      const auto paint = Read<LargestContentfulPaint>(batch, entry, &scratch_);
      Advance(paint.start_100us);
      return Current().vitals.Observe(paint, paint.target_ref, paint.url_ref);
    }
    case EntryField::kLayoutShift: {
      const auto shift = Read<LayoutShift>(batch, entry, &scratch_);
      return Apply(shift, scratch_);
    }
    case EntryField::kEventTiming:
      return Apply(Read<EventTiming>(batch, entry, &scratch_));
    case EntryField::kVisibilityChange:
      return Apply(Read<VisibilityChange>(batch, entry, &scratch_));
    case EntryField::kUserInput: {
      const auto input = Read<UserInput>(batch, entry, &scratch_);
      Advance(input.at_100us);
      return Current().vitals.ObserveInput(input.at_100us);
    }
    case EntryField::kClick:
      return Apply(Read<Click>(batch, entry, &scratch_));
    case EntryField::kClickResponse:
      return Apply(Read<ClickResponse>(batch, entry, &scratch_));
    case EntryField::kCall: {
      const auto call = Read<Call>(batch, entry, &scratch_);
      return Apply(call, scratch_);
    }
    default:
      return PassOn(batch, entry);
  }
}

void DocumentState::Apply(const PageViewStart& start) {
  EndRuns();
  hidden_ = false;
  last_click_.reset();
  interactions_.ObserveNative(start.interaction_count);
  // The page view before had its last interaction by now.
  if (!page_views_.empty()) page_views_.back().vitals.SetInteractionCount(interactions_.Count());

  PageViewState state;
  state.start_100us = start.start_100us;
  state.activation_start_100us = start.activation_start_100us;
  if (start.first_hidden_100us_plus_1 != 0) {
    state.first_hidden_100us = start.first_hidden_100us_plus_1 - 1;
  }
  state.restored = start.navigation_type == NavigationType::kBackForwardCache;
  state.soft = start.navigation_type == NavigationType::kSoftNavigation;
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

void DocumentState::Apply(const LayoutShift& shift, std::string_view copy) {
  Advance(shift.start_100us);
  const size_t begin = event_bytes_.size();
  MessageWriter writer(&event_bytes_);
  writer.AddNumber(LayoutShiftField::kValueNano, ToNano(shift.value));
  writer.AddNumber(LayoutShiftField::kHadRecentInput, shift.had_recent_input);
  PoolRef first_target = 0;
  bool first_is_element = false;
  constexpr std::string_view kText = "TEXT";
  std::string ignored;
  MessageReader reader(copy);
  while (reader.Next()) {
    if (reader.field() != kShiftSourcesNumber) continue;
    LayoutShiftSource source;
    DecodeMessage(reader.bytes(), TableOf<LayoutShiftSource>(), {}, &source, &ignored);
    // An element says more than a text does.
    const std::string_view name = strings_.Get(source.target_ref);
    const bool is_element =
        name.size() < kText.size() || name.substr(name.size() - kText.size()) != kText;
    if (first_target == 0 || (is_element && !first_is_element)) {
      first_target = source.target_ref;
      first_is_element = is_element && first_target != 0;
    }
    writer.AddBytes(LayoutShiftField::kSources, reader.bytes());
  }
  Current().vitals.Observe(shift, first_target);
  AddEncoded(shift.start_100us, static_cast<FieldNumber>(EventField::kLayoutShift), begin);
}

void DocumentState::Apply(const EventTiming& timing) {
  Advance(timing.start_100us);
  interactions_.ObserveId(timing.interaction_id);
  PageView& page_view = Current();
  const bool is_key = strings_.Get(timing.name_ref).substr(0, 3) == "key";
  page_view.vitals.Observe(timing, timing.name_ref, timing.target_ref, is_key);
  interaction_log_.Observe(timing, timing.name_ref, timing.target_ref, page_view.header.index,
                           &events_);
}

void DocumentState::Apply(const Click& click) {
  Advance(click.at_100us);
  Current().vitals.ObserveInput(click.at_100us);
  AddRage(rage_.Observe(click));
  AddEvent(click.at_100us, ClickEvent{click.target_ref, click.x, click.y});
  last_click_ = click;
  worth_keeping_ = worth_keeping_ || rage_.InRage();
}

void DocumentState::Apply(const ClickResponse& response) {
  Advance(response.at_100us);
  if (response.response_100us != 0 || rules_.MayStayUnanswered(response.flags)) return;
  AddEvent(response.at_100us, DeadClickEvent{response.target_ref});
}

void DocumentState::Apply(const VisibilityChange& change) {
  Advance(change.at_100us);
  if (change.hidden) {
    Current().vitals.ObserveHidden(change.at_100us);
    EndRuns();
  }
  hidden_ = change.hidden;
  AddEvent(change.at_100us, VisibilityChangeEvent{change.hidden});
}

void DocumentState::Apply(const Call& call, std::string_view copy) {
  Advance(call.at_100us);
  const PodVector<PoolRef> arguments = RefsIn(copy, kCallArgumentsNumber);
  const size_t begin = event_bytes_.size();
  const What what =
      calls_.Interpret({call.name_ref, arguments}, FactsOfConversion(), &strings_, &event_bytes_);
  worth_keeping_ = worth_keeping_ || core::IsWorthKeeping(what);
  if (const auto* encoded = std::get_if<EncodedEvent>(&what)) {
    AddEncoded(call.at_100us, encoded->kind, begin);
  } else if (what.index() != 0) {
    AddEvent(call.at_100us, what);
  }
}

ConversionFacts DocumentState::FactsOfConversion() {
  const PageView& page_view = Current();
  const auto value = [&page_view](Metric metric) {
    const std::optional<VitalReading> reading = page_view.vitals.Read(metric);
    return reading ? std::optional(reading->value) : std::nullopt;
  };
  ConversionFacts facts;
  facts.felt.lcp_100us = value(Metric::kLcp);
  facts.felt.inp_100us = value(Metric::kInp);
  facts.felt.cls_nano = value(Metric::kCls);
  facts.felt.load_100us = page_view.load_100us;
  facts.felt.device = device_;
  facts.fid_100us = value(Metric::kFid);
  return facts;
}

void DocumentState::PassOn(const EntryBatchView& batch, const EntryView& entry) {
  const size_t begin = event_bytes_.size();
  uint32_t at_100us = 0;
  std::optional<Error> error;
  switch (entry.kind) {
    case EntryField::kError:
      error = Read<Error>(batch, entry, &event_bytes_);
      at_100us = error->at_100us;
      break;
    case EntryField::kResource: {
      const auto resource = Read<Resource>(batch, entry, &event_bytes_);
      at_100us = resource.at_100us;
      Current().vitals.Observe(resource);
      break;
    }
    case EntryField::kLongTask: {
      const auto task = Read<LongTask>(batch, entry, &event_bytes_);
      at_100us = task.at_100us;
      Current().vitals.Observe(task);
      break;
    }
    case EntryField::kMemorySample: {
      const auto sample = Read<MemorySample>(batch, entry, &event_bytes_);
      at_100us = sample.at_100us;
      Judge(sample);
      break;
    }
    default:
      at_100us = Read<PassedOn>(batch, entry, &event_bytes_).at_100us;
      if (entry.kind == EntryField::kLongAnimationFrame) {
        ObserveScripts(std::string_view(event_bytes_).substr(begin));
      }
  }
  Advance(at_100us);
  uint32_t fingerprint = 0;
  if (error) fingerprint = AddFingerprint(*error);
  AddEncoded(at_100us, static_cast<FieldNumber>(entry.kind), begin);
  if (error && IsFailure(*error)) {
    worth_keeping_ = true;
    AddErrorClick(*error, fingerprint);
  }
}

uint32_t DocumentState::AddFingerprint(const Error& error) {
  const uint32_t fingerprint =
      FingerprintOf(strings_.Get(error.name_ref), strings_.Get(error.message_ref),
                    strings_.Get(error.stack_ref), strings_.Get(error.source_ref));
  MessageWriter(&event_bytes_).AddFixed32(ErrorField::kFingerprint, fingerprint);
  return fingerprint;
}

void DocumentState::AddErrorClick(const Error& error, uint32_t fingerprint) {
  if (!last_click_ || error.at_100us < last_click_->at_100us) return;
  const uint32_t delay_100us = error.at_100us - last_click_->at_100us;
  if (delay_100us > rules_.error_click_100us) return;
  AddEvent(error.at_100us, ErrorClickEvent{last_click_->target_ref, fingerprint, delay_100us});
  last_click_.reset();
}

void DocumentState::Judge(const MemorySample& sample) {
  memory_.Observe(sample);
  MessageWriter writer(&event_bytes_);
  writer.AddNumber(MemorySampleField::kOverLimit, IsOverMemoryLimit(sample));
  writer.AddNumber(MemorySampleField::kLikelyLeak, memory_.likely_leak());
}

void DocumentState::ObserveScripts(std::string_view frame) {
  MessageReader reader(frame);
  while (reader.Next()) {
    if (reader.field() != kScriptsNumber) continue;
    Script script;
    DecodeMessage(reader.bytes(), TableOf<Script>(), {}, &script, &scratch_);
    Current().vitals.Observe(script);
  }
}

}  // namespace paceline::core
