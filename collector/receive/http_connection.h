// Inside receive/: one connection, and what the connections of a server share.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collector/ingest/token_buckets.h"
#include "collector/receive/http_server.h"
#include "collector/receive/input_buffer.h"
#include "collector/receive/refusals.h"
#include "collector/receive/request_reader.h"
#include "collector/receive/router.h"

namespace paceline::receive {

class Connection;

// Without type erasure of the executor, which would cost an allocation and two calls an operation.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using Clock = std::chrono::steady_clock;

// How often deadlines are looked at. One sweep for all connections: a timer each would have to be
// set for each request.
inline constexpr std::chrono::milliseconds kSweepInterval{100};

// Connections by address. Thread-safe.
class AddressCounts {
 public:
  // False when `address` has `max` already.
  bool Add(const std::string& address, size_t max);
  void Remove(const std::string& address);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, size_t> counts_;
};

// Shared by all connections of a server; outlives them, because WebSockets and answers hold it too.
struct ServerState {
  ServerState(HttpServer::Options o, Router r, std::vector<std::string> names);

  const HttpServer::Options options;
  const Router router;
  // What the routes' handlers read besides the common headers.
  const std::vector<std::string> header_names;
  std::atomic<size_t> connections = 0;
  // Room taken by bodies that are being read.
  std::atomic<size_t> body_bytes = 0;
  std::atomic<bool> stopping = false;
  AddressCounts peers;
  ingest::TokenBuckets senders;
};

// Answers from other threads on their way to a loop. The first wakes the loop, and those that come
// until it gets there go with it: one wake-up for a group of beacons, not one for each.
// Thread-safe.
class AnswerBox {
 public:
  void Put(boost::asio::io_context& loop, std::shared_ptr<Connection> connection,
           HttpResponse response);

 private:
  struct Answer {
    std::shared_ptr<Connection> connection;
    HttpResponse response;
  };
  void Deliver();

  std::mutex mutex_;
  std::vector<Answer> answers_;
  // The loop's only: keeps its room.
  std::vector<Answer> delivering_;
};

// One event loop with its connections. Everything but `answers` is touched on its own thread only.
struct Shard {
  // Takes the time for dates and deadlines.
  void Tick();

  // Declared before `context` and `answers`: connections that die with them still unregister.
  std::unordered_set<Connection*> connections;
  std::vector<std::weak_ptr<WebSocketPeer>> web_sockets;
  // Of the last sweep.
  Clock::time_point now = Clock::now();
  // The Date header's text.
  std::string date;
  // The answer of nearly every request: 204 to a beacon, on a connection that stays open.
  std::string no_content;
  AnswerBox answers;
  boost::asio::io_context context{1};
  boost::asio::steady_timer sweep{context};
};

// See http_server.h. Alive as long as an operation, or an answer that is still to come, holds it;
// dies on its loop.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `peer`: the address at the other end. Counts it among the server's connections; the destructor
  // takes it off again.
  Connection(Socket socket, std::string peer, std::shared_ptr<ServerState> state, Shard& shard);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start();
  // Ends what has passed its deadline.
  void Sweep(Clock::time_point now);
  // Closes when the server stops and nothing of a request is here; otherwise it closes after its
  // answer.
  void CloseIfStopping();
  void Close();
  // Answers the request that is being handled.
  void Answer(HttpResponse response);
  Shard& shard() { return shard_; }

 private:
  enum class Phase { kIdle, kHeader, kBody, kHandling, kWriting, kLingering, kClosed };

  const HttpLimits& limits() const { return state_->options.limits; }
  DoorPolicy policy() const;
  void Enter(Phase phase);

  // Reading: http_connection.cc.
  void BeginRequest();
  // Goes on until input is missing, or an answer.
  void Advance();
  bool Step();
  bool ReadHead();
  bool ReadBody();
  void Read();
  void OnRead(const boost::system::error_code& error, size_t size);
  // `bytes`: the head, and what came with it.
  void OnHead(std::string_view bytes);
  void Upgrade(const WebSocketRoute& route, std::string_view bytes);
  void AwaitBody();
  bool CountBody();
  void ReleaseBody();
  void Handle();

  // Answering: http_answer.cc.
  // Refuses a request that has not been read to its end.
  void RefuseUnread(int status, std::string_view message);
  void AnswerUnread(HttpResponse response);
  void Send(const HttpResponse& response);
  void Write(std::string_view head, std::string_view body);
  void OnWritten();
  void BeginLinger();
  void Linger();

  Socket socket_;
  const std::string peer_;
  const std::shared_ptr<ServerState> state_;
  Shard& shard_;
  Phase phase_ = Phase::kIdle;
  Clock::time_point deadline_ = Clock::time_point::max();
  InputBuffer input_;
  RequestReader reader_;
  const Route* route_ = nullptr;
  size_t counted_body_bytes_ = 0;
  bool advancing_ = false;
  bool keep_alive_ = false;
  bool in_handler_ = false;
  // Given while the handler still ran: it may look at the request until it returns.
  std::optional<HttpResponse> early_answer_;
  bool handed_over_ = false;
  size_t lingered_bytes_ = 0;
  // What is being written.
  std::string head_;
  std::string body_;
};

// The promise of an answer that a handler gets as its Respond. Thread-safe. Answers 500 when it is
// dropped.
class Promise {
 public:
  explicit Promise(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  Promise(Promise&&) noexcept = default;
  ~Promise();
  void operator()(HttpResponse response);

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace paceline::receive
