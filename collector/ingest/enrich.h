// The fifth step: what a recount needs and time may change is decided once, here, and kept in the
// record.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collector/ingest/geography.h"
#include "collector/ingest/known_values.h"
#include "collector/ingest/memo.h"
#include "collector/ingest/page_grouper.h"
#include "collector/ingest/page_rules.h"
#include "collector/ingest/summary.h"
#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

// To be added to a client's times. `age_ms` is how long the sender has kept the beacon, as it says.
// 0 when what remains of the delay is one that a network or a retry explains (limits.h); otherwise
// the client's clock is wrong, and the beacon is taken as sealed `age_ms` before it was received.
int64_t ClockOffsetMs(uint64_t received_unix_ms, uint64_t sent_unix_ms, uint64_t age_ms);

struct EnrichOptions {
  // Whether Chrome without a window counts as a bot. Browser tests use it, and so do scrapers.
  bool treat_headless_as_bot = false;
  // By site: its own rules for a page's group. Where none fits, the tag `pageGroup` says it, and
  // where that says nothing, the address (page_grouper.h).
  std::map<std::string, std::vector<PageRule>, std::less<>> pages = {};
  // By site: its own rules for a page's stage. Where none fits, the tag `stage` says it, and where
  // that says nothing, default_stages do.
  std::map<std::string, std::vector<PageRule>, std::less<>> stages = {};
  std::vector<PageRule> default_stages = {};
  // Without one nobody is in any country.
  std::shared_ptr<const Geography> geography = nullptr;
};

// What enriching knows of what came before: bounded room for names that sites give. Belongs to one
// EnrichOptions.
struct EnrichMemory {
  PageGrouper pages;
  KnownValues values;
  // Tells this memory's answers from another's.
  const uint64_t seed = RandomSeed();
};

// Keys of Context.tag_refs that become dimensions.
inline constexpr std::string_view kUserTypeTag = "userType";
inline constexpr std::string_view kReleaseTag = "release";
inline constexpr std::string_view kVariantTag = "variant";
inline constexpr std::string_view kSourceTag = "utm_source";
// Of the page view that began last.
inline constexpr std::string_view kStageTag = "stage";
inline constexpr std::string_view kPageGroupTag = "pageGroup";
// User type of whom the site does not know.
inline constexpr std::string_view kAnonymous = "anonymous";

// Of whom a record comes. Neither header nor address is kept.
struct Sender {
  std::string_view user_agent;
  // As Source.remote_address: what is no IP address, such as a service's name, is in no country.
  std::string_view address = {};
  // As Source.age_ms.
  uint64_t age_ms = 0;
};

// Fills in dimensions, page groups, stages and clock offset of a record whose payload `summary`
// tells of, scrubbed. record->received_unix_ms is set.
void Enrich(const EnrichOptions& options, const Summary& summary, const Sender& sender,
            EnrichMemory* memory, v1::JournalRecord* record);

}  // namespace paceline::ingest
