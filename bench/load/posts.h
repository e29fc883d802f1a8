// The HTTP requests that a load is made of, each another one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/visits.h"

namespace paceline::bench {

class Posts {
 public:
  virtual ~Posts() = default;
  // The next request of a connection, head and body; valid until the next call.
  virtual std::string_view Next(size_t connection) = 0;
};

// Every connection is one visitor after the other, each of whom sends what a recorded one sent, and
// whose last Beacon is sealed when the visit begins here.
std::unique_ptr<Posts> MakeBeaconPosts(const std::string& folder, const std::string& host,
                                       const std::string& path, size_t connections);

// What others take: eight points in InfluxDB's line protocol, as many as a Beacon has vitals and a
// bit, of changing pages, each with its own time and value.
std::unique_ptr<Posts> MakePointPosts(const std::string& host, const std::string& path);

}  // namespace paceline::bench
