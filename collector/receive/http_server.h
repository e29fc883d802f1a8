// An HTTP/1.1 server: one address, the doors that are open there, and their routes.
//
// Each of its threads runs an event loop of its own; a connection lives on one of them. A
// connection works on one request at a time, in order, so pipelined requests are safe. Whatever a
// sender does, it costs a bounded time and a bounded memory: deadlines for header, body, idling,
// writing and lingering; limits on header, body, connections (in all and by address), requests by
// address, and on what all bodies together take while they are read.
//
// Thread-safe. Handlers run on the event loops and must not block.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/config/address.h"
#include "collector/config/address_range.h"
#include "collector/receive/http.h"
#include "collector/receive/websocket.h"

namespace paceline::receive {

struct HttpLimits {
  size_t header_bytes = 16 * 1024;
  size_t connections = 4096;
  // Trusted proxies may have more.
  size_t connections_per_address = 2048;
  // Of one address, to the routes that say so; ten times as many in a burst. 0: as many as come.
  uint64_t requests_per_second = 0;
  // Room for the bodies that are being read, small ones apart, altogether.
  size_t body_memory_bytes = 64 << 20;
  std::chrono::milliseconds idle{75'000};
  std::chrono::milliseconds header{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
  // After a refusal the rest of the body is read and thrown away within these, or the sender would
  // be reset before it has read why.
  std::chrono::milliseconds linger{3'000};
  size_t linger_bytes = 32 << 20;
};

class HttpServer {
 public:
  struct Options {
    config::Address address;
    std::vector<Door> doors;
    std::vector<Route> routes;
    std::vector<WebSocketRoute> web_sockets;
    // `auth.token`; empty: none is asked for.
    std::string token;
    std::vector<std::string> allowed_hosts;
    // Whose X-Forwarded-For is believed.
    std::vector<config::AddressRange> trusted_proxies;
    int threads = 2;
    HttpLimits limits;
    // Called for each answer, on any loop: the route's pattern ("" when none matched), method and
    // status.
    std::function<void(std::string_view route, std::string_view method, int status)> on_answer;
  };

  // Listens and begins to serve. Unavailable says what to do when the address cannot be had.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Options options);

  // Stops at once when Stop was not called.
  ~HttpServer();

  // Accepts no more, ends what is idle, lets requests in flight have their answers for at most
  // `patience`.
  void Stop(std::chrono::milliseconds patience);

  // Where it listens, with the port it got.
  const config::Address& address() const;
  size_t connections() const;
  // How often accepting paused because the process had no file descriptor left.
  uint64_t accept_pauses() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paceline::receive
