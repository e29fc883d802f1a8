#include "collector/config/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace paceline::config {
namespace {

constexpr int kMappedIpv4Bits = 96;

bool IsIpv4(std::string_view text) { return text.find(':') == std::string_view::npos; }

}  // namespace

std::optional<IpBytes> ParseIp(std::string_view text) {
  const std::string terminated(text);
  IpBytes bytes{};
  if (!IsIpv4(text)) {
    if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1) return std::nullopt;
    return bytes;
  }
  bytes[10] = bytes[11] = 0xff;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) != 1) return std::nullopt;
  return bytes;
}

absl::StatusOr<AddressRange> AddressRange::Parse(std::string_view text) {
  const size_t slash = std::min(text.find('/'), text.size());
  const std::optional<IpBytes> base = ParseIp(text.substr(0, slash));
  const int offset = IsIpv4(text) ? kMappedIpv4Bits : 0;
  int bits = 128 - offset;
  bool is_right = base.has_value();
  if (slash < text.size()) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
    is_right = is_right && error == std::errc() && stop == end && bits >= 0 && bits <= 128 - offset;
  }
  if (is_right) return AddressRange(*base, bits + offset);
  return absl::InvalidArgumentError(
      absl::StrCat("'", std::string(text),
                   "' is no range of addresses; 10.0.0.0/8, 2001:db8::/32 or a single address are "
                   "right"));
}

bool AddressRange::Contains(const IpBytes& address) const {
  const auto whole = static_cast<size_t>(prefix_bits_ / 8);
  if (!std::equal(base_.begin(), base_.begin() + static_cast<ptrdiff_t>(whole), address.begin())) {
    return false;
  }
  const int rest = prefix_bits_ % 8;
  return rest == 0 || (base_[whole] ^ address[whole]) >> (8 - rest) == 0;
}

}  // namespace paceline::config
