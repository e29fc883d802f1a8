#include "collector/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <memory>
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
    RequestCounterOf(route, method, code).Increment();
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
  // Counts what has the same labels. Never changed once it is in the list.
  struct RequestCounter {
    std::string route;
    std::string method;
    int code;
    prometheus::Counter& counter;
    RequestCounter* next;
  };

  // The library's own lookup makes a map of strings; this one, on the way of every request, does
  // not even lock. Routes, methods and codes are few, and the busiest come first to be added.
  prometheus::Counter& RequestCounterOf(std::string_view route, std::string_view method, int code) {
    const auto find = [&]() -> RequestCounter* {
      RequestCounter* one = request_counters_.load(std::memory_order_acquire);
      while (one != nullptr &&
             !(one->code == code && one->route == route && one->method == method)) {
        one = one->next;
      }
      return one;
    };
    if (RequestCounter* const known = find()) return known->counter;
    const std::lock_guard lock(mutex_);
    if (RequestCounter* const known = find()) return known->counter;
    prometheus::Counter& counter = requests_.Add({{"route", std::string(route)},
                                                  {"method", std::string(method)},
                                                  {"code", std::to_string(code)}});
    owned_counters_.push_back(std::make_unique<RequestCounter>(
        RequestCounter{std::string(route), std::string(method), code, counter,
                       request_counters_.load(std::memory_order_relaxed)}));
    request_counters_.store(owned_counters_.back().get(), std::memory_order_release);
    return counter;
  }

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
  std::vector<std::unique_ptr<RequestCounter>> owned_counters_;
  std::atomic<RequestCounter*> request_counters_ = nullptr;
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
