// Inside receive/: opens a listening socket.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "absl/status/status.h"
#include "collector/config/address.h"

namespace paceline::receive {

// Listens on `address` and puts the port it got there. Unavailable says what to do when the address
// cannot be had.
absl::Status Listen(config::Address* address, boost::asio::ip::tcp::acceptor* acceptor);

}  // namespace paceline::receive
