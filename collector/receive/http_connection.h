// Inside receive/: one connection, and what the connections of a server share.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "collector/receive/http_server.h"
#include "collector/receive/router.h"

namespace paceline::receive {

class Connection;

// Shared by all connections of a server; outlives them, because WebSockets and answers hold it too.
struct ServerState {
  ServerState(HttpServer::Options o, Router r) : options(std::move(o)), router(std::move(r)) {}

  const HttpServer::Options options;
  const Router router;
  std::atomic<size_t> connections = 0;
  std::atomic<bool> stopping = false;
};

// One event loop with its connections. Everything here is touched on its own thread only.
struct Shard {
  // Declared before `context`: connections that die with it still unregister.
  std::unordered_set<Connection*> connections;
  std::vector<std::weak_ptr<WebSocketPeer>> web_sockets;
  // The Date header's text, refreshed by the sweep.
  std::string date;
  boost::asio::io_context context{1};
  boost::asio::steady_timer sweep{context};
};

class ConnectionHandle {
 public:
  // Takes over an accepted socket; runs on the shard's thread.
  static void Start(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerState> state,
                    Shard& shard);
  // Ends what has passed its deadline.
  static void Sweep(Shard& shard, std::chrono::steady_clock::time_point now);
  // Closes what is idle; the rest closes after its answer.
  static void CloseIdle(Shard& shard);
};

}  // namespace paceline::receive
