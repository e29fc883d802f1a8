// Posts over kept-alive connections for a while, and says how many were answered and how fast.
//
//   http_load --address HOST:PORT [--path /v1/beacon] [--posts beacons|plain|points] [--recordings
//   DIR]
//             [--connections N] [--warmup SECONDS] [--seconds SECONDS]
//
// Prints one JSON object: posts a second with a 2xx answer, milliseconds to the answer, and how
// many had another one.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "bench/load/flags.h"
#include "bench/load/http_client.h"
#include "bench/load/posts.h"

namespace paceline::bench {
namespace {

// More Beacons than that are not prepared; nginx gets some a second time.
constexpr double kMostPostsPerSecond = 80'000;

void Print(LoadResult result, const Posts& posts) {
  std::sort(result.micros.begin(), result.micros.end());
  const auto ms = [&](double share) {
    if (result.micros.empty()) return 0.0;
    return result
               .micros[static_cast<size_t>(share * static_cast<double>(result.micros.size() - 1))] /
           1000.0;
  };
  uint64_t failed = 0;
  std::string statuses;
  for (size_t status = 0; status < result.answers.size(); ++status) {
    const uint64_t count = result.answers[status];
    if (count == 0) continue;
    if (status / 100 != 2) failed += count;
    statuses += (statuses.empty() ? "\"" : ", \"") + std::to_string(status) +
                "\": " + std::to_string(count);
  }
  std::printf(
      "{\"rate\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"p999_ms\": %.3f, \"max_ms\": %.3f, "
      "\"failed\": %llu, \"repeated\": %llu, \"body_bytes\": %.1f, \"total\": %llu, \"seconds\": "
      "%.2f, \"answers\": "
      "{%s}}\n",
      static_cast<double>(result.micros.size()) / result.seconds, ms(0.5), ms(0.99), ms(0.999),
      ms(1), static_cast<unsigned long long>(failed),
      static_cast<unsigned long long>(posts.repeated()), posts.body_bytes(),
      static_cast<unsigned long long>(result.total), result.seconds, statuses.c_str());
}

int Run(const Flags& flags) {
  const auto seconds = [&](const char* name) {
    return std::chrono::duration_cast<HttpClient::Clock::duration>(
        std::chrono::duration<double>(flags.Real(name)));
  };
  const size_t connections = flags.Number("--connections");
  const std::string& host = flags.Text("--address");
  const std::string& path = flags.Text("--path");
  const double most = kMostPostsPerSecond * (flags.Real("--warmup") + flags.Real("--seconds"));
  const std::unique_ptr<Posts> posts =
      flags.Text("--posts") == "points"
          ? MakePointPosts(host, path)
          : MakeBeaconPosts({flags.Text("--recordings"), host, path, connections,
                             static_cast<uint64_t>(most), flags.Text("--posts") == "beacons"});
  HttpClient client(host, connections, posts.get());
  Print(client.Run(seconds("--warmup"), seconds("--seconds")), *posts);
  return 0;
}

}  // namespace
}  // namespace paceline::bench

int main(int argc, char** argv) {
  return paceline::bench::Run({argc,
                               argv,
                               {{"--address", "127.0.0.1:8080"},
                                {"--path", "/v1/beacon"},
                                {"--posts", "beacons"},
                                {"--recordings", "bench/fixtures"},
                                {"--connections", "64"},
                                {"--warmup", "1"},
                                {"--seconds", "5"}}});
}
