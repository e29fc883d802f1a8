#include "bench/load/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace paceline::bench {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

sockaddr_in Parse(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  if (colon == std::string::npos ||
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed.sin_addr) != 1) {
    std::fprintf(stderr, "%s is not HOST:PORT with a numeric IPv4 host\n", address.c_str());
    std::exit(2);
  }
  parsed.sin_port = htons(static_cast<uint16_t>(std::atoi(address.c_str() + colon + 1)));
  return parsed;
}

// The value of Content-Length in a head; 0 when it has none.
size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "\r\ncontent-length:";
  for (size_t at = 0; (at = head.find("\r\n", at)) != std::string_view::npos; at += 2) {
    if (head.size() - at < kName.size() ||
        strncasecmp(&head[at], kName.data(), kName.size()) != 0) {
      continue;
    }
    size_t length = 0;
    const char* value = &head[at] + kName.size();
    while (*value == ' ') ++value;
    std::from_chars(value, head.data() + head.size(), length);
    return length;
  }
  return 0;
}

}  // namespace

HttpClient::HttpClient(const std::string& address, size_t connections, Posts* posts)
    : address_(address), posts_(posts), epoll_(epoll_create1(0)), connections_(connections) {
  for (size_t number = 0; number < connections; ++number) Connect(number);
}

HttpClient::~HttpClient() {
  for (const Connection& connection : connections_) close(connection.socket);
  close(epoll_);
}

void HttpClient::Connect(size_t number) {
  const sockaddr_in address = Parse(address_);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die(address_);
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = number;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) Die("epoll_ctl");
  connections_[number] = {};
  connections_[number].socket = fd;
}

LoadResult HttpClient::Run(Clock::duration warmup, Clock::duration measured) {
  result_ = {};
  result_.micros.reserve(4'000'000);
  now_ = Clock::now();
  for (size_t number = 0; number < connections_.size(); ++number) Send(number);
  Clock::time_point phase_ends = now_ + warmup;
  Clock::time_point began = now_;
  std::array<epoll_event, 256> events;
  while (true) {
    const int ready = epoll_wait(epoll_, events.data(), events.size(), 100);
    now_ = Clock::now();
    if (now_ >= phase_ends) {
      if (measuring_) break;
      measuring_ = true;
      began = now_;
      phase_ends = now_ + measured;
    }
    for (int i = 0; i < ready; ++i) {
      const size_t number = events[static_cast<size_t>(i)].data.u64;
      Connection& connection = connections_[number];
      if (!connection.unsent.empty()) Write(&connection, {connection.unsent, {}}, number);
      Read(number);
    }
  }
  measuring_ = false;
  result_.seconds = std::chrono::duration<double>(now_ - began).count();
  return std::move(result_);
}

void HttpClient::Send(size_t number) {
  Connection& connection = connections_[number];
  connection.began = now_;
  Write(&connection, posts_->Next(number), number);
}

void HttpClient::Write(Connection* connection, const Post& post, size_t number) {
  std::array<iovec, 2> parts = {iovec{const_cast<char*>(post.head.data()), post.head.size()},
                                iovec{const_cast<char*>(post.body.data()), post.body.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const ssize_t result = sendmsg(connection->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  // A broken connection shows when it is read.
  const size_t sent = result < 0 ? 0 : static_cast<size_t>(result);
  const bool was_waiting = !connection->unsent.empty();
  const bool whole = sent == post.head.size() + post.body.size();
  connection->unsent = whole ? "" : std::string(post.head).append(post.body).substr(sent);
  if (whole && !was_waiting) return;
  epoll_event event{};
  event.data.u64 = number;
  event.events = whole ? EPOLLIN : EPOLLIN | EPOLLOUT;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->socket, &event);
}

void HttpClient::Read(size_t number) {
  Connection& connection = connections_[number];
  std::array<char, 4096> bytes;
  const ssize_t got = recv(connection.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got > 0) {
    connection.answer.append(bytes.data(), static_cast<size_t>(got));
    if (const int status = TakeAnswer(&connection); status != 0) Ended(number, status);
    return;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  close(connection.socket);
  Connect(number);
  connections_[number].began = now_;
  Ended(number, 0);
}

int HttpClient::TakeAnswer(Connection* connection) {
  const std::string& answer = connection->answer;
  const size_t head_end = answer.find("\r\n\r\n");
  if (head_end == std::string::npos) return 0;
  // "HTTP/1.1 204 …"
  const int status = std::atoi(answer.c_str() + 9);
  const size_t body =
      status == 204 ? 0 : ContentLength(std::string_view(answer).substr(0, head_end));
  const size_t whole = head_end + 4 + body;
  if (answer.size() < whole) return 0;
  connection->answer.erase(0, whole);
  return status > 0 && status < 600 ? status : 599;
}

void HttpClient::Ended(size_t number, int status) {
  ++result_.total;
  if (measuring_) {
    ++result_.answers[static_cast<size_t>(status)];
    if (status / 100 == 2) {
      const auto took = now_ - connections_[number].began;
      result_.micros.push_back(static_cast<uint32_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    }
  }
  Send(number);
}

}  // namespace paceline::bench
