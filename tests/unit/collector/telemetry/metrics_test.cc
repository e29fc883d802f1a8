#include "collector/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paceline::telemetry {
namespace {

using testing::HasSubstr;

TEST(MetricsTest, CountsRequestsByRouteMethodAndCode) {
  Metrics metrics("1.2.3");
  metrics.CountHttpRequest("/v1/beacon", "POST", 204);
  metrics.CountHttpRequest("/v1/beacon", "POST", 204);
  metrics.CountHttpRequest("/v1/beacon", "POST", 413);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("{code=\"204\",method=\"POST\",route=\"/v1/beacon\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{code=\"413\",method=\"POST\",route=\"/v1/beacon\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paceline_build_info{version=\"1.2.3\"} 1\n"));
}

TEST(MetricsTest, ReadsValuesWhenAsked) {
  Metrics metrics("1");
  double value = 1;
  metrics.AddGauge("paceline_test_things", "Things.", [&value] { return value; });
  metrics.AddReader("paceline_test_total", "Totals.", MetricKind::kCounter, [] {
    return std::vector<Sample>{{{{"outcome", "accepted"}}, 5}, {{{"outcome", "conflict"}}, 0}};
  });
  EXPECT_THAT(metrics.Text(), HasSubstr("paceline_test_things 1\n"));
  value = 2;
  const std::string text = metrics.Text();
  EXPECT_THAT(text,
              HasSubstr("# HELP paceline_test_things Things.\n# TYPE paceline_test_things gauge\n"
                        "paceline_test_things 2\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE paceline_test_total counter\n"
                              "paceline_test_total{outcome=\"accepted\"} 5\n"
                              "paceline_test_total{outcome=\"conflict\"} 0\n"));
}

}  // namespace
}  // namespace paceline::telemetry
