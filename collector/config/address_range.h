// Ranges of IP addresses, as settings write them: "10.0.0.0/8", "2001:db8::/32", "192.0.2.7".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace paceline::config {

// An address in 16 bytes; IPv4 as IPv6 maps it (::ffff:a.b.c.d).
using IpBytes = std::array<uint8_t, 16>;

// Nothing when `text` is no IPv4 or IPv6 address.
std::optional<IpBytes> ParseIp(std::string_view text);

class AddressRange {
 public:
  // InvalidArgument says what would be right.
  static absl::StatusOr<AddressRange> Parse(std::string_view text);

  bool Contains(const IpBytes& address) const;

 private:
  AddressRange(const IpBytes& base, int prefix_bits) : base_(base), prefix_bits_(prefix_bits) {}

  IpBytes base_;
  // Of the 128.
  int prefix_bits_;
};

}  // namespace paceline::config
