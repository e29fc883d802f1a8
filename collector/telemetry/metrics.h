// What /metrics shows. Every metric has a sentence of help, and every label has few values.
//
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paceline::telemetry {

enum class MetricKind { kCounter, kGauge };

// One value of a metric that is read when it is asked for.
struct Sample {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

class Metrics {
 public:
  // `version` goes into paceline_build_info.
  explicit Metrics(std::string_view version);
  ~Metrics();

  // paceline_http_requests_total. `route` is the route's pattern, "" for none.
  void CountHttpRequest(std::string_view route, std::string_view method, int code);

  // Adds a metric whose samples are read at each scrape. `read` is called on the scraping thread.
  void AddReader(std::string name, std::string help, MetricKind kind,
                 std::function<std::vector<Sample>()> read);
  // The same with a single sample without labels.
  void AddGauge(std::string name, std::string help, std::function<double()> read);
  void AddCounter(std::string name, std::string help, std::function<double()> read);

  // The Prometheus text format.
  std::string Text() const;
  // Its content type.
  static std::string_view ContentType();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paceline::telemetry
