#include "collector/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace paceline::telemetry {

class Metrics::Impl {
 public:
  explicit Impl(std::string_view version)
      : requests_(prometheus::BuildCounter()
                      .Name("paceline_http_requests_total")
                      .Help("HTTP requests that were answered, by route, method and status code.")
                      .Register(registry_)) {
    AddReader({"paceline_build_info", "The running version; always 1.",
               prometheus::MetricType::Gauge, [version = std::string(version)] {
                 return std::vector<Sample>{{{{"version", version}}, 1.0}};
               }});
  }

  struct Reader {
    std::string name;
    std::string help;
    prometheus::MetricType type;
    std::function<std::vector<Sample>()> read;
  };

  void CountHttpRequest(std::string_view route, std::string_view method, int code) {
    requests_
        .Add({{"route", std::string(route)},
              {"method", std::string(method)},
              {"code", std::to_string(code)}})
        .Increment();
  }

  void AddReader(Reader reader) {
    const std::lock_guard lock(mutex_);
    readers_.push_back(std::move(reader));
  }

  std::string Text() const {
    std::vector<prometheus::MetricFamily> families = registry_.Collect();
    {
      const std::lock_guard lock(mutex_);
      for (const Reader& reader : readers_) families.push_back(Read(reader));
    }
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  static prometheus::MetricFamily Read(const Reader& reader) {
    prometheus::MetricFamily family;
    family.name = reader.name;
    family.help = reader.help;
    family.type = reader.type;
    for (const Sample& sample : reader.read()) {
      prometheus::ClientMetric metric;
      for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
      metric.counter.value = sample.value;
      metric.gauge.value = sample.value;
      family.metric.push_back(std::move(metric));
    }
    return family;
  }

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  mutable std::mutex mutex_;
  std::vector<Reader> readers_;
};

Metrics::Metrics(std::string_view version) : impl_(std::make_unique<Impl>(version)) {}
Metrics::~Metrics() = default;

void Metrics::CountHttpRequest(std::string_view route, std::string_view method, int code) {
  impl_->CountHttpRequest(route, method, code);
}

void Metrics::AddReader(std::string name, std::string help, MetricKind kind,
                        std::function<std::vector<Sample>()> read) {
  impl_->AddReader({std::move(name), std::move(help),
                    kind == MetricKind::kCounter ? prometheus::MetricType::Counter
                                                 : prometheus::MetricType::Gauge,
                    std::move(read)});
}

void Metrics::AddGauge(std::string name, std::string help, std::function<double()> read) {
  AddReader(std::move(name), std::move(help), MetricKind::kGauge, [read = std::move(read)] {
    return std::vector<Sample>{{{}, read()}};
  });
}

void Metrics::AddCounter(std::string name, std::string help, std::function<double()> read) {
  AddReader(std::move(name), std::move(help), MetricKind::kCounter, [read = std::move(read)] {
    return std::vector<Sample>{{{}, read()}};
  });
}

std::string Metrics::Text() const { return impl_->Text(); }

std::string_view Metrics::ContentType() { return "text/plain; version=0.0.4; charset=utf-8"; }

}  // namespace paceline::telemetry
