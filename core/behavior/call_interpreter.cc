#include "core/behavior/call_interpreter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "core/base/currency.h"
#include "core/base/decimal.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/wire/message_codec.h"

namespace paceline::core {
namespace {

// Names as people spell them: "External API" is "external_api". In place of `*spelled`.
std::string_view NameOf(std::string_view given, Bytes* spelled) {
  spelled->clear();
  for (char c : given) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-') c = '_';
    spelled->push_back(c);
  }
  return *spelled;
}

// Kinds of calls, in the order of CallKind.
constexpr std::string_view kCalls = "track,metric,feedback,journey,conversion,";
enum class CallKind { kTrack = 1, kMetric, kFeedback, kJourney, kConversion };

// MetricUnit, MetricSource and JourneyStep.Kind of beacon.proto, in the order of their numbers.
constexpr std::string_view kUnits = "ms,s,bytes,%,count,rate,score,";
constexpr std::string_view kSources = "browser,server,database,cdn,external_api,system,";
constexpr std::string_view kSteps = "start,step_start,step_complete,step_fail,complete,abandon,";

constexpr uint32_t kBestScore = 5;

class Reader {
 public:
  Reader(const CallView& call, StringPool* strings, Bytes* message)
      : arguments_(call.arguments), strings_(*strings), message_(*message), writer_(message) {
    for (size_t i = 0; i < std::min(arguments_.size(), kMaxPlain); ++i) plain_[i] = arguments_[i];
  }

  // An argument that stands before the options; 0 when it is missing.
  PoolRef Ref(size_t index) const { return plain_[index]; }
  std::string_view Text(PoolRef ref) const { return strings_.Get(ref); }
  StringPool& strings() { return strings_; }
  MessageWriter& writer() { return writer_; }
  void Write(const void* fields, EventField kind) {
    EncodeFields(fields, TableOf(kind), kSameRefs, &message_);
  }

  // The arguments from there on are pairs of key and value, some of these keys among them: their
  // values are options(0), options(1) and so on. A key without value is left out.
  void ReadOptions(size_t index, std::string_view keys) {
    keys_ = keys;
    if (index >= arguments_.size()) return;
    pairs_ = arguments_.subspan(index);
    // Of those of the same key the first counts.
    for (size_t i = pairs_.size() / 2; i-- > 0;) {
      const uint32_t number = NumberAmong(keys, Text(pairs_[2 * i]));
      if (number != 0) options_[number - 1] = pairs_[2 * i + 1];
    }
  }
  PoolRef option(size_t number) const { return options_[number]; }

  std::optional<Decimal> Parse(PoolRef ref) const { return ParseDecimal(Text(ref)); }
  // As a count; 0 for what is none.
  uint32_t Count(PoolRef ref) const {
    const std::optional<Decimal> decimal = Parse(ref);
    return decimal ? ToCount(*decimal, UINT32_MAX).value_or(0) : 0;
  }
  // Number of the name among `names`.
  uint32_t Number(std::string_view names, PoolRef ref) {
    return NumberAmong(names, NameOf(Text(ref), &spelled_));
  }

  // Writes each of the pairs that is no option as an Attribute.
  void WriteAttributes(FieldNumber field) {
    for (size_t i = 0; i + 1 < pairs_.size(); i += 2) {
      if (pairs_[i] == 0 || NumberAmong(keys_, Text(pairs_[i])) != 0) continue;
      const size_t begin = writer_.Begin();
      writer_.AddNumber(AttributeField::kKey, pairs_[i]);
      writer_.AddNumber(AttributeField::kValue, pairs_[i + 1]);
      writer_.End(field, begin);
    }
  }

 private:
  static constexpr size_t kMaxPlain = 3;
  static constexpr size_t kMaxOptions = 5;

