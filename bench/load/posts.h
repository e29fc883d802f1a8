// The HTTP requests that a load is made of, each another one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace paceline::bench {

// One HTTP request.
struct Post {
  std::string_view head;
  std::string_view body;
};

class Posts {
 public:
  virtual ~Posts() = default;
  // The next request of a connection; valid until the next call.
  virtual Post Next(size_t connection) = 0;
  // Requests that were given a second time, because there were too few.
  virtual uint64_t repeated() const { return 0; }
  // Of a body, on average.
  virtual double body_bytes() const = 0;
};

struct BeaconPostsOptions {
  std::string recordings;
  std::string host;
  std::string path;
  size_t connections = 0;
  // Prepared before the first is asked for, so that making them is no part of the load.
  uint64_t posts = 0;
  // As the agent sends them (core/wire/pack.h); otherwise plain.
  bool packed = true;
};

// Every connection is one visitor after the other, each of whom sends what a recorded one sent, in
// a visit that ends when the posts were prepared.
std::unique_ptr<Posts> MakeBeaconPosts(const BeaconPostsOptions& options);

// What others take: eight points in InfluxDB's line protocol, as many as a Beacon has vitals and a
// bit, of changing pages, each with its own time and value.
std::unique_ptr<Posts> MakePointPosts(const std::string& host, const std::string& path);

}  // namespace paceline::bench
