// Who sends, when proxies stand between.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/config/address_range.h"

namespace paceline::receive {

// Whether one of `ranges` has the address.
bool IsWithin(const std::vector<config::AddressRange>& ranges, std::string_view address);

// The sender's address. X-Forwarded-For is believed only as far as trusted proxies wrote it: from
// the right, the first address that is not one of theirs. What is no address there ends the belief:
// the proxy that wrote it stands for its senders. `forwarded_for` is ignored when `peer` is no
// trusted proxy, because anybody can send the header.
std::string ClientAddress(std::string_view peer, std::string_view forwarded_for,
                          const std::vector<config::AddressRange>& trusted_proxies);

// What limits count an address by: IPv4 as it is, of IPv6 the first 64 bits, because a household
// has as many addresses as it wants behind them.
std::string LimitKey(std::string_view address);

}  // namespace paceline::receive
