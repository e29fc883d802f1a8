#include "collector/ingest/pseudonyms.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "absl/strings/escaping.h"

namespace paceline::ingest {
namespace {

constexpr size_t kDigits = 15;

}  // namespace

Pseudonyms::Pseudonyms(std::string secret) : secret_(std::move(secret)) {
  if (secret_.size() > crypto_generichash_KEYBYTES_MAX) {
    secret_.resize(crypto_generichash_KEYBYTES_MAX);
  }
}

std::string Pseudonyms::Of(std::string_view site, std::string_view text) const {
  std::string named(site);
  named += '\0';
  named += text;
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(named.data()),
                     named.size(), reinterpret_cast<const unsigned char*>(secret_.data()),
                     secret_.size());
  const std::string bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
  return absl::BytesToHexString(bytes).substr(0, kDigits);
}

std::string Pseudonyms::OfUser(std::string_view site, std::string_view id) const {
  return id.empty() ? "" : std::string(kUserPrefix) + Of(site, id);
}

std::string UserIdOfPage(std::string_view site, std::string_view id) {
  std::string named(site);
  named += ':';
  named += id;
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(named.data()), named.size());
  return absl::BytesToHexString(hash);
}

}  // namespace paceline::ingest
