// Stands in for what names a person: the same text gives the same name within a site, and nobody
// without the installation's secret gets from one to the other.
#pragma once

#include <string>
#include <string_view>

namespace paceline::ingest {

inline constexpr std::string_view kUserPrefix = "u-";

// Immutable, so thread-safe.
class Pseudonyms {
 public:
  // `secret`: Store::Secret. It is kept with the data: a user is the same after a restart or a
  // restored backup, and another in another installation.
  explicit Pseudonyms(std::string secret);

  // 15 hexadecimal digits: BLAKE2b keyed with the secret, of the site's key and `text`. Too short
  // to be taken for a token when texts are scrubbed.
  std::string Of(std::string_view site, std::string_view text) const;

  // What stands for a user: kUserPrefix, and Of. Nobody's is empty.
  std::string OfUser(std::string_view site, std::string_view id) const;

 private:
  std::string secret_;
};

// A user's id as the agent tells it, which never lets it leave the page as it is: the SHA-256 of
// the site's key, a colon and the id, as hexadecimal digits. Other services tell the id itself.
std::string UserIdOfPage(std::string_view site, std::string_view id);

}  // namespace paceline::ingest
