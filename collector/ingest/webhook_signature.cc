#include "collector/ingest/webhook_signature.h"

#include <sodium.h>

#include <array>
#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace paceline::ingest {
namespace {

using Mac = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

void Add(crypto_auth_hmacsha256_state* state, std::string_view bytes) {
  crypto_auth_hmacsha256_update(state, reinterpret_cast<const unsigned char*>(bytes.data()),
                                bytes.size());
}

// Of `time`, '.' and `body`; of `body` alone when there is no time.
Mac MacOf(std::string_view time, std::string_view body, std::string_view secret) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()),
                              secret.size());
  if (!time.empty()) {
    Add(&state, time);
    Add(&state, ".");
  }
  Add(&state, body);
  Mac mac;
  crypto_auth_hmacsha256_final(&state, mac.data());
  return mac;
}

bool Same(const Mac& mac, const std::string& given) {
  return given.size() == mac.size() && sodium_memcmp(mac.data(), given.data(), mac.size()) == 0;
}

std::string_view AsText(const Mac& mac) {
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

bool IsHex(absl::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == absl::string_view::npos;
}

}  // namespace

std::string CheckTimedSignature(std::string_view header, std::string_view body,
                                std::string_view secret, uint64_t now_unix_ms) {
  if (header.empty()) return "the webhook is not signed; its signature header is missing";
  std::string_view time;
  bool matches = false;
  const auto parts = absl::StrSplit(Absl(header), ',');
  for (absl::string_view part : parts) {
    part = absl::StripAsciiWhitespace(part);
    if (absl::ConsumePrefix(&part, "t=")) time = {part.data(), part.size()};
  }
  uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), seconds);
  if (time.empty() || error != std::errc() || end != time.data() + time.size()) {
    return "the signature has no time; \"t=SECONDS,v1=HEX\" is expected";
  }
  const Mac mac = MacOf(time, body, secret);
  for (absl::string_view part : parts) {
    part = absl::StripAsciiWhitespace(part);
    if (!absl::ConsumePrefix(&part, "v1=")) continue;
    if (part.size() != 2 * mac.size() || !IsHex(part)) continue;
    // Every one is looked at: the time taken says nothing of which fits.
    matches = Same(mac, absl::HexStringToBytes(part)) || matches;
  }
  if (!matches) {
    return "the signature does not fit; the secret in the settings has to be this webhook's, and "
           "the body has to arrive as it was signed";
  }
  const uint64_t tolerance = kWebhookToleranceMs / 1000;
  const uint64_t now = now_unix_ms / 1000;
  if (seconds + tolerance < now || seconds > now + tolerance) {
    return absl::StrCat("the signature is of another time (", seconds, ", and now is ", now,
                        "): more than five minutes apart; check both clocks, or send it anew");
  }
  return {};
}

std::string CheckBodySignature(std::string_view header, std::string_view body,
                               std::string_view secret) {
  if (header.empty()) return "the webhook is not signed; its signature header is missing";
  std::string given;
  if (absl::Base64Unescape(Absl(header), &given) && Same(MacOf({}, body, secret), given)) return {};
  return "the signature does not fit; the secret in the settings has to be this webhook's, and the "
         "body has to arrive as it was signed";
}

std::string MakeTimedSignature(std::string_view body, std::string_view secret,
                               uint64_t unix_seconds) {
  const std::string time = absl::StrCat(unix_seconds);
  const Mac mac = MacOf(time, body, secret);
  return absl::StrCat("t=", time, ",v1=", absl::BytesToHexString(Absl(AsText(mac))));
}

}  // namespace paceline::ingest
