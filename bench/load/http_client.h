// Kept-alive connections that each send a request, wait for its answer, and send the next: what wrk
// does, for requests that each are another one. One thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/posts.h"

namespace paceline::bench {

struct LoadResult {
  // Answered while it was measured, by status; 0: the connection broke.
  std::array<uint64_t, 600> answers{};
  // From a request's first byte to the end of its answer, of those with a 2xx.
  std::vector<uint32_t> micros;
  double seconds = 0;
  // All that were answered, warming up included.
  uint64_t total = 0;
};

class HttpClient {
 public:
  using Clock = std::chrono::steady_clock;

  // Connects at once, and ends the program when it cannot. `address` is HOST:PORT, numeric.
  HttpClient(const std::string& address, size_t connections, Posts* posts);
  ~HttpClient();

  // Sends for `warmup` and then for `measured`.
  LoadResult Run(Clock::duration warmup, Clock::duration measured);

 private:
  struct Connection {
    int socket = -1;
    // What the socket would not take yet.
    std::string unsent;
    std::string answer;
    Clock::time_point began;
  };

  void Connect(size_t number);
  void Send(size_t number);
  void Write(Connection* connection, const Post& post, size_t number);
  void Read(size_t number);
  // Takes a whole answer off `connection.answer`; its status, or 0 when it is not whole yet.
  static int TakeAnswer(Connection* connection);
  void Ended(size_t number, int status);

  const std::string address_;
  Posts* const posts_;
  const int epoll_;
  std::vector<Connection> connections_;
  Clock::time_point now_;
  bool measuring_ = false;
  LoadResult result_;
};

}  // namespace paceline::bench
