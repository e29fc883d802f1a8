#include "collector/receive/http_connection.h"

#include <array>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "collector/receive/guard.h"
#include "collector/receive/http_text.h"
#include "collector/receive/refusals.h"
#include "collector/receive/websocket_session.h"

namespace paceline::receive {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t kReadBytes = 16 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string ToString(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Two servers could read it in two ways, and disagree about where the next request begins.
bool IsAmbiguous(const auto& message) {
  const std::string coding = ToString(message[http::field::transfer_encoding]);
  const bool chunked = message.version() == 11 && absl::EqualsIgnoreCase(coding, "chunked");
  return message.count(http::field::host) != 1 ||
         message.count(http::field::transfer_encoding) > (chunked ? 1 : 0);
}

}  // namespace

// See http_server.h. Alive as long as an operation, or an answer that is still to come, holds it;
// dies on its loop.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<ServerState> state, Shard& shard)
      : socket_(std::move(socket)), state_(std::move(state)), shard_(shard) {
    shard_.connections.insert(this);
  }

  ~Connection() {
    shard_.connections.erase(this);
    if (!handed_over_) --state_->connections;
  }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start() {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint remote = socket_.remote_endpoint(ignored);
    remote_address_ = remote.address().to_string();
    BeginRequest();
  }

  void Sweep(Clock::time_point now) {
    if (now < deadline_) return;
    if (phase_ != Phase::kHeader && phase_ != Phase::kBody) return Close();
    error_code ignored;
    socket_.cancel(ignored);
    RefuseUnread(408, phase_ == Phase::kHeader ? "The request's header took too long."
                                               : "The request's body took too long.");
  }

  void CloseIfIdle() {
    if (phase_ == Phase::kIdle) Close();
  }

 private:
  enum class Phase { kIdle, kHeader, kBody, kHandling, kWriting, kLingering };

  // The promise of an answer that a handler holds. Answers 500 when the handler lets it go.
  class Answerer {
   public:
    explicit Answerer(std::shared_ptr<Connection> connection)
        : connection_(std::move(connection)) {}
    ~Answerer() { Give(TextResponse(500, "The request got no answer; the log may say why.")); }

    void Give(HttpResponse response) {
      if (answered_.exchange(true)) return;
      // The connection goes with the task, so that it is let go on its own loop.
      const asio::any_io_executor executor = connection_->socket_.get_executor();
      asio::dispatch(executor, [connection = std::move(connection_),
                                response = std::move(response)]() mutable {
        connection->Answer(std::move(response));
      });
    }

   private:
    std::shared_ptr<Connection> connection_;
    std::atomic<bool> answered_ = false;
  };

  const HttpLimits& limits() const { return state_->options.limits; }

  DoorPolicy policy() const {
    const HttpServer::Options& options = state_->options;
    return {options.address.IsLoopback(), options.allowed_hosts, options.token};
  }

  void Enter(Phase phase) {
    phase_ = phase;
    const Clock::time_point now = Clock::now();
    switch (phase) {
      case Phase::kIdle:
        deadline_ = now + limits().idle;
        break;
      case Phase::kHeader:
        deadline_ = now + limits().header;
        break;
      case Phase::kBody:
        deadline_ = now + limits().body;
        break;
      case Phase::kHandling:
        deadline_ = Clock::time_point::max();
        break;
      case Phase::kWriting:
        deadline_ = now + limits().write;
        break;
      case Phase::kLingering:
        deadline_ = now + limits().linger;
        break;
    }
  }

