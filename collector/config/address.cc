#include "collector/config/address.h"

#include <charconv>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace paceline::config {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      "'", Absl(text), "' is not an address: ", Absl(why),
      "; write host:port, as in 127.0.0.1:8080 or [::1]:8080 (port 0: any free port)"));
}

bool IsDottedQuad(std::string_view text) {
  int parts = 0;
  while (true) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > 255) return false;
    ++parts;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) return parts == 4;
    if (text.front() != '.') return false;
    text.remove_prefix(1);
  }
}

}  // namespace

std::string Address::ToString() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

bool Address::IsLoopback() const { return IsLoopbackHost(host); }

Address Address::FromHere() const {
  return {host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host, port};
}

bool IsLoopbackHost(std::string_view host) {
  const std::string lower = absl::AsciiStrToLower(Absl(host));
  if (lower == "localhost" || lower == "::1" || absl::EndsWith(lower, ".localhost")) return true;
  return absl::StartsWith(lower, "127.") && IsDottedQuad(lower);
}

absl::StatusOr<Address> ParseAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return Bad(text, "it has no port");
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);

  if (!host.empty() && host.front() == '[') {
    if (host.back() != ']') return Bad(text, "the bracket is not closed");
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return Bad(text, "an IPv6 host needs brackets");
  }
  if (host.empty()) return Bad(text, "it has no host (0.0.0.0 means every interface)");

  unsigned port = 0;
  const char* const port_end = port_text.data() + port_text.size();
  const auto [end, error] = std::from_chars(port_text.data(), port_end, port);
  if (error != std::errc() || end != port_end || port > 65535) {
    return Bad(text, "the port is not a number from 0 to 65535");
  }
  return Address{std::string(host), static_cast<uint16_t>(port)};
}

}  // namespace paceline::config
