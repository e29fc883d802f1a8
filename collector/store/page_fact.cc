#include "collector/store/page_fact.h"

#include <algorithm>
#include <protozero/exception.hpp>
#include <protozero/pbf_message.hpp>
#include <protozero/pbf_writer.hpp>

#include "collector/store/fact_events.h"
#include "collector/store/fold.h"

namespace paceline::store {
namespace {

// Field numbers of v1::PageViewFact, v1::FactVital and v1::Vital.
constexpr protozero::pbf_tag_type kWeightField = 6;
constexpr protozero::pbf_tag_type kNavigationTypeField = 7;
constexpr protozero::pbf_tag_type kUrlField = 8;
constexpr protozero::pbf_tag_type kReferrerField = 9;
constexpr protozero::pbf_tag_type kDimensionsField = 10;
constexpr protozero::pbf_tag_type kVitalsField = 11;
constexpr protozero::pbf_tag_type kLastSeenField = 16;
constexpr protozero::pbf_tag_type kHeaderSequenceField = 17;
constexpr protozero::pbf_tag_type kConversionsField = 26;
constexpr std::array<protozero::pbf_tag_type, kCounterCount> kCounterFields = {
    12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25};

enum class VitalField : protozero::pbf_tag_type { kMetric = 1, kValue = 2, kRating = 4 };

// What cannot be read is left as it is: whoever writes records has parsed them.
PageVital ReadVital(std::string_view bytes) try {
  PageVital vital;
  protozero::pbf_message<VitalField> reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag()) {
      case VitalField::kMetric:
        vital.metric = reader.get_enum();
        break;
      case VitalField::kValue:
        vital.value = reader.get_uint64();
        break;
      case VitalField::kRating:
        vital.rating = reader.get_enum();
        break;
      default:
        reader.skip();
    }
  }
  return vital;
} catch (const protozero::exception&) {
  return {};
}

void MergeVital(const PageVital& vital, PageFact* fact) {
  auto at = fact->vitals.begin();
  while (at != fact->vitals.end() && at->metric < vital.metric) ++at;
  if (at == fact->vitals.end() || at->metric != vital.metric) {
    fact->vitals.insert(at, vital);
  } else if (vital.sequence >= at->sequence) {
    *at = vital;
  }
}

std::string SerializeVital(const PageVital& vital) {
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  if (vital.metric != 0) writer.add_enum(1, vital.metric);
  if (vital.value != 0) writer.add_uint64(2, vital.value);
  if (vital.rating != 0) writer.add_enum(3, vital.rating);
  if (vital.sequence != 0) writer.add_uint32(4, vital.sequence);
  return bytes;
}

}  // namespace

bool CountsInRollups(const PageFact& fact) {
  return fact.weight_micro > 0 && !fact.facet->dimensions.bot();
}

uint64_t UnixMsOf(const BeaconSource& beacon, uint64_t at_100us) {
  return std::min(
      CorrectedUnixMs(beacon.record.origin_unix_ms, at_100us, beacon.record.clock_offset_ms),
      beacon.latest_unix_ms);
}

PageFact BeginFact(const BeaconSource& beacon, size_t at, Facets* facets) {
  const RecordView& record = beacon.record;
  PageFact fact;
  fact.began_unix_ms = UnixMsOf(beacon, record.page_views[at].start_100us);
  fact.last_seen_unix_ms = fact.began_unix_ms;
  fact.weight_micro = record.weight_micro;
  fact.facet = facets->Get(record.site, record.dimensions,
                           at < record.page_groups.size() ? record.page_groups[at] : "",
                           at < record.stages.size() ? record.stages[at] : "");
  return fact;
}

void MergeHeader(const BeaconSource& beacon, size_t at, PageFact* fact) {
  const RecordView& record = beacon.record;
  if (record.sequence < fact->header_sequence) return;
  const PageViewHeader& header = record.page_views[at];
  fact->header_sequence = record.sequence;
  fact->navigation_type = header.navigation_type;
  fact->url = record.Text(header.url_ref);
  fact->referrer = record.Text(header.referrer_ref);
}

void MergeEvent(const BeaconSource& beacon, const EventView& event, PageFact* fact) {
  const uint64_t at_unix_ms = UnixMsOf(beacon, event.at_100us);
  fact->last_seen_unix_ms = std::max(fact->last_seen_unix_ms, at_unix_ms);
  if (event.kind == v1::Event::kVital) {
    PageVital vital = ReadVital(event.body);
    vital.sequence = beacon.record.sequence;
    MergeVital(vital, fact);
  } else {
    CountEvent(beacon.record, event, at_unix_ms, fact);
  }
}

std::string SerializeFact(const PageFact& fact) {
  std::string bytes;
  bytes.reserve(64 + fact.url.size() + fact.referrer.size() + fact.facet->bytes.size() +
                fact.vitals.size() * 16);
  protozero::pbf_writer writer(bytes);
  if (fact.weight_micro != 0) writer.add_uint64(kWeightField, fact.weight_micro);
  if (fact.navigation_type != 0) writer.add_enum(kNavigationTypeField, fact.navigation_type);
  if (!fact.url.empty()) writer.add_string(kUrlField, fact.url);
  if (!fact.referrer.empty()) writer.add_string(kReferrerField, fact.referrer);
  writer.add_message(kDimensionsField, fact.facet->bytes);
  for (const PageVital& vital : fact.vitals) {
    writer.add_message(kVitalsField, SerializeVital(vital));
  }
  for (size_t i = 0; i < kCounterCount; ++i) {
    if (fact.counters[i] != 0) writer.add_uint32(kCounterFields[i], fact.counters[i]);
  }
  if (fact.last_seen_unix_ms != 0) writer.add_uint64(kLastSeenField, fact.last_seen_unix_ms);
  if (fact.header_sequence != 0) writer.add_uint32(kHeaderSequenceField, fact.header_sequence);
  for (const v1::FactConversion& conversion : fact.conversions) {
    writer.add_message(kConversionsField, conversion.SerializeAsString());
  }
  return bytes;
}

bool ParseFact(std::string_view bytes, std::string_view site, uint64_t began_unix_ms,
               Facets* facets, PageFact* fact) {
  v1::PageViewFact stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  fact->began_unix_ms = began_unix_ms;
  fact->last_seen_unix_ms = stored.last_seen_unix_ms();
  fact->weight_micro = stored.weight_micro();
  const v1::Dimensions& dimensions = stored.dimensions();
  fact->facet = facets->Get(site, dimensions.SerializeAsString(), dimensions.page_group(),
                            dimensions.stage());
  fact->navigation_type = stored.navigation_type();
  fact->header_sequence = stored.header_sequence();
  fact->url = stored.url();
  fact->referrer = stored.referrer();
  for (const v1::FactVital& vital : stored.vitals()) {
    fact->vitals.push_back({vital.metric(), vital.rating(), vital.sequence(), vital.value()});
  }
  fact->counters = {stored.clicks(),           stored.rage_clicks(),
                    stored.layout_shifts(),    stored.slow_interactions(),
                    stored.errors(),           stored.error_clicks(),
                    stored.dead_clicks(),      stored.api_calls(),
                    stored.failed_api_calls(), stored.long_tasks(),
                    stored.resources(),        stored.journey_steps()};
  fact->conversions.assign(stored.conversions().begin(), stored.conversions().end());
  return true;
}

}  // namespace paceline::store
