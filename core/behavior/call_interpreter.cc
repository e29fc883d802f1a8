#include "core/behavior/call_interpreter.h"

#include <cmath>
#include <optional>
#include <string_view>

#include "core/base/currency.h"
#include "core/base/decimal.h"
#include "core/base/limits.h"
#include "core/wire/message_codec.h"

namespace paceline::core {
namespace {

using Pairs = std::span<const PoolRef>;

// Names as people spell them: "External API" is "external_api".
bool IsSame(std::string_view given, std::string_view name) {
  if (given.size() != name.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    char c = given[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-') c = '_';
    if (c != name[i]) return false;
  }
  return true;
}

// Number from 1 of the name among `names`, which are divided by commas; 0 when it is none of them.
uint32_t NumberAmong(std::string_view names, std::string_view given) {
  for (uint32_t number = 1; !names.empty(); ++number) {
    const std::string_view name = names.substr(0, names.find(','));
    if (IsSame(given, name)) return number;
    names.remove_prefix(name.size() < names.size() ? name.size() + 1 : names.size());
  }
  return 0;
}

// MetricUnit, MetricSource and JourneyStep.Kind of beacon.proto, in the order of their numbers.
constexpr std::string_view kUnits = "ms,s,bytes,%,count,rate,score";
constexpr std::string_view kSources = "browser,server,database,cdn,external_api,system";
constexpr std::string_view kSteps = "start,step_start,step_complete,step_fail,complete,abandon";

constexpr uint32_t kBestScore = 5;

class Reader {
 public:
  Reader(const CallView& call, StringPool* strings, Bytes* message)
      : arguments_(call.arguments), strings_(*strings), message_(*message), writer_(message) {}

  PoolRef Ref(size_t index) const { return index < arguments_.size() ? arguments_[index] : 0; }
  std::string_view Text(size_t index) const { return strings_.Get(Ref(index)); }
  StringPool& strings() { return strings_; }
  MessageWriter& writer() { return writer_; }
  void Write(const void* fields, EventField kind) {
    EncodeFields(fields, TableOf(kind), {}, &message_);
  }

  // Key-value pairs from there on; one without value is left out.
  Pairs PairsFrom(size_t index) const {
    if (index >= arguments_.size()) return {};
    const Pairs rest = arguments_.subspan(index);
    return rest.first(rest.size() / 2 * 2);
  }

  // Value of the key in `pairs`, 0 when there is none.
  PoolRef ValueOf(Pairs pairs, std::string_view key) const {
    for (size_t i = 0; i < pairs.size(); i += 2) {
      if (strings_.Get(pairs[i]) == key) return pairs[i + 1];
    }
    return 0;
  }
  std::optional<Decimal> DecimalOf(Pairs pairs, std::string_view key) const {
    return ParseDecimal(strings_.Get(ValueOf(pairs, key)));
  }
  uint32_t CountOf(Pairs pairs, std::string_view key) const {
    const std::optional<Decimal> decimal = DecimalOf(pairs, key);
    return decimal ? ToCount(*decimal, UINT32_MAX).value_or(0) : 0;
  }

  // Writes each pair as an Attribute, but for those whose key is among `known`.
  void WriteAttributes(FieldNumber field, Pairs pairs, std::string_view known) {
    for (size_t i = 0; i < pairs.size(); i += 2) {
      if (pairs[i] == 0 || IsAmong(known, strings_.Get(pairs[i]))) continue;
      const size_t begin = writer_.Begin();
      writer_.AddNumber(AttributeField::kKey, pairs[i]);
      writer_.AddNumber(AttributeField::kValue, pairs[i + 1]);
      writer_.End(field, begin);
    }
  }

 private:
  static bool IsAmong(std::string_view names, std::string_view key) {
    for (size_t at = 0; (at = names.find(key, at)) != std::string_view::npos; ++at) {
      const size_t end = at + key.size();
      const bool begins = at == 0 || names[at - 1] == ',';
      if (begins && (end == names.size() || names[end] == ',')) return true;
    }
    return false;
  }

  const std::span<const PoolRef> arguments_;
  StringPool& strings_;
  Bytes& message_;
  MessageWriter writer_;
};

EventField ReadAction(Reader& reader) {
  if (reader.Ref(0) == 0) return kNoEvent;
  reader.writer().AddNumber(ActionField::kName, reader.Ref(0));
  reader.WriteAttributes(static_cast<FieldNumber>(ActionField::kAttributes), reader.PairsFrom(1),
                         "");
  return EventField::kAction;
}

EventField ReadMetric(Reader& reader) {
  const std::optional<Decimal> decimal = ParseDecimal(reader.Text(1));
  if (reader.Ref(0) == 0 || !decimal) return kNoEvent;
  const double value = ToDouble(*decimal);
  if (std::isinf(value)) return kNoEvent;
  const Pairs pairs = reader.PairsFrom(2);
  const std::string_view unit = reader.strings().Get(reader.ValueOf(pairs, "unit"));
  const std::string_view source = reader.strings().Get(reader.ValueOf(pairs, "source"));
  MessageWriter& writer = reader.writer();
  writer.AddNumber(CustomMetricField::kName, reader.Ref(0));
  if (value != 0) writer.AddDouble(CustomMetricField::kValue, value);
  writer.AddNumber(CustomMetricField::kUnit, NumberAmong(kUnits, unit));
  // Measured here unless it says otherwise.
  writer.AddNumber(CustomMetricField::kSource, source.empty() ? 1 : NumberAmong(kSources, source));
  reader.WriteAttributes(static_cast<FieldNumber>(CustomMetricField::kTags), pairs, "unit,source");
  return EventField::kCustomMetric;
}

EventField ReadFeedback(Reader& reader) {
  const std::optional<Decimal> score = ParseDecimal(reader.Text(0));
  const std::optional<uint32_t> count = score ? ToCount(*score, kBestScore) : std::nullopt;
  // Half points are no answer that the scale has.
  if (!count || *count == 0 || score->exponent < 0) return kNoEvent;
  const FeedbackEvent feedback{*count, reader.Ref(1)};
  reader.Write(&feedback, EventField::kFeedback);
  return EventField::kFeedback;
}

CallEvent ReadJourneyStep(Reader& reader) {
  using Kind = JourneyStepEvent::Kind;
  JourneyStepEvent step;
  const Pairs pairs = reader.PairsFrom(3);
  step.journey = reader.Ref(0);
  step.kind = static_cast<Kind>(NumberAmong(kSteps, reader.Text(1)));
  step.step = reader.Ref(2);
  step.version = reader.CountOf(pairs, "version");
  step.reason = reader.ValueOf(pairs, "reason");
  const bool needs_step = step.kind >= Kind::kStepStart && step.kind <= Kind::kStepFail;
  if (step.journey == 0 || step.kind == Kind::kUnspecified) return {};
  if (needs_step && step.step == 0) return {};
  reader.Write(&step, EventField::kJourneyStep);
  return {EventField::kJourneyStep, step.kind == Kind::kStepFail};
}

// Value in minor units; nullopt when there is one that cannot be read. 0 when there is none.
std::optional<int64_t> MinorValue(const Reader& reader, Pairs pairs, std::string_view currency) {
  if (reader.ValueOf(pairs, "value") == 0) return 0;
  const std::optional<Decimal> value = reader.DecimalOf(pairs, "value");
  return value ? ToUnits(*value, MinorDigits(currency)) : std::nullopt;
}

CallEvent ReadConversion(Reader& reader, const ConversionFacts& facts) {
  const Pairs pairs = reader.PairsFrom(1);
  const Bytes currency = CurrencyCode(reader.strings().Get(reader.ValueOf(pairs, "currency")));
  const std::optional<int64_t> value = MinorValue(reader, pairs, currency);
  if (!value) return {};
  BounceRiskFacts felt = facts.felt;
  felt.pages_visited = reader.CountOf(pairs, "pagesVisited");
  MessageWriter& writer = reader.writer();
  const auto add_felt = [&writer](ConversionField field, const auto& felt_value) {
    if (felt_value) writer.AddOptional(field, *felt_value);
  };
  writer.AddNumber(ConversionField::kType, reader.Ref(0));
  writer.AddSigned(ConversionField::kValueMinor, *value);
  writer.AddNumber(ConversionField::kCurrency, reader.strings().Add(currency));
  writer.AddNumber(ConversionField::kId, reader.ValueOf(pairs, "id"));
  reader.WriteAttributes(static_cast<FieldNumber>(ConversionField::kAttributes), pairs,
                         "value,currency,id,pagesVisited,timeOnSiteMs");
  add_felt(ConversionField::kLcp, felt.lcp_100us);
  add_felt(ConversionField::kInp, felt.inp_100us);
  add_felt(ConversionField::kFid, facts.fid_100us);
  add_felt(ConversionField::kClsNano, felt.cls_nano);
  add_felt(ConversionField::kLoad, felt.load_100us);
  writer.AddNumber(ConversionField::kPagesVisited, felt.pages_visited);
  writer.AddNumber(ConversionField::kTimeOnSiteMs, reader.CountOf(pairs, "timeOnSiteMs"));
  writer.AddNumber(ConversionField::kBounceRiskPermille, BounceRiskPermille(felt));
  return {EventField::kConversion, true};
}

}  // namespace

CallEvent CallInterpreter::Interpret(const CallView& call, const ConversionFacts& facts,
                                     StringPool* strings, Bytes* message) {
  Reader reader(call, strings, message);
  const std::string_view name = strings->Get(call.name);
  if (name == "track") return {ReadAction(reader)};
  if (name == "metric") return {ReadMetric(reader)};
  if (name == "feedback") return {ReadFeedback(reader)};
  if (name == "journey") return ReadJourneyStep(reader);
  if (name != "conversion" || reader.Ref(0) == 0) return {};
  if (IsToldBefore(reader.Ref(0), reader.ValueOf(reader.PairsFrom(1), "id"))) return {};
  return ReadConversion(reader, facts);
}

bool CallInterpreter::IsToldBefore(PoolRef type, PoolRef id) {
  if (id == 0) return false;
  for (const Told& told : told_) {
    if (told.type == type && told.id == id) return true;
  }
  told_.Add({type, id});
  return false;
}

}  // namespace paceline::core
