// An HTTP/1.1 server: one address, the doors that are open there, and their routes.
//
// Each of its threads runs an event loop of its own; a connection lives on one of them. A
// connection works on one request at a time, in order, so pipelined requests are safe. Whatever a
// sender does, it costs a bounded time and a bounded memory: deadlines for header, body, idling,
// writing and lingering, limits on header, body and connections.
//
// Thread-safe. Handlers run on the event loops and must not block.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/config/address.h"
#include "collector/receive/http.h"
#include "collector/receive/websocket.h"

namespace paceline::receive {

struct HttpLimits {
  size_t header_bytes = 16 * 1024;
  size_t connections = 4096;
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

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paceline::receive
