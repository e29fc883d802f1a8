#include "collector/receive/guard.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "collector/config/address.h"

namespace paceline::receive {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool SameSecret(std::string_view given, std::string_view expected) {
  // Digests have one length, so that not even the secret's length shows in the time.
  unsigned char a[crypto_generichash_BYTES];
  unsigned char b[crypto_generichash_BYTES];
  crypto_generichash(a, sizeof a, reinterpret_cast<const unsigned char*>(given.data()),
                     given.size(), nullptr, 0);
  crypto_generichash(b, sizeof b, reinterpret_cast<const unsigned char*>(expected.data()),
                     expected.size(), nullptr, 0);
  return sodium_memcmp(a, b, sizeof a) == 0;
}

bool HasToken(std::string_view authorization, std::string_view token) {
  if (token.empty()) return true;
  constexpr std::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(Absl(authorization), Absl(kScheme))) return false;
  return SameSecret(authorization.substr(kScheme.size()), token);
}

std::string_view HostName(std::string_view host_header) {
  if (!host_header.empty() && host_header.front() == '[') {
    const size_t end = host_header.find(']');
    return end == std::string_view::npos ? std::string_view() : host_header.substr(1, end - 1);
  }
  return host_header.substr(0, host_header.find(':'));
}

bool IsAllowedHost(std::string_view host_header, bool bound_to_loopback,
                   const std::vector<std::string>& allowed_hosts) {
  if (!bound_to_loopback && allowed_hosts.empty()) return true;
  const std::string_view name = HostName(host_header);
  if (config::IsLoopbackHost(name)) return true;
  return std::any_of(allowed_hosts.begin(), allowed_hosts.end(), [&](const std::string& allowed) {
    return absl::EqualsIgnoreCase(allowed, Absl(name));
  });
}

bool IsSameOrigin(std::string_view origin, std::string_view host_header) {
  if (origin.empty()) return true;
  const size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  return absl::EqualsIgnoreCase(Absl(origin.substr(scheme + 3)), Absl(host_header));
}

SubprotocolOffer ParseSubprotocols(std::string_view header, std::string_view protocol) {
  SubprotocolOffer offer;
  for (absl::string_view item : absl::StrSplit(Absl(header), ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (item == Absl(protocol)) {
      offer.has_protocol = true;
    } else if (absl::StartsWith(item, "bearer.")) {
      offer.token = std::string(item.substr(7));
    }
  }
  return offer;
}

}  // namespace paceline::receive
