// Beacons of the recorded visits through the pipeline into a store of their own, without a network:
// one thread submits, and a number of Beacons wait for their answers at any time, as the
// connections of an HTTP server do.
//
//   pipeline_bench [--recordings DIR] [--waiting N] [--warmup SECONDS] [--seconds SECONDS]
//                  [--store yes|no]
//
// `--store no`: what the pipeline makes is dropped, for its own cost. Prints one JSON object.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "bench/load/flags.h"
#include "bench/load/visits.h"
#include "collector/ingest/pipeline.h"
#include "collector/store/store.h"

namespace paceline::bench {
namespace {

using Clock = std::chrono::steady_clock;

// The Beacons of one visitor after the other, as submissions.
class Submissions {
 public:
  explicit Submissions(const std::string& recordings)
      : visits_(LoadVisits(recordings)), run_(Spread(NowUnixMs())) {}

  ingest::Submission Next() {
    const Visit* visit = &visits_[number_ % visits_.size()];
    if (next_ == visit->beacons.size()) {
      next_ = 0;
      visit = &visits_[++number_ % visits_.size()];
    }
    const BeaconMould& mould = visit->beacons[next_++];
    const uint64_t now = NowUnixMs();
    ingest::Submission submission;
    submission.body = mould.bytes;
    Stamp(mould, {run_, number_, now - visit->ended_unix_ms}, submission.body.data());
    submission.source.remote_address = "127.0.0.1";
    submission.source.user_agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36";
    submission.source.received_unix_ms = now;
    return submission;
  }

 private:
  const std::vector<Visit> visits_;
  const uint64_t run_;
  uint64_t number_ = 0;
  size_t next_ = 0;
};

// Lets no more than a number of Beacons wait, and counts those that were answered.
class Gate {
 public:
  explicit Gate(uint64_t room) : room_(room) {}

  void Enter() {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return waiting_ < room_; });
    ++waiting_;
  }
  void Leave(bool accepted) {
    const std::lock_guard lock(mutex_);
    ++(accepted ? accepted_ : failed_);
    if (waiting_-- == room_ || waiting_ == 0) left_.notify_one();
  }
  void WaitUntilEmpty() {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return waiting_ == 0; });
  }
  uint64_t accepted() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }
  uint64_t failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
  }

 private:
  const uint64_t room_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  uint64_t waiting_ = 0;
  uint64_t accepted_ = 0;
  uint64_t failed_ = 0;
};

class Measurement {
 public:
  Measurement(const Flags& flags, store::Store* store)
      : submissions_(flags.Text("--recordings")),
        warmup_(flags.Real("--warmup")),
        seconds_(flags.Real("--seconds")),
        gate_(flags.Number("--waiting")),
        pipeline_(Options(), [this, store](store::NewRecord record, store::AppendCallback done) {
          record_bytes_ += record.bytes.size();
          ++records_;
          if (store != nullptr) return store->Append(std::move(record), std::move(done));
          done({store::AppendOutcome::kStored, absl::OkStatus()});
        }) {}

  bool Run() {
    SubmitFor(warmup_);
    const uint64_t before = gate_.accepted();
    const double seconds = SubmitFor(seconds_);
    const uint64_t accepted = gate_.accepted() - before;
    gate_.WaitUntilEmpty();
    std::printf(
        "{\"rate\": %.1f, \"micros\": %.2f, \"failed\": %llu, \"record_bytes\": %.1f, \"records\": "
        "%llu}\n",
        static_cast<double>(accepted) / seconds, seconds * 1e6 / static_cast<double>(accepted),
        static_cast<unsigned long long>(gate_.failed()),
        static_cast<double>(record_bytes_) / static_cast<double>(records_),
        static_cast<unsigned long long>(records_));
    return gate_.failed() == 0;
  }

 private:
  static ingest::PipelineOptions Options() {
    ingest::PipelineOptions options;
    options.sites = {{"academy", {}}};
    return options;
  }

  double SubmitFor(double seconds) {
    const Clock::time_point began = Clock::now();
    const Clock::time_point ends =
        began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    while (Clock::now() < ends) {
      ingest::Submission submission = submissions_.Next();
      gate_.Enter();
      pipeline_.Submit(std::move(submission), [this](const ingest::SubmitResult& result) {
        gate_.Leave(result.outcome == v1::OUTCOME_ACCEPTED);
      });
    }
    return std::chrono::duration<double>(Clock::now() - began).count();
  }

  Submissions submissions_;
  const double warmup_;
  const double seconds_;
  Gate gate_;
  // Of the submitting thread.
  uint64_t record_bytes_ = 0;
  uint64_t records_ = 0;
  ingest::Pipeline pipeline_;
};

int Run(const Flags& flags) {
  if (flags.Text("--store") == "no") return Measurement(flags, nullptr).Run() ? 0 : 1;
  std::string pattern = (std::filesystem::temp_directory_path() / "paceline-bench-XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data());
  bool ok = false;
  if (auto store = store::Store::Open({.data_dir = folder}); store.ok()) {
    ok = Measurement(flags, store->get()).Run();
  } else {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
  }
  std::filesystem::remove_all(folder);
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace paceline::bench

int main(int argc, char** argv) {
  return paceline::bench::Run({argc,
                               argv,
                               {{"--recordings", "bench/fixtures"},
                                {"--waiting", "64"},
                                {"--warmup", "1"},
                                {"--seconds", "5"},
                                {"--store", "yes"}}});
}
