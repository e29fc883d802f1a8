// Posts over kept-alive connections for a while, and says how many were answered and how fast.
//
//   http_load --address HOST:PORT [--path /v1/beacon] [--posts beacons|points] [--recordings DIR]
//             [--connections N] [--warmup SECONDS] [--seconds SECONDS]
//
// Prints one JSON object: posts a second with a 2xx answer, milliseconds to the answer, and how
// many had another one.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "bench/load/http_client.h"
#include "bench/load/posts.h"

namespace paceline::bench {
namespace {

void Print(LoadResult result) {
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
      "\"failed\": %llu, \"total\": %llu, \"seconds\": %.2f, \"answers\": {%s}}\n",
      static_cast<double>(result.micros.size()) / result.seconds, ms(0.5), ms(0.99), ms(0.999),
      ms(1), static_cast<unsigned long long>(failed), static_cast<unsigned long long>(result.total),
      result.seconds, statuses.c_str());
}

int Run(std::map<std::string, std::string> flags) {
  const auto seconds = [&](const char* name) {
    return std::chrono::duration_cast<HttpClient::Clock::duration>(
        std::chrono::duration<double>(std::atof(flags[name].c_str())));
  };
  const size_t connections = std::strtoul(flags["--connections"].c_str(), nullptr, 10);
  const std::string& host = flags["--address"];
  const std::unique_ptr<Posts> posts =
      flags["--posts"] == "points"
          ? MakePointPosts(host, flags["--path"])
          : MakeBeaconPosts(flags["--recordings"], host, flags["--path"], connections);
  HttpClient client(host, connections, posts.get());
  Print(client.Run(seconds("--warmup"), seconds("--seconds")));
  return 0;
}

}  // namespace
}  // namespace paceline::bench

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags = {
      {"--address", "127.0.0.1:8080"},
      {"--path", "/v1/beacon"},
      {"--posts", "beacons"},
      {"--recordings", "bench/fixtures"},
      {"--connections", "64"},
      {"--warmup", "1"},
      {"--seconds", "5"},
  };
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || flags.count(argv[i]) == 0) {
      std::fprintf(stderr, "%s: is no flag, or has no value\n", argv[i]);
      return 2;
    }
    flags[argv[i]] = argv[i + 1];
  }
  return paceline::bench::Run(std::move(flags));
}
