#include "collector/receive/grpc_guard.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "collector/receive/http2_frames.h"
#include "collector/receive/listen.h"
#include "collector/receive/open_files.h"

namespace paceline::receive {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
// TCP outside, a socket pair inside.
using Socket = asio::generic::stream_protocol::socket;

// Read at once. Of a connection that resets calls no more than this comes too many.
constexpr size_t kChunkBytes = 64 * 1024;
// When the process is out of file descriptors.
constexpr std::chrono::milliseconds kAcceptRetry{100};
// A peer that takes nothing for so long is gone.
constexpr int kUserTimeoutMs = 60'000;

uint64_t NowMs() {
  const auto now = Clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// What the connections share; all but the counts on the guard's thread.
struct Shared {
  explicit Shared(const GuardLimits& l)
      : limits(l), resets(l.all_resets_burst, l.all_resets_per_second) {}

  const GuardLimits limits;
  GrpcGuard::Counts counts;
  std::atomic<size_t> connections = 0;
  Allowance resets;
  std::array<char, kChunkBytes> chunk{};
};

// One connection. Alive as long as it waits for something.
class Relay : public std::enable_shared_from_this<Relay> {
 public:
  Relay(Socket sender, Socket server, std::shared_ptr<Shared> shared)
      : shared_(std::move(shared)),
        sender_(std::move(sender)),
        server_(std::move(server)),
        resets_(shared_->limits.resets_burst, shared_->limits.resets_per_second),
        chatter_(shared_->limits.chatter_burst, shared_->limits.chatter_per_second) {
    ++shared_->connections;
  }
  ~Relay() { --shared_->connections; }

  void Start() {
    Await(requests_);
    Await(answers_);
  }

 private:
  struct Direction {
    Socket& from;
    Socket& to;
    const bool is_request;
    Http2Follower frames;
    // What `to` did not take yet. Until it has, nothing is read.
    std::string unsent;
  };

  void Await(Direction& way) {
    const bool writes = !way.unsent.empty();
    (writes ? way.to : way.from)
        .async_wait(writes ? Socket::wait_write : Socket::wait_read,
                    [self = shared_from_this(), &way](error_code error) {
                      if (error) return self->Close();
                      if (way.unsent.empty()) return self->Read(way);
                      self->Write(way, std::exchange(way.unsent, {}));
                    });
  }

  void Read(Direction& way) {
    error_code error;
    const size_t size = way.from.read_some(asio::buffer(shared_->chunk), error);
    if (error == asio::error::would_block) return Await(way);
    if (error) return Close();
    const std::string_view bytes(shared_->chunk.data(), size);
    const uint64_t now_ms = NowMs();
    const bool between_answers = answers_.unsent.empty() && answers_.frames.IsBetweenFrames();
    const bool in_bounds = way.frames.Follow(
        bytes, [&](const Http2Frame& frame) { return IsAllowed(frame, way.is_request, now_ms); });
    if (!in_bounds) return Cut(between_answers);
    Write(way, bytes);
  }

  void Write(Direction& way, std::string_view bytes) {
    error_code error;
    const size_t sent = way.to.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    if (error && error != asio::error::would_block) return Close();
    way.unsent = bytes.substr(sent);
    Await(way);
  }

  bool IsAllowed(const Http2Frame& frame, bool is_request, uint64_t now_ms) {
    if (frame.type == Http2Frame::kRstStream) {
      if (resets_.Take(now_ms) && shared_->resets.Take(now_ms)) return true;
      ++shared_->counts.resets;
      return false;
    }
    if (!is_request || !IsChatter(frame) || chatter_.Take(now_ms)) return true;
    ++shared_->counts.chatter;
    return false;
  }

  // Nothing of what was read last goes on. The server clears the connection's calls away.
  void Cut(bool between_answers) {
    error_code ignored;
    if (between_answers) {
      sender_.write_some(asio::buffer(kHttp2Calm.data(), kHttp2Calm.size()), ignored);
    }
    Close();
  }

  // Ends what is waited for.
  void Close() {
    error_code ignored;
    sender_.close(ignored);
    server_.close(ignored);
  }

  const std::shared_ptr<Shared> shared_;
  Socket sender_;
  Socket server_;
  Direction requests_{sender_, server_, true, Http2Follower(kHttp2PrefaceBytes), {}};
  Direction answers_{server_, sender_, false, Http2Follower(0), {}};
  Allowance resets_;
  Allowance chatter_;
};

}  // namespace

class GrpcGuard::Impl {
 public:
  Impl(config::Address address, const GuardLimits& limits)
      : address_(std::move(address)), shared_(std::make_shared<Shared>(limits)) {}
  ~Impl() { Stop(std::chrono::milliseconds(0)); }

