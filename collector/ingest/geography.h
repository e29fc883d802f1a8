// Where an address is, by a geography database that the owner brings (MaxMind DB format: GeoLite2,
// DB-IP Lite, …). The address itself is never stored.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace paceline::ingest {

struct Place {
  // ISO 3166-1 alpha-2, such as "DE". Empty: not known.
  std::string country;
  // ISO 3166-2, such as "DE-BE", or country and name where the database has no code for it:
  // "US-California". Empty: not known.
  std::string region;
};

// Thread-safe.
class Geography {
 public:
  // InvalidArgument: the file cannot be read, or is no such database.
  static absl::StatusOr<std::unique_ptr<Geography>> Open(const std::string& path);
  ~Geography();

  // `address`: IPv4 or IPv6, without a port. An empty Place where the database has none, and for
  // anything that is no address.
  Place Find(const std::string& address) const;

 private:
  struct Database;
  explicit Geography(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace paceline::ingest
