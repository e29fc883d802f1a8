// WebSockets that the server only writes to: text messages out, nothing but close and pong in.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "collector/receive/http.h"

namespace paceline::receive {

// A connected client. Thread-safe.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  // Queues a text message. A client that reads too slowly loses the oldest that waits.
  virtual void Send(std::shared_ptr<const std::string> message) = 0;
  // Says goodbye (1001, going away) and closes.
  virtual void Close() = 0;
  virtual bool is_open() const = 0;
};

struct WebSocketRoute {
  std::string path;
  Door door = Door::kPrivate;
  // Chosen when the client offers it.
  std::string subprotocol;
  // An answer here refuses the upgrade. May be empty.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> check;
  // Called once a client is connected, on an event loop; must not block. Who keeps the peer may
  // send to it.
  std::function<void(const HttpRequest&, std::shared_ptr<WebSocketPeer>)> on_open;
  // Called for each message that was dropped because its client reads too slowly. May be empty.
  std::function<void()> on_dropped;
};

}  // namespace paceline::receive
