#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

#include "collector/receive/websocket_session.h"

namespace paceline::receive {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
// Without compression, which is not offered: its code takes half of the time in which this file
// compiles.
using Stream = websocket::stream<Socket, false>;

class Session : public WebSocketPeer, public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, std::string handshake, std::string subprotocol,
          std::function<void(std::shared_ptr<WebSocketPeer>)> on_open,
          std::function<void()> on_closed, std::function<void()> on_dropped)
      : stream_(std::move(socket)),
        close_timer_(stream_.get_executor()),
        handshake_(std::move(handshake)),
        subprotocol_(std::move(subprotocol)),
        on_open_(std::move(on_open)),
        on_closed_(std::move(on_closed)),
        on_dropped_(std::move(on_dropped)) {}

  ~Session() override { on_closed_(); }

  void Run() {
    websocket::stream_base::timeout timeout =
        websocket::stream_base::timeout::suggested(boost::beast::role_type::server);
    timeout.idle_timeout = std::chrono::seconds(30);
    timeout.keep_alive_pings = true;
    stream_.set_option(timeout);
    stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& answer) {
      if (!subprotocol_.empty()) {
        answer.set(http::field::sec_websocket_protocol, subprotocol_);
      }
    }));
    // Clients have nothing to say here, so what they say may be short.
    stream_.read_message_max(4096);
    stream_.text(true);
    http::request_parser<http::empty_body> parser;
    parser.header_limit(UINT32_MAX);
    error_code malformed;
    parser.put(asio::buffer(handshake_), malformed);
    if (malformed) return;
    handshake_message_ = parser.release();
    stream_.async_accept(handshake_message_,
                         [self = shared_from_this()](error_code error) { self->OnAccept(error); });
  }

  void Send(std::shared_ptr<const std::string> message) override {
    asio::post(stream_.get_executor(),
               [self = shared_from_this(), message = std::move(message)]() mutable {
                 self->Enqueue(std::move(message));
               });
  }

  void Close() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->CloseNow(); });
  }

  bool is_open() const override { return open_; }

 private:
  void OnAccept(error_code error) {
    if (error) return;
    open_ = true;
    on_open_(shared_from_this());
    Read();
  }

  // Beast answers pings and closes from within a read.
  void Read() {
    stream_.async_read(incoming_, [self = shared_from_this()](error_code error, size_t) {
      if (error) {
        self->open_ = false;
        return;
      }
      self->incoming_.clear();
      self->Read();
    });
  }

  void Enqueue(std::shared_ptr<const std::string> message) {
    if (!open_) return;
    // The front may be on its way out, and has to stay.
    if (outgoing_.size() >= kMaxQueuedMessages) {
      outgoing_.erase(outgoing_.begin() + 1);
      if (on_dropped_) on_dropped_();
    }
    outgoing_.push_back(std::move(message));
    if (outgoing_.size() == 1) Write();
  }

  void Write() {
    stream_.async_write(asio::buffer(*outgoing_.front()),
                        [self = shared_from_this()](error_code error, size_t) {
                          if (error) {
                            self->open_ = false;
                            return;
                          }
                          self->outgoing_.pop_front();
                          if (!self->outgoing_.empty()) self->Write();
                        });
  }

  void CloseNow() {
    if (!open_.exchange(false)) return Disconnect();
    stream_.async_close(websocket::close_code::going_away,
                        [self = shared_from_this()](error_code) {});
    // Beast waits half a minute for the answer, and as long as it takes for a write before it.
    close_timer_.expires_after(kCloseTimeout);
    close_timer_.async_wait([weak = weak_from_this()](error_code error) {
      const std::shared_ptr<Session> self = weak.lock();
      if (!error && self != nullptr) self->Disconnect();
    });
  }

  void Disconnect() {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  Stream stream_;
  asio::steady_timer close_timer_;
  const std::string handshake_;
  // Of its own, because Beast's own buffer for it is small.
  http::request<http::empty_body> handshake_message_;
  const std::string subprotocol_;
  const std::function<void(std::shared_ptr<WebSocketPeer>)> on_open_;
  const std::function<void()> on_closed_;
  const std::function<void()> on_dropped_;
  std::atomic<bool> open_ = false;
  boost::beast::flat_buffer incoming_;
  std::deque<std::shared_ptr<const std::string>> outgoing_;
};

}  // namespace

std::shared_ptr<WebSocketPeer> AcceptWebSocket(
    Socket socket, std::string handshake, std::string subprotocol,
    std::function<void(std::shared_ptr<WebSocketPeer>)> on_open, std::function<void()> on_closed,
    std::function<void()> on_dropped) {
  auto session =
      std::make_shared<Session>(std::move(socket), std::move(handshake), std::move(subprotocol),
                                std::move(on_open), std::move(on_closed), std::move(on_dropped));
  session->Run();
  return session;
}

}  // namespace paceline::receive
