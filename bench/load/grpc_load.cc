// Sends batches of Beacons over one gRPC stream, and says how many events a second are
// acknowledged, which is: stored and synced.
//
//   grpc_load --address HOST:PORT [--recordings DIR] [--batch BEACONS] [--window BATCHES]
//             [--seconds SECONDS | --events EVENTS [--spread-minutes N]]
//
// Stops after a time, or after that many events. Visits end when they are sent; with
// `spread-minutes`, the first so much earlier, and the others in order until now. Prints one JSON
// object.
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/load/flags.h"
#include "bench/load/visits.h"
#include "paceline/v1/ingest.pb.h"

namespace paceline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr protozero::pbf_tag_type kPosition = 1;
constexpr protozero::pbf_tag_type kBeacons = 2;
constexpr double kWarmupSeconds = 1;
constexpr uint64_t kMsPerMinute = 60'000;

struct Settings {
  std::string address;
  std::string recordings;
  uint64_t batch = 0;
  uint64_t window = 0;
  uint64_t spread_minutes = 0;
  double seconds = 0;
  uint64_t events = 0;
};

// A StreamRequest's bytes, and how many events it has.
struct Batch {
  std::string bytes;
  uint64_t beacons = 0;
  uint64_t events = 0;
};

class Batches {
 public:
  explicit Batches(const Settings& settings)
      : settings_(settings), visits_(LoadVisits(settings.recordings)), run_(Spread(NowUnixMs())) {}

  // Whole visits, until there are enough Beacons.
  Batch Next(uint64_t position) {
    Batch batch;
    batch.bytes.reserve(largest_ + 1024);
    protozero::pbf_writer writer(batch.bytes);
    writer.add_uint64(kPosition, position);
    const uint64_t now = NowUnixMs();
    while (batch.beacons < settings_.batch) {
      const uint64_t number = begun_++;
      const Visit& visit = visits_[number % visits_.size()];
      const Identity identity{run_, number, now - Earlier() - visit.ended_unix_ms};
      for (const BeaconMould& mould : visit.beacons) {
        writer.add_bytes(kBeacons, mould.bytes);
        Stamp(mould, identity, batch.bytes.data() + batch.bytes.size() - mould.bytes.size());
        batch.events += mould.events;
        ++batch.beacons;
      }
    }
    events_ += batch.events;
    largest_ = std::max(largest_, batch.bytes.size());
    return batch;
  }

 private:
  // How many milliseconds ago the next visit ended.
  uint64_t Earlier() const {
    if (events_ >= settings_.events) return 0;
    const uint64_t spread_ms = settings_.spread_minutes * kMsPerMinute;
    return spread_ms - spread_ms * events_ / settings_.events;
  }

  const Settings settings_;
  const std::vector<Visit> visits_;
  const uint64_t run_;
  uint64_t begun_ = 0;
  uint64_t events_ = 0;
  size_t largest_ = 0;
};

// One stream: a write and a read at a time, and no more batches without an answer than the window.
class Stream {
 public:
  explicit Stream(const Settings& settings)
      : settings_(settings),
        batches_(settings),
        stub_(grpc::CreateChannel(settings.address, grpc::InsecureChannelCredentials())),
        call_(stub_.PrepareCall(&context_, "/paceline.v1.IngestService/Stream", &queue_)) {}

  int Run() {
    call_->StartCall(Tag(kStarted));
    if (!Wait(kStarted)) return Fail();
    call_->Read(&answer_, Tag(kRead));
    Write();
    const Clock::time_point began = Clock::now();
    while (!IsDone(began)) {
      void* tag = nullptr;
      bool ok = false;
      queue_.Next(&tag, &ok);
      if (!ok) return Fail();
      if (tag == Tag(kWritten)) writing_ = false;
      if (tag == Tag(kRead)) {
        TakeAnswer(began);
        call_->Read(&answer_, Tag(kRead));
      }
      if (!writing_ && waiting_.size() < settings_.window) Write();
    }
    Print(std::chrono::duration<double>(Clock::now() - began).count());
    context_.TryCancel();
    return refused_ == 0 ? 0 : 1;
  }

