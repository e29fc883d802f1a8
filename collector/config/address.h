// An address to listen on, as settings write it: "127.0.0.1:8080", "[::1]:8080", "localhost:0".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace paceline::config {

struct Address {
  // Without the brackets of an IPv6 literal.
  std::string host;
  // 0: any free port.
  uint16_t port = 0;

  // "host:port", with brackets where they are needed.
  std::string ToString() const;
  // Whether only this machine can reach it: 127.0.0.0/8, ::1, localhost and names under it.
  bool IsLoopback() const;
  // Where this machine reaches who listens there: of every interface, that is the loopback.
  Address FromHere() const;
};

// InvalidArgument says what would be right.
absl::StatusOr<Address> ParseAddress(std::string_view text);

// Whether `host` (a name or literal, without a port or brackets) is this machine's loopback.
bool IsLoopbackHost(std::string_view host);

}  // namespace paceline::config
