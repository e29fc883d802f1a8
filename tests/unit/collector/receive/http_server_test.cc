#include "collector/receive/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "collector/receive/http_text.h"

namespace paceline::receive {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

// A client of plain sockets, so that nothing between test and server repairs anything.
class Client {
 public:
  explicit Client(const config::Address& address) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(address.port);
    inet_pton(AF_INET, address.host.c_str(), &target.sin_addr);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&target), sizeof target) == 0;
    const timeval timeout{5, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  void Write(std::string_view text) { send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }

  // Reads until `end` has been seen, or the server closed (or five seconds passed).
  std::string ReadUntil(std::string_view end) {
    std::string text;
    char buffer[4096];
    while (text.find(end) == std::string::npos) {
      const ssize_t size = recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) break;
      text.append(buffer, static_cast<size_t>(size));
    }
    return text;
  }
  std::string ReadToEnd() { return ReadUntil("\x01 never sent"); }
  // Ends the connection as one that breaks: what is written to it fails.
  void Break() const {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  int socket_;
  bool connected_ = false;
};

class HttpServerTest : public testing::Test {
 protected:
  void Start(HttpLimits limits = {}) {
    Route echo;
    echo.method = "POST";
    echo.path = "/v1/echo";
    echo.door = Door::kPublic;
    echo.max_body_bytes = 1000;
    echo.handler = [](const HttpRequest& request, Respond respond) {
      respond(TextResponse(200, "<" + request.body + ">"));
    };
    Route held;
    held.method = "GET";
    held.path = "/held";
    held.door = Door::kPublic;
    held.handler = [this](const HttpRequest&, Respond respond) {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(respond));
    };
    Route dropped = held;
    dropped.path = "/dropped";
    dropped.handler = [](const HttpRequest&, Respond) {};

