// From records to page views: pure functions, without state, clock or I/O.
//
// A record is a Beacon (what the page's own core said) or a raw EntryBatch (what the browser saw).
// The raw batches of a document are run through core::PageMonitor together, in sequence order, and
// count as one Beacon with the highest of their sequences. So everything after EffectiveBeacons
// knows Beacons only.
//
// The result does not depend on the order in which records arrived, but for what is fixed by a page
// view's first record (in commit order): when it began, its dimensions, its page group and its
// weight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "collector/store/page_fact.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

// Raw batches of a document that are folded: the first ones in commit order. Bounds the work of one
// fold; a page sends a raw batch at most every few seconds, and only until its WASM has loaded.
inline constexpr size_t kMaxRawBatchesPerDocument = 64;

// Page group of a page view whose start, with its URL, has not arrived.
inline constexpr std::string_view kUnknownPageGroup = "unknown";

// A Beacon that counts: as stored, or derived from a document's raw batches.
struct EffectiveBeacon {
  v1::Beacon beacon;
  // The page group of each of beacon.page_views, in their order.
  std::vector<std::string> page_groups;
  // And its stage.
  std::vector<std::string> stages;
  // These four are of the record, or of the first raw record in commit order. To be added to the
  // client's times.
  int64_t clock_offset_ms = 0;
  uint64_t received_unix_ms = 0;
  // Receipt of the last of its records: nothing that it tells can have happened later.
  uint64_t latest_unix_ms = 0;
  uint64_t weight_micro = 0;
  v1::Dimensions dimensions;
  // From raw batches.
  bool derived = false;
};

// What counts of `records`: the records of one session, of any number of documents, in commit order
// (as ReadJourney gives them). Raw batches that are superseded by covers_entries_before are left
// out, and so are those beyond kMaxRawBatchesPerDocument. A derived Beacon stands where the first
// of its batches stood.
std::vector<EffectiveBeacon> EffectiveBeacons(const std::vector<v1::JournalRecord>& records);

// Server time of a client's time: `origin_unix_ms` + `at_100us` (in 0.1 ms) + `clock_offset_ms`, in
// Unix milliseconds, rounded to nearest and kept within years 1970 to 9999.
uint64_t CorrectedUnixMs(uint64_t origin_unix_ms, uint64_t at_100us, int64_t clock_offset_ms);

// CorrectedUnixMs of a time of `beacon`, and no later than its receipt: a client's clock may have
// been set back meanwhile, or lie.
uint64_t UnixMsOf(const EffectiveBeacon& beacon, uint64_t at_100us);

// The page views of one document, by PageView.index.
using DocumentFacts = std::map<uint32_t, PageFact>;

// Merges a Beacon into its page views' facts: `fact_of` gives that of the Beacon's nth page view,
// or null when that is not counted. Events whose page view has no header in the Beacon are left
// out.
void MergeBeacon(const BeaconSource& beacon, absl::FunctionRef<PageFact*(size_t header)> fact_of);

// All of a document's facts from all of its records, in commit order. nullopt: a record cannot be
// read.
std::optional<DocumentFacts> FoldDocument(const std::vector<v1::JournalRecord>& records,
                                          Facets* facets);

// Word of the web-vitals library for `type`: "navigate", "back-forward-cache", …; "unknown" when
// unspecified.
std::string_view NavigationTypeName(v1::NavigationType type);

}  // namespace paceline::store
