#include "collector/receive/http_server.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <thread>

#include "absl/status/status.h"
#include "collector/receive/client_address.h"
#include "collector/receive/http_connection.h"
#include "collector/receive/listen.h"
#include "collector/receive/open_files.h"

namespace paceline::receive {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
// What is left to do when the process is out of file descriptors.
constexpr std::chrono::milliseconds kAcceptRetry{100};

constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 36\r\nAccess-Control-Allow-Origin: *\r\nRetry-After: 2\r\n"
    "Connection: close\r\n\r\nToo many connections; retry shortly.";

std::vector<std::string> HeaderNames(const std::vector<Route>& routes) {
  std::set<std::string> names;
  for (const Route& route : routes) names.insert(route.headers.begin(), route.headers.end());
  return {names.begin(), names.end()};
}

}  // namespace

bool AddressCounts::Add(const std::string& address, size_t max) {
  const std::lock_guard lock(mutex_);
  size_t& count = counts_[address];
  if (count >= max) return false;
  ++count;
  return true;
}

void AddressCounts::Remove(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(address);
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

ServerState::ServerState(HttpServer::Options o, Router r, std::vector<std::string> names)
    : options(std::move(o)),
      router(std::move(r)),
      header_names(std::move(names)),
      senders(options.limits.requests_per_second) {}

class HttpServer::Impl {
 public:
  explicit Impl(Options options) : address_(options.address) {
    std::vector<std::string> names = HeaderNames(options.routes);
    Router router(std::move(options.routes), options.doors);
    options.routes.clear();
    std::erase_if(options.web_sockets, [&](const WebSocketRoute& route) {
      return std::find(options.doors.begin(), options.doors.end(), route.door) ==
             options.doors.end();
    });
    state_ = std::make_shared<ServerState>(std::move(options), std::move(router), std::move(names));
    for (int i = 0; i < state_->options.threads; ++i) shards_.push_back(std::make_unique<Shard>());
  }

  ~Impl() { Stop(std::chrono::milliseconds(0)); }

  absl::Status Listen() {
    acceptor_.emplace(shards_[0]->context);
    retry_.emplace(shards_[0]->context);
    if (absl::Status status = receive::Listen(&address_, &*acceptor_); !status.ok()) return status;

    for (const std::unique_ptr<Shard>& shard : shards_) {
      ScheduleSweep(*shard);
      threads_.emplace_back([&shard = *shard] { shard.context.run(); });
    }
    asio::post(shards_[0]->context, [this] { Accept(); });
    return absl::OkStatus();
  }

  void Stop(std::chrono::milliseconds patience) {
    if (threads_.empty()) return;
    state_->stopping = true;
    asio::post(shards_[0]->context, [this] { StopAccepting(); });
    for (const std::unique_ptr<Shard>& shard : shards_) {
      asio::post(shard->context, [&shard = *shard] {
        for (const auto& connection : Copy(shard.connections)) connection->CloseIfStopping();
        for (const auto& weak : shard.web_sockets) {
          if (const auto peer = weak.lock()) peer->Close();
        }
      });
    }
    const Clock::time_point deadline = Clock::now() + patience;
    while (state_->connections > 0 && Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    for (const std::unique_ptr<Shard>& shard : shards_) shard->context.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    // Nobody waits in vain for what was still being handled.
    for (const std::unique_ptr<Shard>& shard : shards_) {
      for (const auto& connection : Copy(shard->connections)) connection->Close();
    }
  }

  const config::Address& address() const { return address_; }
  size_t connections() const { return state_->connections; }
  uint64_t accept_pauses() const { return accept_pauses_; }

 private:
  void Accept() {
    Shard& shard = *shards_[next_shard_++ % shards_.size()];
    acceptor_->async_accept(shard.context, [this, &shard](error_code error, Socket socket) {
      if (!acceptor_->is_open()) return;
      if (error) {
        ++accept_pauses_;
        retry_->expires_after(kAcceptRetry);
        return retry_->async_wait([this](error_code canceled) {
          if (!canceled && acceptor_->is_open()) Accept();
        });
      }
      Take(std::move(socket), shard);
      Accept();
    });
  }

  // Those that were connected before the stop, and wait to be taken, have sent something perhaps.
  void StopAccepting() {
    error_code error;
    acceptor_->non_blocking(true, error);
    while (!error) {
      Shard& shard = *shards_[next_shard_++ % shards_.size()];
      Socket socket = acceptor_->accept(shard.context, error);
      if (!error) Take(std::move(socket), shard);
    }
    acceptor_->close(error);
  }

  void Take(Socket socket, Shard& shard) {
    const HttpLimits& limits = state_->options.limits;
    error_code unknown;
    std::string peer = socket.remote_endpoint(unknown).address().to_string();
    const bool is_proxy = IsWithin(state_->options.trusted_proxies, peer);
    if (state_->connections >= limits.connections || IsOneTooMany(socket.native_handle()) ||
        !state_->peers.Add(peer, is_proxy ? SIZE_MAX : limits.connections_per_address)) {
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(kTooManyConnections.data(), kTooManyConnections.size()),
                        ignored);
      socket.shutdown(tcp::socket::shutdown_send, ignored);
      if (state_->options.on_answer) state_->options.on_answer("", "other", 503);
      return;
    }
    ++state_->connections;
    asio::post(shard.context, [state = state_, &shard, peer = std::move(peer),
                               socket = std::move(socket)]() mutable {
      std::make_shared<Connection>(std::move(socket), std::move(peer), std::move(state), shard)
          ->Start();
    });
  }

  // Closing may end connections, also others.
  static std::vector<std::shared_ptr<Connection>> Copy(
      const std::unordered_set<Connection*>& connections) {
    std::vector<std::shared_ptr<Connection>> copy;
    copy.reserve(connections.size());
    for (Connection* connection : connections) copy.push_back(connection->shared_from_this());
    return copy;
  }

  static void ScheduleSweep(Shard& shard) {
    shard.Tick();
    shard.sweep.expires_after(kSweepInterval);
    shard.sweep.async_wait([&shard](error_code error) {
      if (error) return;
      for (const auto& connection : Copy(shard.connections)) connection->Sweep(shard.now);
      std::erase_if(shard.web_sockets, [](const auto& weak) { return weak.expired(); });
      ScheduleSweep(shard);
    });
  }

  config::Address address_;
  std::shared_ptr<ServerState> state_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<asio::steady_timer> retry_;
  size_t next_shard_ = 0;
  std::atomic<uint64_t> accept_pauses_ = 0;
  std::vector<std::thread> threads_;
};

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Options options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (absl::Status status = impl->Listen(); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

void HttpServer::Stop(std::chrono::milliseconds patience) { impl_->Stop(patience); }
const config::Address& HttpServer::address() const { return impl_->address(); }
size_t HttpServer::connections() const { return impl_->connections(); }
uint64_t HttpServer::accept_pauses() const { return impl_->accept_pauses(); }

}  // namespace paceline::receive