    HttpServer::Options options;
    options.address = {"127.0.0.1", 0};
    options.doors = {Door::kPublic};
    options.routes = {echo, held, dropped};
    options.limits = limits;
    options.on_answer = [this](std::string_view, std::string_view, int) { ++answers_; };
    auto server = HttpServer::Start(std::move(options));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = *std::move(server);
  }

  Respond WaitForHeld() {
    for (int i = 0; i < 1000; ++i) {
      {
        const std::lock_guard lock(mutex_);
        if (!held_.empty()) {
          Respond respond = std::move(held_.back());
          held_.pop_back();
          return respond;
        }
      }
      std::this_thread::sleep_for(milliseconds(5));
    }
    return nullptr;
  }

  // As the committer does: answers from a thread of its own.
  void AnswerUntil(const std::atomic<bool>& is_over) {
    while (!is_over) {
      std::vector<Respond> held;
      {
        const std::lock_guard lock(mutex_);
        held.swap(held_);
      }
      for (Respond& respond : held) respond(TextResponse(200, "done"));
      std::this_thread::yield();
    }
  }

  std::mutex mutex_;
  std::vector<Respond> held_;
  std::atomic<int> answers_ = 0;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, KeepsConnectionsAndReadsChunks) {
  Start();
  Client client(server_->address());
  client.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(client.ReadUntil("<abc>\n"), StartsWith("HTTP/1.1 200 OK"));
  client.Write(
      "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n");
  client.Write("1\r\nf\r\n0\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("<def>\n"), HasSubstr("<def>"));
  EXPECT_EQ(answers_, 2);
}

TEST_F(HttpServerTest, ReadsRequestsThatComeByteByByte) {
  Start();
  Client client(server_->address());
  for (const char c :
       std::string("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")) {
    client.Write({&c, 1});
  }
  EXPECT_THAT(client.ReadUntil("<ok>\n"), HasSubstr("<ok>"));
}

TEST_F(HttpServerTest, AnswersFromAnotherThread) {
  Start();
  Client client(server_->address());
  client.Write("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  Respond respond = WaitForHeld();
  ASSERT_TRUE(respond);
  std::thread([&] { respond(TextResponse(200, "late")); }).join();
  EXPECT_THAT(client.ReadUntil("late\n"), HasSubstr("late"));
}

TEST_F(HttpServerTest, AHandlerThatForgetsIsA500) {
  Start();
  Client client(server_->address());
  client.Write("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 500 "));
}

TEST_F(HttpServerTest, RefusesBodiesThatGrowTooLarge) {
  Start();
  Client with_length(server_->address());
  with_length.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(with_length.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
  Client chunked(server_->address());
  chunked.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 3; ++i) chunked.Write("190\r\n" + std::string(400, 'x') + "\r\n");
  EXPECT_THAT(chunked.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, SlowSendersMeetTheirDeadlines) {
  HttpLimits limits;
  limits.idle = limits.header = limits.body = milliseconds(150);
  Start(limits);
  Client silent(server_->address());
  EXPECT_EQ(silent.ReadToEnd(), "");
  Client slow_header(server_->address());
  slow_header.Write("POST /v1/ec");
  EXPECT_THAT(slow_header.ReadToEnd(), StartsWith("HTTP/1.1 408 "));
  Client slow_body(server_->address());
  slow_body.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_THAT(slow_body.ReadToEnd(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, TooManyConnectionsAreTurnedAway) {
  HttpLimits limits;
  limits.connections = 1;
  Start(limits);
  Client first(server_->address());
  first.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  first.ReadUntil("<x>\n");
  Client second(server_->address());
  EXPECT_THAT(second.ReadToEnd(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, StopWaitsForAnswersAndNotForIdleConnections) {
  HttpLimits limits;
  limits.linger = milliseconds(200);
  Start(limits);
  Client idle(server_->address());
  idle.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  idle.ReadUntil("<x>\n");
  Client busy(server_->address());
  busy.Write("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  Respond respond = WaitForHeld();
  ASSERT_TRUE(respond);
  std::string answer;
  std::thread reader([&] { answer = busy.ReadUntil("done\n"); });
  std::thread stopper([&] { server_->Stop(milliseconds(5000)); });
  EXPECT_EQ(idle.ReadToEnd(), "");
  respond(TextResponse(200, "done"));
  reader.join();
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, HasSubstr("done"));
  // Until the client closes too, the server lingers; Stop's patience bounds it.
  stopper.join();
  EXPECT_FALSE(Client(server_->address()).connected());
}

TEST_F(HttpServerTest, EveryRequestThatWasTakenIsAnsweredWhileItStops) {
  Start();
  std::atomic<bool> is_over = false;
  std::thread answerer([&] { AnswerUntil(is_over); });
  std::atomic<int> heard = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      Client client(server_->address());
      while (true) {
        client.Write("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string answer = client.ReadUntil("done\n");
        if (answer.empty()) return;
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
        ++heard;
      }
    });
  }
  while (heard < 200) std::this_thread::sleep_for(milliseconds(1));
  server_->Stop(milliseconds(5000));
  for (std::thread& client : clients) client.join();
  is_over = true;
  answerer.join();
  EXPECT_EQ(heard, answers_);
}

TEST_F(HttpServerTest, ConnectionsThatBreakWhileTheyAreAnsweredAreHarmless) {
  Start();
  std::atomic<bool> is_over = false;
  std::thread answerer([&] { AnswerUntil(is_over); });
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int k = 0; k < 300; ++k) {
        Client client(server_->address());
        client.Write("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        client.Break();
        if (k % 2 == 0) client.ReadUntil("done\n");
        if (k % 5 == 0) std::this_thread::sleep_for(milliseconds(1));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  Client after(server_->address());
  after.Write("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_THAT(after.ReadUntil("<ok>\n"), HasSubstr("<ok>"));
  server_->Stop(milliseconds(5000));
  is_over = true;
  answerer.join();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, AnswersAfterTheStopAreHarmless) {
  Start();
  Client client(server_->address());
  client.Write("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  Respond respond = WaitForHeld();
  ASSERT_TRUE(respond);
  server_->Stop(milliseconds(10));
  respond(TextResponse(200, "nobody hears this"));
  EXPECT_EQ(client.ReadUntil("nobody").find("nobody"), std::string::npos);
}

TEST_F(HttpServerTest, ATakenAddressIsSaid) {
  Start();
  HttpServer::Options options;
  options.address = server_->address();
  const auto second = HttpServer::Start(std::move(options));
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("choose another address"));
}

}  // namespace
}  // namespace paceline::receive
