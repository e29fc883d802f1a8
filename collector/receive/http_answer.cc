// How a connection answers.
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "collector/receive/http_connection.h"
#include "collector/receive/http_text.h"
#include "collector/receive/outcome_status.h"
#include "collector/receive/refusals.h"

namespace paceline::receive {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr size_t kLingerReadBytes = 4 * 1024;
constexpr std::string_view kBeaconPaths = "/v1/";

bool IsPlainNoContent(const HttpResponse& response) {
  return response.status == 204 && response.headers.empty() && response.content_type.empty();
}

}  // namespace

void AnswerBox::Put(asio::io_context& loop, std::shared_ptr<Connection> connection,
                    HttpResponse response) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = answers_.empty();
    answers_.push_back({std::move(connection), std::move(response)});
  }
  if (was_empty) asio::post(loop, [this] { Deliver(); });
}

void AnswerBox::Deliver() {
  {
    const std::lock_guard lock(mutex_);
    delivering_.swap(answers_);
  }
  for (Answer& answer : delivering_) answer.connection->Answer(std::move(answer.response));
  delivering_.clear();
}

void Shard::Tick() {
  now = Clock::now();
  const auto unix_time = std::chrono::system_clock::now().time_since_epoch();
  date = HttpDate(static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(unix_time).count()));
  HttpResponse response;
  response.status = 204;
  no_content = SerializeHead(response, date, CrossOriginHeaders(kBeaconPaths), /*keep_alive=*/true);
}

Promise::~Promise() {
  if (connection_ != nullptr) {
    (*this)(TextResponse(500, "The request got no answer; the log may say why."));
  }
}

void Promise::operator()(HttpResponse response) {
  std::shared_ptr<Connection> connection = std::exchange(connection_, nullptr);
  if (connection == nullptr) return;
  Shard& shard = connection->shard();
  if (shard.context.get_executor().running_in_this_thread()) {
    return connection->Answer(std::move(response));
  }
  // The connection goes with the answer, and nothing of it stays here: it has to be let go on its
  // own loop.
  shard.answers.Put(shard.context, std::move(connection), std::move(response));
}

void Connection::Answer(HttpResponse response) {
  if (in_handler_) {
    early_answer_ = std::move(response);
  } else if (phase_ == Phase::kHandling) {
    Send(response);
  }
}

void Connection::RefuseUnread(int status, std::string_view message) {
  if (route_ != nullptr && route_->on_refused_body) {
    return AnswerUnread(route_->on_refused_body(reader_.request(), {status, std::string(message)}));
  }
  AnswerUnread(AnswerOfUnread({status, std::string(message)}));
}

void Connection::AnswerUnread(HttpResponse response) {
  // Without a body the connection can go on: it is at the next request's first byte.
  if (!reader_.is_done() || reader_.refusal().status != 0) keep_alive_ = false;
  Send(response);
}

void Connection::Send(const HttpResponse& response) {
  ReleaseBody();
  const HttpRequest& request = reader_.request();
  keep_alive_ = keep_alive_ && !state_->stopping;
  if (state_->options.on_answer) {
    state_->options.on_answer(route_ == nullptr ? std::string_view() : route_->path,
                              KnownMethod(request.method), response.status);
  }
  Enter(Phase::kWriting);
  if (keep_alive_ && IsPlainNoContent(response) && request.path.starts_with(kBeaconPaths)) {
    return Write(shard_.no_content, {});
  }
  head_ = SerializeHead(response, shard_.date, CrossOriginHeaders(request.path), keep_alive_);
  body_ = request.method == "HEAD" ? std::string() : response.body;
  Write(head_, body_);
}

void Connection::Write(std::string_view head, std::string_view body) {
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head.data(), head.size()),
                                                   asio::buffer(body.data(), body.size())};
  error_code error;
  // A socket's buffer takes nearly every answer at once.
  size_t written =
      body.empty() ? socket_.write_some(parts[0], error) : socket_.write_some(parts, error);
  if (error && error != asio::error::would_block) return Close();
  if (written == head.size() + body.size()) return OnWritten();

  const size_t of_head = std::min(written, head.size());
  head_ = std::string(head.substr(of_head));
  if (written > of_head) body_.erase(0, written - of_head);
  const std::array<asio::const_buffer, 2> rest = {asio::buffer(head_), asio::buffer(body_)};
  asio::async_write(socket_, rest, [self = shared_from_this()](const error_code& failed, size_t) {
    if (failed) return self->Close();
    self->OnWritten();
  });
}

void Connection::OnWritten() {
  if (keep_alive_) return BeginRequest();
  BeginLinger();
}

// Closing with unread input resets the connection, and the sender may lose the answer: say that
// nothing more comes, and read on for a while.
void Connection::BeginLinger() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) return Close();
  lingered_bytes_ = input_.view().size();
  Enter(Phase::kLingering);
  Linger();
}

void Connection::Linger() {
  input_.Consume(input_.view().size());
  socket_.async_read_some(asio::buffer(input_.Prepare(kLingerReadBytes), kLingerReadBytes),
                          [self = shared_from_this()](const error_code& error, size_t size) {
                            self->lingered_bytes_ += size;
                            if (error || self->lingered_bytes_ > self->limits().linger_bytes)
                              return self->Close();
                            self->Linger();
                          });
}

void Connection::Close() {
  Enter(Phase::kClosed);
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace paceline::receive
