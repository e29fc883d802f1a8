// Stands before the gRPC server: accepts its connections, follows their frames and passes the bytes
// on, both ways.
//
// The library bounds neither how many calls a connection may open and take back nor what they cost
// until it has cleared them away. So calls that were reset, by either side, are counted for each
// connection and for all of them; and for each connection the frames that carry nothing. A
// connection that goes beyond is told ENHANCE_YOUR_CALM and closed; the others go on.
//
// One thread. A connection that waits takes no buffer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "collector/config/address.h"

namespace paceline::receive {

struct GuardLimits {
  size_t connections = 1024;
  // Of one connection. A client with short deadlines resets calls too, but not by the hundred.
  uint64_t resets_burst = 500;
  uint64_t resets_per_second = 100;
  // Of all connections.
  uint64_t all_resets_burst = 2'000;
  uint64_t all_resets_per_second = 1'000;
  // Of one connection: frames that carry nothing.
  uint64_t chatter_burst = 300;
  uint64_t chatter_per_second = 100;
};

class GrpcGuard {
 public:
  // Connections that were refused or closed, by reason.
  struct Counts {
    std::atomic<uint64_t> crowded = 0;
    std::atomic<uint64_t> resets = 0;
    std::atomic<uint64_t> chatter = 0;
  };

  // Listens. Unavailable says what to do when the address cannot be had.
  static absl::StatusOr<std::unique_ptr<GrpcGuard>> Listen(const config::Address& address,
                                                           const GuardLimits& limits);
  ~GrpcGuard();

  // Begins to accept. `hand_over` owns the socket it is given: what the server reads there, the
  // sender has sent.
  void Start(std::function<void(int fd)> hand_over);
  // Accepts no more; connections go on.
  void StopAccepting();
  // Lets what the server has said reach its readers, for at most `patience`, and ends.
  void Stop(std::chrono::milliseconds patience);

  // Where it listens, with the port it got.
  const config::Address& address() const;
  size_t connections() const;
  const Counts& counts() const;

 private:
  class Impl;
  explicit GrpcGuard(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paceline::receive
