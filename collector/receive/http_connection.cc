#include "collector/receive/http_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "collector/receive/client_address.h"
#include "collector/receive/guard.h"
#include "collector/receive/http_text.h"
#include "collector/receive/refusals.h"
#include "collector/receive/websocket_session.h"

namespace paceline::receive {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Holds a beacon's head and body as a rule. What an idle connection costs.
constexpr size_t kReadBytes = 4 * 1024;
constexpr size_t kLargeReadBytes = 64 * 1024;
// Bodies up to this size are always read: a beacon of an honest page finds room, however many large
// bodies others have begun. The number of connections bounds them.
constexpr size_t kSmallBodyBytes = 16 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

uint64_t Milliseconds(Clock::time_point time) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

}  // namespace

Connection::Connection(Socket socket, std::string peer, std::shared_ptr<ServerState> state,
                       Shard& shard)
    : socket_(std::move(socket)),
      peer_(std::move(peer)),
      state_(std::move(state)),
      shard_(shard),
      reader_(state_->options.limits.header_bytes, &state_->header_names) {
  shard_.connections.insert(this);
}

Connection::~Connection() {
  ReleaseBody();
  shard_.connections.erase(this);
  if (handed_over_) return;
  --state_->connections;
  state_->peers.Remove(peer_);
}

void Connection::Start() {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  Enter(Phase::kIdle);
  Advance();
}

void Connection::Sweep(Clock::time_point now) {
  if (now < deadline_) return;
  if (phase_ != Phase::kHeader && phase_ != Phase::kBody) return Close();
  error_code ignored;
  socket_.cancel(ignored);
  RefuseUnread(408, phase_ == Phase::kHeader ? "The request's header took too long."
                                             : "The request's body took too long.");
}

void Connection::CloseIfStopping() {
  if (!state_->stopping || phase_ != Phase::kIdle) return;
  error_code error;
  // What has arrived is still read and answered.
  if (socket_.available(error) == 0) Close();
}

DoorPolicy Connection::policy() const {
  const HttpServer::Options& options = state_->options;
  return {options.address.IsLoopback(), options.allowed_hosts, options.token};
}

void Connection::Enter(Phase phase) {
  phase_ = phase;
  // The sweep's clock may be as old as a sweep, and no deadline comes early.
  const Clock::time_point now = shard_.now + kSweepInterval;
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
    case Phase::kWriting:
      deadline_ = now + limits().write;
      break;
    case Phase::kLingering:
      deadline_ = now + limits().linger;
      break;
    case Phase::kHandling:
    case Phase::kClosed:
      deadline_ = Clock::time_point::max();
      break;
  }
}

void Connection::BeginRequest() {
  reader_.Reset();
  route_ = nullptr;
  input_.Shrink(kReadBytes);
  Enter(Phase::kIdle);
  Advance();
}

void Connection::Advance() {
  // Called anew by an answer that was given at once: the loop that is running goes on with it.
  if (advancing_) return;
  advancing_ = true;
  while (Step()) {
  }
  advancing_ = false;
}

bool Connection::Step() {
  switch (phase_) {
    case Phase::kIdle:
      if (!input_.empty()) {
        Enter(Phase::kHeader);
        return true;
      }
      CloseIfStopping();
      if (phase_ == Phase::kIdle) Read();
      return false;
    case Phase::kHeader:
      return ReadHead();
    case Phase::kBody:
      return ReadBody();
    default:
      return false;
  }
}

bool Connection::ReadHead() {
  const std::string_view bytes = input_.view();
  const size_t used = reader_.Put(bytes);
  if (reader_.refusal().status != 0) {
    RefuseUnread(reader_.refusal().status, reader_.refusal().message);
    return true;
  }
  if (!reader_.has_head()) {
    Read();
    return false;
  }
  // The bytes stay where they are until the next read.
  input_.Consume(used);
  OnHead(bytes);
  return true;
}

bool Connection::ReadBody() {
  if (reader_.is_done()) {
    Handle();
    return true;
  }
  if (input_.empty()) {
    Read();
    return false;
  }
  input_.Consume(reader_.Put(input_.view()));
  if (reader_.refusal().status != 0) {
    RefuseUnread(reader_.refusal().status, reader_.refusal().message);
  } else if (!CountBody()) {
    RefuseUnread(503, "Too many bodies are being read; send it again a little later.");
  } else if (!reader_.is_done()) {
    Read();
    return false;
  }
  return true;
}

void Connection::Read() {
  const size_t size = phase_ == Phase::kBody && reader_.request().body.size() > kReadBytes
                          ? kLargeReadBytes
                          : kReadBytes;
  socket_.async_read_some(asio::buffer(input_.Prepare(size), size),
                          [self = shared_from_this()](const error_code& error, size_t read) {
                            self->OnRead(error, read);
                          });
}

