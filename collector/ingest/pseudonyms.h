// Stands in for what names a person: the same text gives the same name within a site, and nobody
// without the installation's secret gets from one to the other.
#pragma once

#include <string>
#include <string_view>

namespace paceline::ingest {

// Immutable, so thread-safe.
class Pseudonyms {
 public:
  // `secret`: Store::Secret. It is kept with the data: a user is the same after a restart or a
  // restored backup, and another in another installation.
  explicit Pseudonyms(std::string secret);

  // 15 hexadecimal digits: BLAKE2b keyed with the secret, of the site's key and `text`. Too short
  // to be taken for a token when texts are scrubbed.
  std::string Of(std::string_view site, std::string_view text) const;

 private:
  std::string secret_;
};

}  // namespace paceline::ingest
