#include "core/wire/beacon_writer.h"

#include "core/wire/message_codec.h"
#include "core/wire/string_table.h"

namespace paceline::core {
namespace {

// Writes page views and events, and gathers the strings that they use.
class BodyWriter {
 public:
  BodyWriter(const BeaconContents& contents, StringTable* strings, Bytes* body)
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
    for (const VitalEvent& vital : contents_.vitals) {
      begin = BeginEvent(vital.page_view, vital.at_100us);
      Write(vital);
      EndEvent(static_cast<FieldNumber>(EventField::kVital), begin);
    }
    for (const Event& event : contents_.events) {
      begin = BeginEvent(event.page_view, event.at_100us);
      DecodeMessage(contents_.event_bytes.substr(event.begin, event.size),
                    TableOf(static_cast<EventField>(event.kind)), refs_, nullptr, &body_);
      EndEvent(event.kind, begin);
    }
    writer_.AddNumber(BeaconField::kKeptUnsampled, contents_.kept_unsampled);
  }

 private:
  static uint32_t TableRef(void* strings, uint32_t ref) {
    return static_cast<StringTable*>(strings)->Ref(ref);
  }

  // Returns where its message begins.
  size_t BeginEvent(uint32_t page_view, uint32_t at_100us) {
    event_begin_ = writer_.Begin();
    writer_.AddNumber(EventField::kPageView, page_view);
    writer_.AddNumber(EventField::kAt, at_100us);
    return writer_.Begin();
  }
  void EndEvent(FieldNumber kind, size_t begin) {
    writer_.End(kind, begin);
    writer_.End(BeaconField::kEvents, event_begin_);
  }

  void Write(const VitalEvent& vital) {
    EncodeFields(&vital, TableOf<VitalEvent>(), refs_, &body_);
    const Attribution& attribution = vital.attribution;
    const size_t begin = writer_.Begin();
    EncodeFields(attribution.zeros, TableOf(attribution.kind), refs_, &body_);
    if (body_.size() > begin) writer_.End(attribution.kind, begin);
  }

  const BeaconContents& contents_;
  const RefMap refs_;
  Bytes& body_;
  MessageWriter writer_;
  size_t event_begin_ = 0;
};

}  // namespace

void WriteBeacon(const BeaconContents& contents, Bytes* beacon) {
  // Behind the strings on the wire, but written first: only then is it known which strings there
  // are.
  Bytes body;
  StringTable strings(*contents.strings);
  BodyWriter(contents, &strings, &body).Write();

  beacon->clear();
  EncodeFields(&contents.header, TableOf<BeaconHeader>(), kSameRefs, beacon);
  MessageWriter writer(beacon);
  strings.ForEach(
      [&writer](std::string_view text) { writer.AddBytes(BeaconField::kStrings, text); });
  beacon->Append(body);
}

}  // namespace paceline::core
