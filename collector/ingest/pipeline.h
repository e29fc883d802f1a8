// What happens to a beacon between the door and the disk, as an ordered list of named steps:
//
//   scan → decode → validate → authorize → limit → read → scrub → enrich → decide → append
//
// Each step may end the beacon, with exactly one Outcome, which is counted. What the scan has found
// plain (plain_scan.h), as it finds nearly all, passes by decode, validate, read and scrub: they
// would change nothing but calls, which are read where they stand (calls_in_place.h). All but the
// last run on the caller's thread, in a few microseconds for a plain beacon and some tens for
// another; append answers when the record is synced.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "collector/ingest/enrich.h"
#include "collector/ingest/limits.h"
#include "collector/ingest/outcome_counter.h"
#include "collector/ingest/pseudonyms.h"
#include "collector/ingest/refusal.h"
#include "collector/ingest/room.h"
#include "collector/ingest/site_traffic.h"
#include "collector/ingest/submit.h"
#include "collector/ingest/summary.h"
#include "collector/ingest/token_buckets.h"
#include "collector/store/store.h"
#include "paceline/v1/record.pb.h"

namespace paceline::ingest {

struct SiteOptions {
  // What the script tag says in data-site.
  std::string key;
  // Origins whose pages may send, such as "https://academy.example"; empty: any. Requests without
  // an Origin header (services) pass, because only browsers send one and it protects only from
  // other people's pages.
  std::vector<std::string> allowed_origins;
  // See EnrichOptions.
  std::vector<PageRule> pages = {};
  std::vector<PageRule> stages = {};
};

struct PipelineOptions {
  std::vector<SiteOptions> sites;
  Limits limits;
  EnrichOptions enrich;
  // Beacons and entry batches a second of one site, ten times as many in a burst. 0: no limit.
  uint64_t site_per_second = 0;
  // What may wait to be stored.
  size_t max_waiting_records = 16'384;
  size_t max_waiting_bytes = 64 << 20;
  // What pseudonyms are keyed with: Store::Secret.
  std::string secret = {};
  // See SiteTraffic. Called on the store's thread.
  SiteTraffic::ResumedCallback on_resumed = {};
};

// Where accepted records go: Store::Append, or a test's own.
using AppendFunction = std::function<void(store::NewRecord record, store::AppendCallback done)>;

class Pipeline : public Submitter {
 public:
  // The store outlives the pipeline.
  Pipeline(PipelineOptions options, store::Store* store);
  Pipeline(PipelineOptions options, AppendFunction append);

  // Makes the page groups and the sites' own dimension values known that the store has seen in the
  // 31 days before `now_unix_ms`, so that a restart does not give their room (kMaxPageGroups,
  // kMaxDimensionValues) to others. Call before the first Submit.
  absl::Status RememberNames(const store::Store& store, uint64_t now_unix_ms);
  // The same of when its sites were heard last: see SiteTraffic.
  absl::Status RememberTraffic(const store::Store& store, uint64_t now_unix_ms);

  void Submit(Submission submission, SubmitCallback done) override;
  bool HasRoom(std::string_view site) const override;
  void CountRefused(v1::Outcome outcome) override;

  // Of all sites, and of nobody's.
  const OutcomeCounter& outcomes() const { return outcomes_; }
  const MarkCounter& marks() const { return marks_; }
  const SiteTraffic& traffic() const { return traffic_; }
  // Of what was addressed to a site of the settings, by its key.
  std::vector<std::pair<std::string, const OutcomeCounter*>> SiteOutcomes() const;
  // Of what named none, or could not be read so far.
  const OutcomeCounter& nobodys_outcomes() const { return nobodys_outcomes_; }

  // The steps' names, in order: for documentation and logs.
  static std::vector<std::string_view> StepNames();

 private:
  struct Site {
    std::string key;
    // Normalised.
    std::vector<std::string> origins;
    OutcomeCounter outcomes;
    Room::Share waiting;
  };
  // A beacon on its way.
  struct InFlight {
    Submission submission;
    // Then the record has no payload: the body is it.
    bool plain = false;
    // Of a plain one that had calls: the body with what they are in their places.
    std::string read_body;
    // From the scan, or of what was scrubbed; before that, the site.
    Summary summary;
    // Null until it is known to be one of the settings.
    Site* site = nullptr;
    v1::JournalRecord record;
    uint64_t content_hash = 0;
    // The visitor's User-Agent header; dropped with the beacon.
    std::string user_agent;

    const std::string& body() const { return read_body.empty() ? submission.body : read_body; }
    // As new, but for the room of what a plain beacon needs.
    void Clear();
  };
  struct Step {
    std::string_view name;
    Ended (Pipeline::*run)(InFlight*);
    // Whether a plain beacon needs it.
    bool of_plain;
  };
  static const std::vector<Step>& Steps();

  void Run(InFlight* beacon, SubmitCallback done);
  Ended Scan(InFlight* beacon);
  // Whether it is plain once its calls are read.
  bool ScanRead(InFlight* beacon) const;
  Ended DecodeBody(InFlight* beacon);
  Ended Validate(InFlight* beacon);
  Ended Authorize(InFlight* beacon);
  Ended Limit(InFlight* beacon);
  Ended Read(InFlight* beacon);
  Ended Scrub(InFlight* beacon);
  Ended EnrichRecord(InFlight* beacon);
  Ended Decide(InFlight* beacon);
  void Append(const InFlight& beacon, ItemKind kind, SubmitCallback done);
  void Count(v1::Outcome outcome, ItemKind kind, Site* site);
  static store::NewRecord RecordOf(const InFlight& beacon);

  const Limits limits_;
  const EnrichOptions enrich_options_;
  // By key. The keys and origins never change.
  std::map<std::string, Site, std::less<>> sites_;
  TokenBuckets site_buckets_;
  Room room_;
  AppendFunction append_;
  EnrichMemory memory_;
  const Pseudonyms pseudonyms_;
  OutcomeCounter outcomes_;
  OutcomeCounter nobodys_outcomes_;
  MarkCounter marks_;
  SiteTraffic traffic_;
};

}  // namespace paceline::ingest
