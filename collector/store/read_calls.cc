#include "collector/store/read_calls.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/currency.h"
#include "core/base/decimal.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/behavior/bounce_risk.h"

namespace paceline::store {
namespace {

using core::Decimal;
using core::NumberAmong;
using v1::Event;

// MetricUnit, MetricSource and JourneyStep.Kind of beacon.proto, in the order of their numbers.
constexpr std::string_view kUnits = "ms,s,bytes,%,count,rate,score,";
constexpr std::string_view kSources = "browser,server,database,cdn,externalapi,system,";
constexpr std::string_view kSteps = "start,stepstart,stepcomplete,stepfail,complete,abandon,";

constexpr uint32_t kBestScore = 5;

// Names as people spell them: "External API", "external_api" and "externalApi" are one.
uint32_t NumberOfName(std::string_view names, std::string_view given) {
  std::string name;
  for (const char c : given) {
    if (c == ' ' || c == '-' || c == '_') continue;
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return NumberAmong(names, name);
}

// As a count; 0 for what is none.
uint32_t CountIn(std::string_view text) {
  const std::optional<Decimal> decimal = core::ParseDecimal(text);
  return decimal ? core::ToCount(*decimal, UINT32_MAX).value_or(0) : 0;
}

// Reads the calls of one Beacon.
class CallReader {
 public:
  explicit CallReader(v1::Beacon* beacon) : beacon_(*beacon) {}

  // Makes `event`, which is no kind of event, what the call is. False: nothing.
  bool Read(const Event::Call& call, Event* event) {
    call_ = &call;
    const std::string_view name = Text(call.name_ref());
    if (name == "track") return ReadAction(event);
    if (name == "metric") return ReadMetric(event);
    if (name == "feedback") return ReadFeedback(event);
    if (name == "journey") return ReadJourneyStep(event);
    return name == "conversion" && ReadConversion(event);
  }

 private:
  bool ReadAction(Event* event);
  bool ReadMetric(Event* event);
  bool ReadFeedback(Event* event);
  bool ReadJourneyStep(Event* event);
  bool ReadConversion(Event* event);
  void AddFelt(Event::Conversion* conversion) const;

  std::string_view Text(uint32_t ref) const {
    if (ref == 0 || ref > static_cast<uint32_t>(beacon_.strings_size())) return {};
    return beacon_.strings(static_cast<int>(ref) - 1);
  }
  // `ref`, where it leads to `text` already.
  uint32_t RefTo(std::string_view text, uint32_t ref) {
    if (text == Text(ref)) return ref;
    if (text.empty()) return 0;
    beacon_.add_strings(std::string(text));
    return static_cast<uint32_t>(beacon_.strings_size());
  }

  // An argument, by its place; 0 when it is missing.
  uint32_t Argument(int place) const {
    return place < call_->argument_refs_size() ? call_->argument_refs(place) : 0;
  }
  // From `begin` on, arguments are pairs of key and value, some of them options. The first value of
  // that key. A key without value is left out.
  uint32_t Option(int begin, std::string_view key) const {
    for (int i = begin; i + 1 < call_->argument_refs_size(); i += 2) {
      if (Text(call_->argument_refs(i)) == key) return call_->argument_refs(i + 1);
    }
    return 0;
  }
  // Adds the pairs that are none of the `options`.
  template <typename Attributes>
  void AddAttributes(int begin, std::string_view options, Attributes* attributes) const {
    for (int i = begin; i + 1 < call_->argument_refs_size(); i += 2) {
      const std::string_view key = Text(call_->argument_refs(i));
      if (key.empty() || NumberAmong(options, key) != 0) continue;
      if (attributes->size() == static_cast<int>(core::kMaxMessagesInARow)) return;
      v1::Attribute* attribute = attributes->Add();
      attribute->set_key_ref(call_->argument_refs(i));
      attribute->set_value_ref(call_->argument_refs(i + 1));
    }
  }

  v1::Beacon& beacon_;
  const Event::Call* call_ = nullptr;
  // Type and id of conversions.
  std::set<std::pair<std::string, std::string>> told_;
};

bool CallReader::ReadAction(Event* event) {
  if (Text(Argument(0)).empty()) return false;
  Event::Action* action = event->mutable_action();
  action->set_name_ref(Argument(0));
  AddAttributes(1, {}, action->mutable_attributes());
  return true;
}

bool CallReader::ReadMetric(Event* event) {
  const std::optional<Decimal> decimal = core::ParseDecimal(Text(Argument(1)));
  if (Text(Argument(0)).empty() || !decimal) return false;
  const double value = core::ToDouble(*decimal);
  if (std::isinf(value)) return false;
  const std::string_view source = Text(Option(2, "source"));
  Event::CustomMetric* metric = event->mutable_custom_metric();
  metric->set_name_ref(Argument(0));
  metric->set_value(value == 0 ? 0 : value);
  metric->set_unit(static_cast<v1::MetricUnit>(NumberOfName(kUnits, Text(Option(2, "unit")))));
  // Measured there unless it says otherwise.
  metric->set_source(source.empty()
                         ? v1::METRIC_SOURCE_BROWSER
                         : static_cast<v1::MetricSource>(NumberOfName(kSources, source)));
  AddAttributes(2, "unit,source,", metric->mutable_tags());
  return true;
}

bool CallReader::ReadFeedback(Event* event) {
  const std::optional<Decimal> score = core::ParseDecimal(Text(Argument(0)));
  const std::optional<uint32_t> count = score ? core::ToCount(*score, kBestScore) : std::nullopt;
  // Half points are no answer that the scale has.
  if (!count || *count == 0 || score->exponent < 0) return false;
  event->mutable_feedback()->set_score(*count);
  event->mutable_feedback()->set_topic_ref(Argument(1));
  return true;
}

bool CallReader::ReadJourneyStep(Event* event) {
  using Step = Event::JourneyStep;
  const auto kind = static_cast<Step::Kind>(NumberOfName(kSteps, Text(Argument(1))));
  const bool needs_step = kind >= Step::KIND_STEP_START && kind <= Step::KIND_STEP_FAIL;
  if (Text(Argument(0)).empty() || kind == Step::KIND_UNSPECIFIED) return false;
  if (needs_step && Text(Argument(2)).empty()) return false;
  Step* step = event->mutable_journey_step();
  step->set_journey_ref(Argument(0));
  step->set_kind(kind);
  step->set_step_ref(Argument(2));
  step->set_version(CountIn(Text(Option(3, "version"))));
  step->set_reason_ref(Option(3, "reason"));
  return true;
}

bool CallReader::ReadConversion(Event* event) {
  const std::string type(core::CutUtf8(Text(Argument(0)), core::kMaxConversionTypeBytes));
  const core::Bytes currency = core::CurrencyCode(Text(Option(1, "currency")));
  int64_t value_minor = 0;
  if (const std::string_view text = Text(Option(1, "value")); !text.empty()) {
    const std::optional<Decimal> value = core::ParseDecimal(text);
    const auto units = value ? core::ToUnits(*value, core::MinorDigits(currency)) : std::nullopt;
    // A value that cannot be read, or be true.
    if (!units || *units > core::kMaxValueMinor || *units < -core::kMaxValueMinor) return false;
    value_minor = *units;
  }
  uint32_t id = Option(1, "id");
  if (Text(id).size() > core::kMaxConversionIdBytes) id = 0;
  if (type.empty() || (!Text(id).empty() && !told_.emplace(type, Text(id)).second)) return false;

  Event::Conversion* conversion = event->mutable_conversion();
  conversion->set_type_ref(RefTo(type, Argument(0)));
  conversion->set_value_minor(value_minor);
  conversion->set_currency_ref(RefTo(currency, Option(1, "currency")));
  conversion->set_id_ref(id);
  AddAttributes(1, "value,currency,id,pagesVisited,timeOnSiteMs,",
                conversion->mutable_attributes());
  conversion->set_pages_visited(CountIn(Text(Option(1, "pagesVisited"))));
  conversion->set_time_on_site_ms(CountIn(Text(Option(1, "timeOnSiteMs"))));
  AddFelt(conversion);
  return true;
}

void CallReader::AddFelt(Event::Conversion* conversion) const {
  if (call_->has_lcp_100us()) conversion->set_lcp_100us(call_->lcp_100us());
  if (call_->has_inp_100us()) conversion->set_inp_100us(call_->inp_100us());
  if (call_->has_fid_100us()) conversion->set_fid_100us(call_->fid_100us());
  if (call_->has_cls_nano()) conversion->set_cls_nano(call_->cls_nano());
  if (call_->has_load_100us()) conversion->set_load_100us(call_->load_100us());

  core::BounceRiskFacts facts;
  if (call_->has_lcp_100us()) facts.lcp_100us = call_->lcp_100us();
  if (call_->has_inp_100us()) facts.inp_100us = call_->inp_100us();
  if (call_->has_cls_nano()) facts.cls_nano = call_->cls_nano();
  if (call_->has_load_100us()) facts.load_100us = call_->load_100us();
  const v1::Context& context = beacon_.context();
  facts.device.memory_mib = context.device_memory_mib();
  facts.device.hardware_concurrency = context.hardware_concurrency();
  facts.device.effective_connection_type =
      static_cast<uint32_t>(context.effective_connection_type());
  facts.pages_visited = conversion->pages_visited();
  conversion->set_bounce_risk_permille(core::BounceRiskPermille(facts));
}

}  // namespace

void ReadCalls(v1::Beacon* beacon) {
  CallReader reader(beacon);
  auto* events = beacon->mutable_events();
  int kept = 0;
  for (int i = 0; i < events->size(); ++i) {
    Event* event = events->Mutable(i);
    if (event->has_call()) {
      const Event::Call call = std::move(*event->mutable_call());
      event->clear_call();
      if (!reader.Read(call, event)) continue;
    }
    events->SwapElements(kept++, i);
  }
  events->DeleteSubrange(kept, events->size() - kept);
}

}  // namespace paceline::store