  void BeginRequest() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(limits().header_bytes));
    // The limit is the route's, and is set once the header says which.
    parser_->body_limit(boost::none);
    parser_->eager(false);
    request_ = HttpRequest{};
    route_ = nullptr;
    keep_alive_ = false;
    if (buffer_.size() == 0) {
      if (state_->stopping) return Close();
      Enter(Phase::kIdle);
      return Read();
    }
    Enter(Phase::kHeader);
    Feed();
  }

  void Read() {
    socket_.async_read_some(
        buffer_.prepare(kReadBytes),
        [self = shared_from_this()](error_code error, size_t size) { self->OnRead(error, size); });
  }

  void OnRead(error_code error, size_t size) {
    if (error == asio::error::operation_aborted) return;
    buffer_.commit(size);
    if (phase_ != Phase::kIdle && phase_ != Phase::kHeader && phase_ != Phase::kBody) return;
    if (error) return Close();
    if (phase_ == Phase::kIdle) Enter(Phase::kHeader);
    Feed();
  }

  // Gives the parser what has been read.
  void Feed() {
    while (true) {
      if (phase_ == Phase::kBody && parser_->is_done()) return Handle();
      if (buffer_.size() == 0) return Read();
      error_code error;
      const size_t used = parser_->put(buffer_.data(), error);
      if (error == http::error::need_more) {
        buffer_.consume(used);
        // A chunk's extensions count as header.
        if (buffer_.size() > limits().header_bytes)
          return RefuseUnread(431, "A header is too large.");
        return Read();
      }
      if (error) return OnParseError(error);
      buffer_.consume(used);
      if (phase_ == Phase::kHeader) return OnHeader();
    }
  }

  void OnParseError(error_code error) {
    if (error == http::error::header_limit) {
      return RefuseUnread(
          431, absl::StrCat("The header is larger than ", limits().header_bytes, " bytes."));
    }
    if (error == http::error::body_limit) return RefuseTooLarge();
    if (error == http::error::bad_version) return RefuseUnread(505, "HTTP/1.1 is spoken here.");
    RefuseUnread(400, absl::StrCat("This is not HTTP/1.1: ", error.message(), "."));
  }

  void OnHeader() {
    ReadRequestFields();
    if (!target_.has_value()) {
      return RefuseUnread(400, "The request's target has to be a path, as in GET /healthz.");
    }
    if (IsAmbiguous(parser_->get())) {
      keep_alive_ = false;
      return RefuseUnread(400, "One Host header; no Transfer-Encoding but HTTP/1.1's chunked.");
    }
    for (const WebSocketRoute& route : state_->options.web_sockets) {
      if (route.path == request_.path && request_.method == "GET") return Upgrade(route);
    }
    const Router::Match match = state_->router.Find(request_.method, request_.path);
    if (match.route == nullptr) return AnswerUnread(UnmatchedResponse(match, request_));
    route_ = match.route;
    for (const std::string& name : route_->headers) {
      request_.headers.emplace_back(name, ToString(parser_->get()[name]));
    }
    if (std::optional<HttpResponse> refusal =
            CheckDoor(policy(), request_, route_->door, route_->needs_token, "")) {
      return AnswerUnread(std::move(*refusal));
    }
    ReadBody();
  }

  void ReadRequestFields() {
    const auto& message = parser_->get();
    const auto field = [&](http::field name) { return ToString(message[name]); };
    request_.method = ToString(message.method_string());
    target_ = ParseTarget(ToString(message.target()));
    if (target_.has_value()) {
      request_.path = std::move(target_->path);
      request_.query = std::move(target_->query);
    }
    request_.remote_address = remote_address_;
    request_.user_agent = field(http::field::user_agent);
    request_.origin = field(http::field::origin);
    request_.host = field(http::field::host);
    request_.authorization = field(http::field::authorization);
    request_.if_none_match = field(http::field::if_none_match);
    request_.accept_encoding = field(http::field::accept_encoding);
    subprotocols_ = field(http::field::sec_websocket_protocol);
    keep_alive_ = parser_->keep_alive() && message.version() == 11;
  }

  void Upgrade(const WebSocketRoute& route) {
    if (!absl::EqualsIgnoreCase(ToString(parser_->get()[http::field::upgrade]), "websocket")) {
      HttpResponse response =
          TextResponse(426, absl::StrCat(route.path, " is a WebSocket; connect with one."));
      response.headers = {{"Upgrade", "websocket"}};
      return AnswerUnread(std::move(response));
    }
    const SubprotocolOffer offer = ParseSubprotocols(subprotocols_, route.subprotocol);
    std::optional<HttpResponse> refusal =
        CheckDoor(policy(), request_, route.door, true, offer.token);
    if (!refusal.has_value() && !IsSameOrigin(request_.origin, request_.host)) {
      refusal = TextResponse(403, "This page is of another origin; it may not listen here.");
    }
    if (!refusal.has_value() && route.check) refusal = route.check(request_);
    if (refusal.has_value()) return AnswerUnread(std::move(*refusal));

    handed_over_ = true;
    if (state_->options.on_answer) state_->options.on_answer(route.path, "GET", 101);
    auto peer = AcceptWebSocket(
        std::move(socket_), std::move(parser_->get().base()),
        offer.has_protocol ? route.subprotocol : "",
        [&route, request = request_, state = state_](std::shared_ptr<WebSocketPeer> open) {
          route.on_open(request, std::move(open));
        },
        [state = state_] { --state->connections; }, route.on_dropped);
    shard_.web_sockets.push_back(peer);
  }

  void ReadBody() {
    const boost::optional<uint64_t> length = parser_->content_length();
    if (length.has_value() && *length > route_->max_body_bytes) return RefuseTooLarge();
    parser_->body_limit(route_->max_body_bytes);
    parser_->eager(true);
    const std::string expect = ToString(parser_->get()[http::field::expect]);
    Enter(Phase::kBody);
    if (expect.empty()) return Feed();
    if (!absl::EqualsIgnoreCase(expect, "100-continue")) {
      return RefuseUnread(417, "Only 100-continue can be expected.");
    }
    asio::async_write(socket_, asio::buffer(kContinue.data(), kContinue.size()),
                      [self = shared_from_this()](error_code error, size_t) {
                        if (error) return self->Close();
                        if (self->phase_ == Phase::kBody) self->Feed();
                      });
  }

  void Handle() {
    Enter(Phase::kHandling);
    request_.body = std::move(parser_->get().body());
    auto answerer = std::make_shared<Answerer>(shared_from_this());
    route_->handler(request_,
                    [answerer](HttpResponse response) { answerer->Give(std::move(response)); });
  }

  void RefuseTooLarge() {
    RefuseUnread(413,
                 route_->max_body_bytes == 0
                     ? std::string("This route takes no body.")
                     : absl::StrCat("The body is larger than ", route_->max_body_bytes, " bytes."));
  }

  // Refuses a request that has not been read to its end.
  void RefuseUnread(int status, absl::string_view message) {
    if (route_ != nullptr && route_->on_refused_body) {
      return AnswerUnread(route_->on_refused_body(request_, status));
    }
    AnswerUnread(TextResponse(status, {message.data(), message.size()}));
  }

  void AnswerUnread(HttpResponse response) {
    // Without a body the connection can go on: it is at the next request's first byte.
    if (!parser_->is_done()) keep_alive_ = false;
    Answer(std::move(response));
  }

  void Answer(HttpResponse response) {
    AddCrossOriginHeaders(request_.path, response);
    keep_alive_ = keep_alive_ && !state_->stopping;
    if (state_->options.on_answer) {
      state_->options.on_answer(route_ == nullptr ? std::string_view() : route_->path,
                                KnownMethod(request_.method), response.status);
    }
    head_ = SerializeHead(response, shard_.date, keep_alive_);
    body_ = request_.method == "HEAD" ? std::string() : std::move(response.body);
    Enter(Phase::kWriting);
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(head_), asio::buffer(body_)};
    asio::async_write(socket_, parts, [self = shared_from_this()](error_code error, size_t) {
      if (error) return self->Close();
      if (self->keep_alive_) return self->BeginRequest();
      self->BeginLinger();
    });
  }

  // Closing with unread input resets the connection, and the sender may lose the answer: say that
  // nothing more comes, and read on for a while.
  void BeginLinger() {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error) return Close();
    lingered_bytes_ = buffer_.size();
    buffer_.consume(buffer_.size());
    Enter(Phase::kLingering);
    Linger();
  }

  void Linger() {
    socket_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = shared_from_this()](error_code error, size_t size) {
                              self->lingered_bytes_ += size;
                              if (error || self->lingered_bytes_ > self->limits().linger_bytes) {
                                return self->Close();
                              }
                              self->Linger();
                            });
  }

  void Close() {
    error_code ignored;
    socket_.close(ignored);
  }

  tcp::socket socket_;
  const std::shared_ptr<ServerState> state_;
  Shard& shard_;
  std::string remote_address_;
  Phase phase_ = Phase::kIdle;
  Clock::time_point deadline_ = Clock::time_point::max();
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<Target> target_;
  HttpRequest request_;
  std::string subprotocols_;
  const Route* route_ = nullptr;
  bool keep_alive_ = false;
  bool handed_over_ = false;
  size_t lingered_bytes_ = 0;
  std::string head_;
  std::string body_;
};

void ConnectionHandle::Start(tcp::socket socket, std::shared_ptr<ServerState> state, Shard& shard) {
  std::make_shared<Connection>(std::move(socket), std::move(state), shard)->Start();
}

void ConnectionHandle::Sweep(Shard& shard, Clock::time_point now) {
  // Over a copy: closing may end connections.
  const std::vector<Connection*> connections(shard.connections.begin(), shard.connections.end());
  for (Connection* connection : connections) connection->Sweep(now);
}

void ConnectionHandle::CloseIdle(Shard& shard) {
  const std::vector<Connection*> connections(shard.connections.begin(), shard.connections.end());
  for (Connection* connection : connections) connection->CloseIfIdle();
}

}  // namespace paceline::receive
