#include "collector/receive/grpc_guard.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include "collector/receive/http2_frames.h"

namespace paceline::receive {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kLargeBytes = 8 << 20;

// A socket that is written and read to the end of what is asked for.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Peer() {
    if (fd_ >= 0) close(fd_);
  }

  static Peer Connect(const config::Address& address) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(address.port);
    inet_pton(AF_INET, address.host.c_str(), &target.sin_addr);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&target), sizeof target), 0);
    return Peer(fd);
  }

  // As much as the other side takes.
  size_t Write(std::string_view text) {
    const ssize_t size = send(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return size < 0 ? 0 : static_cast<size_t>(size);
  }

  // Fewer bytes when the other side has ended.
  std::string Read(size_t size) {
    std::string text;
    while (text.size() < size && IsReady(POLLIN)) {
      char buffer[4096];
      const ssize_t got = recv(fd_, buffer, std::min(sizeof buffer, size - text.size()), 0);
      if (got <= 0) break;
      text.append(buffer, static_cast<size_t>(got));
    }
    return text;
  }
  std::string ReadToEnd() { return Read(SIZE_MAX); }

  bool IsReady(short events) {
    pollfd wait{fd_, events, 0};
    return poll(&wait, 1, 20'000) == 1;
  }

 private:
  int fd_;
};

class GrpcGuardTest : public testing::Test {
 protected:
  void Start(GuardLimits limits = {}) {
    auto guard = GrpcGuard::Listen({"127.0.0.1", 0}, limits);
    ASSERT_TRUE(guard.ok()) << guard.status().message();
    guard_ = *std::move(guard);
    guard_->Start([this](int fd) {
      const std::lock_guard lock(mutex_);
      handed_.push_back(fd);
      changed_.notify_all();
    });
  }

  Peer Connect() { return Peer::Connect(guard_->address()); }

  // What the gRPC server would get.
  Peer NextServer() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds(20), [this] { return !handed_.empty(); }));
    const int fd = handed_.front();
    handed_.pop_front();
    return Peer(fd);
  }

  static std::string Preface() { return std::string(kHttp2PrefaceBytes, 'P'); }
  static std::string Resets(int count) { return Frames(count, Http2Frame::kRstStream, 4); }
  static std::string Frames(int count, uint8_t type, uint8_t length) {
    std::string frames;
    for (int i = 0; i < count; ++i) {
      frames += std::string(2, '\0') + static_cast<char>(length) + static_cast<char>(type) +
                std::string(5u + length, '\0');
    }
    return frames;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> handed_;
  std::unique_ptr<GrpcGuard> guard_;
};

TEST_F(GrpcGuardTest, PassesBytesOnBothWays) {
  Start();
  Peer sender = Connect();
  Peer server = NextServer();
  const std::string question = Preface() + Frames(10, Http2Frame::kHeaders, 20);
  sender.Write(question);
  EXPECT_EQ(server.Read(question.size()), question);
  const std::string answer = Frames(10, Http2Frame::kData, 30);
  server.Write(answer);
  EXPECT_EQ(sender.Read(answer.size()), answer);
}

TEST_F(GrpcGuardTest, HoldsTheSenderBackWhileTheServerDoesNotRead) {
  Start();
  Peer sender = Connect();
  Peer server = NextServer();
  std::string sent = Preface();
  while (sent.size() < kLargeBytes) sent += Frames(1, Http2Frame::kData, 200);
  size_t written = 0;
  std::string read;
  while (written < sent.size()) {
    const size_t taken = sender.Write(std::string_view(sent).substr(written));
    written += taken;
    // Full: only what is read makes room.
    if (taken == 0) read += server.Read(64 * 1024);
  }
  read += server.Read(sent.size() - read.size());
  EXPECT_EQ(read, sent);
}

TEST_F(GrpcGuardTest, EndsWhenEitherSideDoes) {
  Start();
  Peer waiting_sender = Connect();
  Peer waiting_server = NextServer();
  {
    Peer sender = Connect();
    Peer server = NextServer();
    server.Write(Frames(1, Http2Frame::kData, 5));
    Peer(std::move(server));
    EXPECT_EQ(sender.ReadToEnd(), Frames(1, Http2Frame::kData, 5));
  }
  { const Peer gone(std::move(waiting_sender)); }
  EXPECT_EQ(waiting_server.ReadToEnd(), "");
}