 private:
  enum Operation { kStarted, kWritten, kRead, kFinished };
  struct Waiting {
    uint64_t position;
    uint64_t beacons;
    uint64_t events;
    // Something of it was: then nothing of it counts.
    bool refused = false;
  };

  static void* Tag(Operation operation) { return reinterpret_cast<void*>(operation + 1); }

  bool Wait(Operation operation) {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && tag == Tag(operation) && ok;
  }

  void Write() {
    const Batch batch = batches_.Next(++position_);
    waiting_.push_back({position_, batch.beacons, batch.events, false});
    const grpc::Slice slice(batch.bytes);
    call_->Write(grpc::ByteBuffer(&slice, 1), Tag(kWritten));
    writing_ = true;
  }

  void TakeAnswer(Clock::time_point began) {
    v1::StreamResponse answer;
    std::vector<grpc::Slice> slices;
    answer_.Dump(&slices);
    std::string bytes;
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    if (!answer.ParseFromString(bytes)) return;
    for (const v1::StreamResponse::Refusal& refusal : answer.refusals()) {
      if (refused_++ == 0) refusal_ = refusal.result().ShortDebugString();
      for (Waiting& waiting : waiting_) {
        if (waiting.position == refusal.position()) waiting.refused = true;
      }
    }
    while (!waiting_.empty() && waiting_.front().position <= answer.acknowledged_position()) {
      if (!waiting_.front().refused) {
        beacons_ += waiting_.front().beacons;
        events_ += waiting_.front().events;
      }
      waiting_.pop_front();
    }
    // With a number of events to send, all of it counts.
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    if (settings_.events == 0 && warm_after_ == 0 && seconds >= kWarmupSeconds) {
      warm_after_ = seconds;
      warm_beacons_ = beacons_;
      warm_events_ = events_;
    }
  }

  bool IsDone(Clock::time_point began) const {
    if (settings_.events > 0) return events_ >= settings_.events;
    return Clock::now() - began >=
           std::chrono::duration<double>(settings_.seconds + kWarmupSeconds);
  }

  void Print(double seconds) const {
    const double measured = seconds - warm_after_;
    std::printf(
        "{\"events_per_second\": %.1f, \"beacons_per_second\": %.1f, \"events\": %llu, "
        "\"beacons\": %llu, \"refused\": %llu, \"seconds\": %.3f}\n",
        static_cast<double>(events_ - warm_events_) / measured,
        static_cast<double>(beacons_ - warm_beacons_) / measured,
        static_cast<unsigned long long>(events_), static_cast<unsigned long long>(beacons_),
        static_cast<unsigned long long>(refused_), measured);
    if (refused_ > 0) std::fprintf(stderr, "the first refusal: %s\n", refusal_.c_str());
  }

  int Fail() {
    grpc::Status status;
    call_->Finish(&status, Tag(kFinished));
    while (!Wait(kFinished)) {
    }
    std::fprintf(stderr, "the stream ended: %d %s\n", static_cast<int>(status.error_code()),
                 status.error_message().c_str());
    return 1;
  }

  const Settings settings_;
  Batches batches_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer answer_;
  std::deque<Waiting> waiting_;
  uint64_t position_ = 0;
  bool writing_ = false;
  uint64_t beacons_ = 0;
  uint64_t events_ = 0;
  uint64_t refused_ = 0;
  std::string refusal_;
  double warm_after_ = 0;
  uint64_t warm_beacons_ = 0;
  uint64_t warm_events_ = 0;
};

}  // namespace
}  // namespace paceline::bench

int main(int argc, char** argv) {
  const paceline::bench::Flags flags(argc, argv,
                                     {{"--address", "127.0.0.1:9090"},
                                      {"--recordings", "bench/fixtures"},
                                      {"--batch", "256"},
                                      {"--window", "8"},
                                      {"--spread-minutes", "0"},
                                      {"--seconds", "5"},
                                      {"--events", "0"}});
  paceline::bench::Stream stream({flags.Text("--address"), flags.Text("--recordings"),
                                  flags.Number("--batch"), flags.Number("--window"),
                                  flags.Number("--spread-minutes"), flags.Real("--seconds"),
                                  flags.Number("--events")});
  return stream.Run();
}
