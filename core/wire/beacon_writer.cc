#include "core/wire/beacon_writer.h"

#include <utility>
#include <variant>

#include "core/wire/message_codec.h"
#include "core/wire/string_table.h"

namespace paceline::core {
namespace {

// The struct that a variant of structs holds. (std::visit would bring a table of functions.)
template <typename... Structs>
const void* StructIn(const std::variant<Structs...>& variant) {
  const void* found = nullptr;
  ((found = std::holds_alternative<Structs>(variant) ? std::get_if<Structs>(&variant) : found),
   ...);
  return found;
}

// By Attribution's alternatives.
struct AttributionKind {
  VitalField field;
  MessageTable (*table)();
};
constexpr AttributionKind kAttributions[] = {
    {VitalField::kLcp, TableOf<LcpAttribution>},
    {VitalField::kCls, TableOf<ClsAttribution>},
    {VitalField::kInteraction, TableOf<InteractionAttribution>},
    {VitalField::kFcp, TableOf<FcpAttribution>},
    {VitalField::kTtfb, TableOf<TtfbAttribution>},
};
static_assert(std::variant_size_v<Attribution> == 1 + std::size(kAttributions));

// By the alternatives of Event::what that are structs with a table.
constexpr EventField kStructEvents[] = {
    EventField::kInteraction,      EventField::kClick,       EventField::kRageClick,
    EventField::kVisibilityChange, EventField::kDeadClick,   EventField::kErrorClick,
    EventField::kFeedback,         EventField::kJourneyStep,
};
constexpr size_t kFirstStructEvent = 2;
static_assert(std::variant_size_v<decltype(Event::what)> ==
              kFirstStructEvent + std::size(kStructEvents) + 1);

// Writes page views and events, and gathers the strings that they use.
class BodyWriter {
 public:
  BodyWriter(const BeaconContents& contents, StringTable* strings, std::string* body)
      : contents_(contents), refs_{TableRef, strings}, body_(*body), writer_(body) {}

  void Write() {
    size_t begin = writer_.Begin();
    DecodeMessage(contents_.context, TableOf<Device>(), refs_, nullptr, &body_);
    writer_.End(BeaconField::kContext, begin);
    for (const PageViewHeader& page_view : contents_.page_views) {
      begin = writer_.Begin();
      EncodeFields(&page_view, TableOf<PageViewHeader>(), refs_, &body_);
      writer_.End(BeaconField::kPageViews, begin);
    }
    for (const Event& event : contents_.events) {
      begin = writer_.Begin();
      Write(event);
      writer_.End(BeaconField::kEvents, begin);
    }
    writer_.AddNumber(BeaconField::kKeptUnsampled, contents_.kept_unsampled);
  }

 private:
  static uint32_t TableRef(void* strings, uint32_t ref, FieldKind) {
    return static_cast<StringTable*>(strings)->Ref(ref);
  }

  void Write(const Event& event) {
    writer_.AddNumber(EventField::kPageView, event.page_view);
    writer_.AddNumber(EventField::kAt, event.at_100us);
    const size_t begin = writer_.Begin();
    if (const auto* vital = std::get_if<VitalEvent>(&event.what)) {
      Write(*vital);
      writer_.End(EventField::kVital, begin);
    } else if (const auto* encoded = std::get_if<EncodedEvent>(&event.what)) {
      DecodeMessage(contents_.event_bytes.substr(encoded->begin, encoded->size),
                    TableOf(static_cast<EventField>(encoded->kind)), refs_, nullptr, &body_);
      writer_.End(encoded->kind, begin);
    } else if (event.what.index() >= kFirstStructEvent) {
      const EventField kind = kStructEvents[event.what.index() - kFirstStructEvent];
      EncodeFields(StructIn(event.what), TableOf(kind), refs_, &body_);
      writer_.End(kind, begin);
    }
  }

  void Write(const VitalEvent& vital) {
    writer_.AddNumber(VitalField::kMetric, static_cast<uint64_t>(vital.metric));
    writer_.AddNumber(VitalField::kValue, vital.value);
    writer_.AddSigned(VitalField::kDelta, vital.delta);
    writer_.AddNumber(VitalField::kRating, static_cast<uint64_t>(vital.rating));
    writer_.AddNumber(VitalField::kEntryCount, vital.entry_count);
    if (vital.attribution.index() == 0) return;
    const AttributionKind& kind = kAttributions[vital.attribution.index() - 1];
    const size_t begin = writer_.Begin();
    EncodeFields(StructIn(vital.attribution), kind.table(), refs_, &body_);
    if (body_.size() > begin) writer_.End(kind.field, begin);
  }

  const BeaconContents& contents_;
  const RefMap refs_;
  std::string& body_;
  MessageWriter writer_;
};

}  // namespace

void WriteBeacon(const BeaconContents& contents, std::string* beacon) {
  // Behind the strings on the wire, but written first: only then is it known which strings there
  // are.
  std::string body;
  StringTable strings(*contents.strings);
  BodyWriter(contents, &strings, &body).Write();

  MessageWriter writer(beacon);
  writer.AddBytes(BeaconField::kSite, contents.site);
  writer.AddBytes(BeaconField::kSessionId, contents.session_id);
  writer.AddBytes(BeaconField::kDocumentId, contents.document_id);
  writer.AddNumber(BeaconField::kSequence, contents.sequence);
  writer.AddNumber(BeaconField::kOriginUnixMs, contents.origin_unix_ms);
  writer.AddNumber(BeaconField::kSentUnixMs, contents.sent_unix_ms);
  writer.AddNumber(BeaconField::kSampleRatePpm, contents.sample_rate_ppm);
  writer.AddNumber(BeaconField::kCoversEntriesBefore, contents.covers_entries_before);
  strings.ForEach(
      [&writer](std::string_view text) { writer.AddBytes(BeaconField::kStrings, text); });
  *beacon += body;
}

}  // namespace paceline::core