TEST_F(GrpcGuardTest, EndsAConnectionThatResetsTooManyCalls) {
  Start({.resets_burst = 10, .resets_per_second = 0});
  Peer sender = Connect();
  Peer server = NextServer();
  sender.Write(Preface() + Resets(10));
  EXPECT_EQ(server.Read((Preface() + Resets(10)).size()), Preface() + Resets(10));
  sender.Write(Resets(1));
  EXPECT_EQ(sender.ReadToEnd(), kHttp2Calm);
  EXPECT_EQ(server.ReadToEnd(), "");
  EXPECT_EQ(guard_->counts().resets, 1u);
}

TEST_F(GrpcGuardTest, CountsCallsThatTheServerResets) {
  Start({.resets_burst = 10, .resets_per_second = 0});
  Peer sender = Connect();
  Peer server = NextServer();
  sender.Write(Preface());
  server.Write(Resets(10));
  EXPECT_EQ(sender.Read(Resets(10).size()), Resets(10));
  server.Write(Resets(1));
  EXPECT_EQ(sender.ReadToEnd(), kHttp2Calm);
}

TEST_F(GrpcGuardTest, ConnectionsShareWhatMayBeReset) {
  Start({.resets_burst = 10,
         .resets_per_second = 0,
         .all_resets_burst = 15,
         .all_resets_per_second = 0});
  Peer first = Connect();
  Peer first_server = NextServer();
  first.Write(Preface() + Resets(10));
  EXPECT_EQ(first_server.Read((Preface() + Resets(10)).size()).size(),
            (Preface() + Resets(10)).size());
  Peer second = Connect();
  Peer second_server = NextServer();
  second.Write(Preface() + Resets(6));
  EXPECT_EQ(second.ReadToEnd(), kHttp2Calm);
  // Who resets nothing is not concerned.
  first.Write(Frames(1, Http2Frame::kHeaders, 3));
  EXPECT_EQ(first_server.Read(12), Frames(1, Http2Frame::kHeaders, 3));
}

TEST_F(GrpcGuardTest, EndsAConnectionOfFramesThatCarryNothing) {
  Start({.chatter_burst = 10, .chatter_per_second = 0});
  Peer sender = Connect();
  Peer server = NextServer();
  sender.Write(Preface() + Frames(11, Http2Frame::kPing, 8));
  EXPECT_EQ(sender.ReadToEnd(), kHttp2Calm);
  EXPECT_EQ(guard_->counts().chatter, 1u);
}

TEST_F(GrpcGuardTest, SaysNothingInTheMiddleOfAnAnswer) {
  Start({.resets_burst = 0});
  Peer sender = Connect();
  Peer server = NextServer();
  const std::string half = Frames(1, Http2Frame::kData, 100).substr(0, 50);
  server.Write(half);
  EXPECT_EQ(sender.Read(half.size()), half);
  sender.Write(Preface() + Resets(1));
  EXPECT_EQ(sender.ReadToEnd(), "");
}

TEST_F(GrpcGuardTest, RefusesConnectionsBeyondItsLimit) {
  Start({.connections = 1});
  Peer first = Connect();
  Peer server = NextServer();
  Peer second = Connect();
  EXPECT_EQ(second.ReadToEnd(), "");
  EXPECT_EQ(guard_->counts().crowded, 1u);
  first.Write("P");
  EXPECT_EQ(server.Read(1), "P");
}

TEST_F(GrpcGuardTest, LastWordsReachTheirReaderWhenItStops) {
  Start();
  Peer sender = Connect();
  {
    Peer server = NextServer();
    server.Write(Frames(100, Http2Frame::kData, 200));
  }
  guard_->Stop(seconds(20));
  EXPECT_EQ(sender.ReadToEnd(), Frames(100, Http2Frame::kData, 200));
}

TEST_F(GrpcGuardTest, StopsWithConnectionsOpen) {
  Start();
  Peer sender = Connect();
  Peer server = NextServer();
  guard_->Stop(milliseconds(0));
  guard_.reset();
  EXPECT_EQ(sender.ReadToEnd(), "");
  EXPECT_EQ(server.ReadToEnd(), "");
}

TEST_F(GrpcGuardTest, SaysWhatToDoWhenItsAddressIsTaken) {
  Start();
  const auto other = GrpcGuard::Listen(guard_->address(), {});
  EXPECT_EQ(other.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(other.status().message()), testing::HasSubstr("choose another"));
}

}  // namespace
}  // namespace paceline::receive