  absl::Status Listen() { return receive::Listen(&address_, &acceptor_); }

  void Start(std::function<void(int)> hand_over) {
    hand_over_ = std::move(hand_over);
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }

  void StopAccepting() {
    asio::post(context_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      retry_.cancel();
    });
  }

  void Stop(std::chrono::milliseconds patience) {
    if (!thread_.joinable()) return;
    StopAccepting();
    const Clock::time_point deadline = Clock::now() + patience;
    while (shared_->connections > 0 && Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    context_.stop();
    thread_.join();
  }

  const config::Address& address() const { return address_; }
  const Shared& shared() const { return *shared_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket sender) {
      if (!acceptor_.is_open()) return;
      if (error) return AcceptLater();
      Take(std::move(sender));
      Accept();
    });
  }

  void AcceptLater() {
    retry_.expires_after(kAcceptRetry);
    retry_.async_wait([this](error_code canceled) {
      if (!canceled && acceptor_.is_open()) Accept();
    });
  }

  void Take(tcp::socket sender) {
    if (shared_->connections >= shared_->limits.connections ||
        IsOneTooMany(sender.native_handle())) {
      ++shared_->counts.crowded;
      return;
    }
    error_code error;
    asio::local::stream_protocol::socket inner(context_);
    asio::local::stream_protocol::socket server(context_);
    asio::local::connect_pair(inner, server, error);
    if (!error) inner.non_blocking(true, error);
    if (!error) server.non_blocking(true, error);
    if (!error) sender.non_blocking(true, error);
    if (!error) sender.set_option(tcp::no_delay(true), error);
    if (error) return;
    ::setsockopt(sender.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMs,
                 sizeof kUserTimeoutMs);
    const int handed = server.release(error);
    if (error) return;
    // Counted before anybody can wait for its end.
    const auto relay =
        std::make_shared<Relay>(Socket(std::move(sender)), Socket(std::move(inner)), shared_);
    hand_over_(handed);
    relay->Start();
  }

  config::Address address_;
  const std::shared_ptr<Shared> shared_;
  std::function<void(int)> hand_over_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  asio::steady_timer retry_{context_};
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<GrpcGuard>> GrpcGuard::Listen(const config::Address& address,
                                                             const GuardLimits& limits) {
  auto impl = std::make_unique<Impl>(address, limits);
  if (absl::Status status = impl->Listen(); !status.ok()) return status;
  return std::unique_ptr<GrpcGuard>(new GrpcGuard(std::move(impl)));
}

GrpcGuard::GrpcGuard(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GrpcGuard::~GrpcGuard() = default;

void GrpcGuard::Start(std::function<void(int fd)> hand_over) { impl_->Start(std::move(hand_over)); }
void GrpcGuard::StopAccepting() { impl_->StopAccepting(); }
void GrpcGuard::Stop(std::chrono::milliseconds patience) { impl_->Stop(patience); }
const config::Address& GrpcGuard::address() const { return impl_->address(); }
size_t GrpcGuard::connections() const { return impl_->shared().connections; }
const GrpcGuard::Counts& GrpcGuard::counts() const { return impl_->shared().counts; }

}  // namespace paceline::receive
