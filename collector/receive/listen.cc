#include "collector/receive/listen.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace paceline::receive {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

absl::StatusOr<tcp::endpoint> Resolve(const tcp::acceptor::executor_type& executor,
                                      const config::Address& address) {
  error_code error;
  tcp::resolver resolver(executor);
  const auto results =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error || results.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("'", address.host,
                                                   "' is not a host of this "
                                                   "machine: ",
                                                   error.message()));
  }
  return results.begin()->endpoint();
}

absl::Status CannotListen(const config::Address& address, const error_code& error) {
  std::string advice = "Choose another address.";
  if (error == asio::error::address_in_use) {
    advice =
        "Another program, perhaps another paceline, has it: stop that one, or choose another "
        "address (port 0 takes any free port).";
  } else if (error == asio::error::access_denied) {
    advice = "Ports below 1024 need privileges: choose a higher one.";
  }
  return absl::UnavailableError(
      absl::StrCat("Cannot listen on ", address.ToString(), ": ", error.message(), ". ", advice));
}

}  // namespace

absl::Status Listen(config::Address* address, tcp::acceptor* acceptor) {
  const absl::StatusOr<tcp::endpoint> endpoint = Resolve(acceptor->get_executor(), *address);
  if (!endpoint.ok()) return endpoint.status();
  error_code error;
  acceptor->open(endpoint->protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(*endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return CannotListen(*address, error);
  address->port = acceptor->local_endpoint(error).port();
  return absl::OkStatus();
}

}  // namespace paceline::receive