void Connection::OnRead(const error_code& error, size_t size) {
  if (error == asio::error::operation_aborted) return;
  if (phase_ != Phase::kIdle && phase_ != Phase::kHeader && phase_ != Phase::kBody) return;
  if (error) return Close();
  input_.Commit(size);
  Advance();
}

void Connection::OnHead(std::string_view bytes) {
  HttpRequest& request = reader_.request();
  keep_alive_ = reader_.keep_alive();
  request.remote_address =
      ClientAddress(peer_, reader_.forwarded_for(), state_->options.trusted_proxies);
  for (const WebSocketRoute& route : state_->options.web_sockets) {
    if (route.path == request.path && request.method == "GET") return Upgrade(route, bytes);
  }
  const Router::Match match = state_->router.Find(request.method, request.path);
  if (match.route == nullptr) return AnswerUnread(UnmatchedResponse(match, request));
  route_ = match.route;
  if (std::optional<HttpResponse> refusal =
          CheckDoor(policy(), request, route_->door, route_->needs_token, "")) {
    return AnswerUnread(std::move(*refusal));
  }
  if (route_->is_limited && limits().requests_per_second > 0 &&
      !state_->senders.Take(LimitKey(request.remote_address), Milliseconds(Clock::now()))) {
    return RefuseUnread(429, "Too many requests from this address; send it again a little later.");
  }
  AwaitBody();
}

void Connection::Upgrade(const WebSocketRoute& route, std::string_view bytes) {
  const HttpRequest& request = reader_.request();
  if (!absl::EqualsIgnoreCase(reader_.upgrade(), "websocket")) {
    HttpResponse response =
        TextResponse(426, absl::StrCat(route.path, " is a WebSocket; connect with one."));
    response.headers = {{"Upgrade", "websocket"}};
    return AnswerUnread(std::move(response));
  }
  const SubprotocolOffer offer = ParseSubprotocols(reader_.subprotocols(), route.subprotocol);
  std::optional<HttpResponse> refusal = CheckDoor(policy(), request, route.door, true, offer.token);
  if (!refusal.has_value() && !IsSameOrigin(request.origin, request.host)) {
    refusal = TextResponse(403, "This page is of another origin; it may not listen here.");
  }
  if (!refusal.has_value() && route.check) refusal = route.check(request);
  if (!refusal.has_value() && state_->stopping) {
    refusal = TextResponse(503, "The collector is stopping; connect again a little later.");
  }
  if (refusal.has_value()) return AnswerUnread(std::move(*refusal));

  handed_over_ = true;
  Enter(Phase::kClosed);
  if (state_->options.on_answer) state_->options.on_answer(route.path, "GET", 101);
  auto peer = AcceptWebSocket(
      std::move(socket_), std::string(bytes), offer.has_protocol ? route.subprotocol : "",
      [&route, request = request, state = state_](std::shared_ptr<WebSocketPeer> open) {
        route.on_open(request, std::move(open));
      },
      [state = state_, address = peer_] {
        --state->connections;
        state->peers.Remove(address);
      },
      route.on_dropped);
  shard_.web_sockets.push_back(peer);
}

void Connection::AwaitBody() {
  reader_.AllowBody(route_->max_body_bytes);
  if (reader_.refusal().status != 0) {
    return RefuseUnread(reader_.refusal().status, reader_.refusal().message);
  }
  Enter(Phase::kBody);
  if (!reader_.expects_continue() || reader_.is_done()) return;
  error_code error;
  // So little fits into any socket's buffer that has nothing else to send.
  if (socket_.write_some(asio::buffer(kContinue.data(), kContinue.size()), error) !=
      kContinue.size()) {
    Close();
  }
}

// Bodies that are being read may take so much memory altogether and no more.
bool Connection::CountBody() {
  const size_t room = reader_.request().body.capacity();
  if (room <= std::max(kSmallBodyBytes, counted_body_bytes_)) return true;
  const size_t added = room - counted_body_bytes_;
  counted_body_bytes_ = room;
  return state_->body_bytes.fetch_add(added) + added <= limits().body_memory_bytes;
}

void Connection::ReleaseBody() {
  if (counted_body_bytes_ > 0) state_->body_bytes -= counted_body_bytes_;
  counted_body_bytes_ = 0;
}

void Connection::Handle() {
  Enter(Phase::kHandling);
  // From here on it is the handler's, and counted where it waits.
  ReleaseBody();
  in_handler_ = true;
  route_->handler(reader_.request(), Promise(shared_from_this()));
  in_handler_ = false;
  if (!early_answer_.has_value()) return;
  const HttpResponse response = *std::exchange(early_answer_, std::nullopt);
  Send(response);
}

}  // namespace paceline::receive
