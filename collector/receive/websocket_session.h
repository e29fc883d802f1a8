// Inside receive/: hands a connection that asked for an upgrade over to the WebSocket side.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "collector/receive/websocket.h"

namespace paceline::receive {

// Messages that may wait for one client.
inline constexpr size_t kMaxQueuedMessages = 16;

// How long a client may take to answer a close, before its connection is ended without.
inline constexpr std::chrono::milliseconds kCloseTimeout{1'000};

// `handshake` is the request's header as it was read, and what came behind it. Runs on the socket's
// executor. `on_open` gets the peer when the handshake is done, `on_closed` is called once when the
// connection has ended, after on_open or instead of it.
std::shared_ptr<WebSocketPeer> AcceptWebSocket(
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>
        socket,
    std::string handshake, std::string subprotocol,
    std::function<void(std::shared_ptr<WebSocketPeer>)> on_open, std::function<void()> on_closed,
    std::function<void()> on_dropped);

}  // namespace paceline::receive
