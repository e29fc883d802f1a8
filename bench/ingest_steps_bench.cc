// What the pipeline costs a beacon, one thread: the plain way and the careful way, over the beacons
// of recorded visits; and what an event of a service's batch costs.
//
//   ingest_steps_bench [--benchmark_filter=…]
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "collector/ingest/pipeline.h"
#include "collector/ingest/plain_scan.h"
#include "tests/unit/collector/ingest/plain_property.h"
#include "tests/unit/collector/ingest/recorded_beacons.h"

namespace {

using namespace paceline;
using ingest::Submission;

constexpr char kUserAgent[] =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36";
// What a service may send at once.
constexpr int kBatchEvents = 2'000;

const std::vector<v1::Beacon>& Beacons() {
  static const auto& beacons = *new std::vector<v1::Beacon>([] {
    std::vector<v1::Beacon> made;
    for (const std::string& visit : ingest::ReadRecordings(PACELINE_VISITS_DIR, ".beacons")) {
      for (const std::string_view bytes : ingest::MessagesOf(visit)) {
        made.emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
      }
    }
    return made;
  }());
  return beacons;
}

std::vector<std::string> BodiesOf(const std::vector<v1::Beacon>& beacons, benchmark::State* state) {
  std::vector<std::string> bodies;
  double bytes = 0;
  double events = 0;
  for (const v1::Beacon& beacon : beacons) {
    bodies.push_back(beacon.SerializeAsString());
    bytes += static_cast<double>(bodies.back().size());
    events += beacon.events_size();
  }
  const auto count = static_cast<double>(bodies.size());
  state->counters["bytes_per_beacon"] = bytes / count;
  state->counters["events_per_beacon"] = events / count;
  return bodies;
}

// Every beacon but `careful` goes as it came; a careful one has a string at its end that has to be
// scrubbed.
void Submit(benchmark::State& state, bool careful) {
  ingest::PipelineOptions options;
  for (const v1::Beacon& beacon : Beacons()) options.sites.push_back({beacon.site(), {}});
  ingest::Pipeline pipeline(options, [](store::NewRecord record, store::AppendCallback done) {
    benchmark::DoNotOptimize(record.bytes.data());
    done({store::AppendOutcome::kStored, {}});
  });
  std::vector<v1::Beacon> beacons = Beacons();
  for (v1::Beacon& beacon : beacons) {
    if (careful) beacon.add_strings("ann@academy.example");
  }
  const std::vector<std::string> bodies = BodiesOf(beacons, &state);
  size_t next = 0;
  for (auto _ : state) {
    const size_t at = next++ % bodies.size();
    Submission submission;
    submission.body = bodies[at];
    submission.source.user_agent = kUserAgent;
    submission.source.received_unix_ms = beacons[at].sent_unix_ms();
    pipeline.Submit(std::move(submission), [](const ingest::SubmitResult& result) {
      if (result.outcome != v1::OUTCOME_ACCEPTED) std::abort();
    });
  }
}
void BM_SubmitPlain(benchmark::State& state) { Submit(state, false); }
void BM_SubmitCareful(benchmark::State& state) { Submit(state, true); }
BENCHMARK(BM_SubmitPlain);
BENCHMARK(BM_SubmitCareful);

void BM_Scan(benchmark::State& state) {
  const std::vector<std::string> bodies = BodiesOf(Beacons(), &state);
  size_t next = 0;
  for (auto _ : state) {
    ingest::Summary summary;
    if (!ingest::ScanPlain(bodies[next++ % bodies.size()], {}, &summary)) std::abort();
  }
}
BENCHMARK(BM_Scan);

// Time an event: items_per_second.
void BM_ScanBatch(benchmark::State& state) {
  v1::Beacon batch = Beacons().front();
  const int own = batch.events_size();
  while (batch.events_size() < kBatchEvents) {
    *batch.add_events() = batch.events(batch.events_size() % own);
  }
  const std::string body = batch.SerializeAsString();
  for (auto _ : state) {
    ingest::Summary summary;
    if (!ingest::ScanPlain(body, {}, &summary)) std::abort();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * batch.events_size());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.size()));
}
BENCHMARK(BM_ScanBatch);

}  // namespace

BENCHMARK_MAIN();