  const std::span<const PoolRef> arguments_;
  StringPool& strings_;
  Bytes& message_;
  MessageWriter writer_;
  PoolRef plain_[kMaxPlain] = {};
  std::string_view keys_;
  std::span<const PoolRef> pairs_;
  PoolRef options_[kMaxOptions] = {};
  Bytes spelled_;
};

EventField ReadAction(Reader& reader) {
  if (reader.Ref(0) == 0) return kNoEvent;
  reader.ReadOptions(1, {});
  reader.writer().AddNumber(ActionField::kName, reader.Ref(0));
  reader.WriteAttributes(static_cast<FieldNumber>(ActionField::kAttributes));
  return EventField::kAction;
}

EventField ReadMetric(Reader& reader) {
  const std::optional<Decimal> decimal = reader.Parse(reader.Ref(1));
  if (reader.Ref(0) == 0 || !decimal) return kNoEvent;
  const double value = ToDouble(*decimal);
  if (std::isinf(value)) return kNoEvent;
  reader.ReadOptions(2, "unit,source,");
  const PoolRef unit = reader.option(0);
  const PoolRef source = reader.option(1);
  MessageWriter& writer = reader.writer();
  writer.AddNumber(CustomMetricField::kName, reader.Ref(0));
  if (value != 0) writer.AddDouble(CustomMetricField::kValue, value);
  writer.AddNumber(CustomMetricField::kUnit, reader.Number(kUnits, unit));
  // Measured here unless it says otherwise.
  writer.AddNumber(CustomMetricField::kSource, source == 0 ? 1 : reader.Number(kSources, source));
  reader.WriteAttributes(static_cast<FieldNumber>(CustomMetricField::kTags));
  return EventField::kCustomMetric;
}

EventField ReadFeedback(Reader& reader) {
  const std::optional<Decimal> score = reader.Parse(reader.Ref(0));
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
  reader.ReadOptions(3, "version,reason,");
  step.journey = reader.Ref(0);
  step.kind = static_cast<Kind>(reader.Number(kSteps, reader.Ref(1)));
  step.step = reader.Ref(2);
  step.version = reader.Count(reader.option(0));
  step.reason = reader.option(1);
  const bool needs_step = step.kind >= Kind::kStepStart && step.kind <= Kind::kStepFail;
  if (step.journey == 0 || step.kind == Kind::kUnspecified) return {};
  if (needs_step && step.step == 0) return {};
  reader.Write(&step, EventField::kJourneyStep);
  return {EventField::kJourneyStep, step.kind == Kind::kStepFail};
}

// Options of a conversion.
constexpr std::string_view kConversionKeys = "value,currency,id,pagesVisited,timeOnSiteMs,";
enum { kValue, kCurrency, kId, kPagesVisited, kTimeOnSiteMs };

EventField ReadConversion(Reader& reader, PoolRef type, PoolRef id, const ConversionFacts& facts) {
  const Bytes currency = CurrencyCode(reader.Text(reader.option(kCurrency)));
  int64_t value_minor = 0;
  if (reader.option(kValue) != 0) {
    const std::optional<Decimal> value = reader.Parse(reader.option(kValue));
    const auto units = value ? ToUnits(*value, MinorDigits(currency)) : std::nullopt;
    // A value that cannot be read, or be true.
    if (!units || *units > kMaxValueMinor || *units < -kMaxValueMinor) return kNoEvent;
    value_minor = *units;
  }
  BounceRiskFacts felt = facts.felt;
  felt.pages_visited = reader.Count(reader.option(kPagesVisited));
  MessageWriter& writer = reader.writer();
  const auto add_felt = [&writer](ConversionField field, uint64_t value) {
    if (value != kNotMeasured) writer.AddOptional(field, value);
  };
  writer.AddNumber(ConversionField::kType, type);
  writer.AddSigned(ConversionField::kValueMinor, value_minor);
  writer.AddNumber(ConversionField::kCurrency, reader.strings().Add(currency));
  writer.AddNumber(ConversionField::kId, id);
  reader.WriteAttributes(static_cast<FieldNumber>(ConversionField::kAttributes));
  add_felt(ConversionField::kLcp, felt.lcp_100us);
  add_felt(ConversionField::kInp, felt.inp_100us);
  add_felt(ConversionField::kFid, facts.fid_100us);
  add_felt(ConversionField::kClsNano, felt.cls_nano);
  add_felt(ConversionField::kLoad, felt.load_100us);
  writer.AddNumber(ConversionField::kPagesVisited, felt.pages_visited);
  writer.AddNumber(ConversionField::kTimeOnSiteMs, reader.Count(reader.option(kTimeOnSiteMs)));
  writer.AddNumber(ConversionField::kBounceRiskPermille, BounceRiskPermille(felt));
  return EventField::kConversion;
}

}  // namespace

CallEvent CallInterpreter::Interpret(const CallView& call, const ConversionFacts& facts,
                                     StringPool* strings, Bytes* message) {
  Reader reader(call, strings, message);
  switch (static_cast<CallKind>(NumberAmong(kCalls, strings->Get(call.name)))) {
    case CallKind::kTrack:
      return {ReadAction(reader)};
    case CallKind::kMetric:
      return {ReadMetric(reader)};
    case CallKind::kFeedback:
      return {ReadFeedback(reader)};
    case CallKind::kJourney:
      return ReadJourneyStep(reader);
    case CallKind::kConversion: {
      reader.ReadOptions(1, kConversionKeys);
      // A copy: what is cut off comes from the pool.
      const Bytes name(CutUtf8(reader.Text(reader.Ref(0)), kMaxConversionTypeBytes));
      const PoolRef type = strings->Add(name);
      PoolRef id = reader.option(kId);
      if (reader.Text(id).size() > kMaxConversionIdBytes) id = 0;
      if (type == 0 || IsToldBefore(type, id)) return {};
      const EventField kind = ReadConversion(reader, type, id, facts);
      return {kind, kind != kNoEvent};
    }
  }
  return {};
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
