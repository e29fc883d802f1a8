#include "collector/receive/client_address.h"

#include <algorithm>
#include <optional>

namespace paceline::receive {
namespace {

constexpr size_t kIpv6NetworkBytes = 8;

std::string_view Trim(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  const size_t end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

}  // namespace

bool IsWithin(const std::vector<config::AddressRange>& ranges, std::string_view address) {
  if (ranges.empty()) return false;
  const std::optional<config::IpBytes> bytes = config::ParseIp(address);
  return bytes.has_value() &&
         std::any_of(ranges.begin(), ranges.end(),
                     [&](const config::AddressRange& range) { return range.Contains(*bytes); });
}

std::string ClientAddress(std::string_view peer, std::string_view forwarded_for,
                          const std::vector<config::AddressRange>& trusted_proxies) {
  std::string_view client = peer;
  while (!forwarded_for.empty() && IsWithin(trusted_proxies, client)) {
    const size_t comma = forwarded_for.rfind(',');
    const size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    const std::string_view before = Trim(forwarded_for.substr(begin));
    if (!config::ParseIp(before).has_value()) break;
    client = before;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return std::string(client);
}

std::string LimitKey(std::string_view address) {
  const std::optional<config::IpBytes> bytes = config::ParseIp(address);
  const bool is_ipv6 = address.find(':') != std::string_view::npos;
  if (!bytes.has_value() || !is_ipv6) return std::string(address);
  return std::string(reinterpret_cast<const char*>(bytes->data()), kIpv6NetworkBytes);
}

}  // namespace paceline::receive
