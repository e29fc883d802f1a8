// A page view's fact, as it is held in memory while its session is active: what v1::PageViewFact
// has, small and quick to change.
//
// A Beacon is merged once. Per vital and for the header the highest sequence wins, counters add up,
// conversions are kept once. So the order in which Beacons are merged makes no difference, but for
// what a page view's first one fixes: when it began, its weight and its facet.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/store/facets.h"
#include "collector/store/record_view.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

// Page views of a document that are counted, by PageView.index. Back/forward-cache restores and
// routes of one load.
inline constexpr uint32_t kMaxPageViewsPerDocument = 256;

// In the order of their fields in v1::PageViewFact.
enum class Counter : uint8_t {
  kClicks,
  kRageClicks,
  kLayoutShifts,
  kSlowInteractions,
  kErrors,
  kErrorClicks,
  kDeadClicks,
  kApiCalls,
  kFailedApiCalls,
  kLongTasks,
  kResources,
  kJourneySteps,
};
inline constexpr size_t kCounterCount = 12;

struct PageVital {
  // v1::Metric and v1::Rating.
  int32_t metric = 0;
  int32_t rating = 0;
  // Of the Beacon that said so.
  uint32_t sequence = 0;
  uint64_t value = 0;
};

struct PageFact {
  uint64_t began_unix_ms = 0;
  uint64_t last_seen_unix_ms = 0;
  uint64_t weight_micro = 0;
  SharedFacet facet;
  // v1::NavigationType.
  int32_t navigation_type = 0;
  uint32_t header_sequence = 0;
  std::string url;
  std::string referrer;
  // In the order of their metrics.
  std::vector<PageVital> vitals;
  std::array<uint32_t, kCounterCount> counters{};
  std::vector<v1::FactConversion> conversions;

  uint32_t& operator[](Counter counter) { return counters[static_cast<size_t>(counter)]; }
  uint32_t operator[](Counter counter) const { return counters[static_cast<size_t>(counter)]; }
};

// Whether rollups count it: not a bot's, and of the base sample.
bool CountsInRollups(const PageFact& fact);

// A Beacon, and when the last of the records behind it was received: nothing that it tells can have
// happened later.
struct BeaconSource {
  const RecordView& record;
  uint64_t latest_unix_ms = 0;
};

// Server time of a time of the Beacon. See fold.h, CorrectedUnixMs.
uint64_t UnixMsOf(const BeaconSource& beacon, uint64_t at_100us);

// What the Beacon's `at`th header says of a page view that is not known yet.
PageFact BeginFact(const BeaconSource& beacon, size_t at, Facets* facets);
void MergeHeader(const BeaconSource& beacon, size_t at, PageFact* fact);

void MergeEvent(const BeaconSource& beacon, const EventView& event, PageFact* fact);

// The value in the `facts` column family: a v1::PageViewFact without what its key says. Equal facts
// have equal bytes.
std::string SerializeFact(const PageFact& fact);
// False when it cannot be read.
bool ParseFact(std::string_view bytes, std::string_view site, uint64_t began_unix_ms,
               Facets* facets, PageFact* fact);

}  // namespace paceline::store
