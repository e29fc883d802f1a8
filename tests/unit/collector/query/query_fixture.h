// The engine over a real store that the real pipeline fills, and an oracle over the same page
// views.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "collector/ingest/pipeline.h"
#include "collector/query/query_engine.h"
#include "collector/query/time_range.h"
#include "collector/store/store.h"
#include "core/vitals/rating.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::query {

// 2026-01-01 00:00 UTC.
inline constexpr uint64_t kMidnight = 1'767'225'600'000;
inline constexpr uint64_t kEnd = kMidnight + 3 * kDayMs;
inline constexpr char kPhone[] =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Mobile Safari/537.36";

// A page view as the oracle knows it.
struct View {
  uint64_t began_unix_ms;
  std::string page;
  bool phone;
  // 0.1 ms.
  uint64_t lcp;
  uint32_t rage_clicks;
  double weight;
};

inline std::string Id(uint64_t number, size_t bytes) {
  std::string id(bytes, 'x');
  for (size_t i = 0; i < 8; ++i) id[bytes - 1 - i] = static_cast<char>(number >> (8 * i) & 0xff);
  return id;
}

class QueryEngineTest : public testing::Test {
 protected:
  QueryEngineTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "query_test.XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    store::Store::Options options;
    options.data_dir = directory_;
    auto opened = store::Store::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    ingest::PipelineOptions pipeline;
    pipeline.sites = {{"academy", {}}, {"empty", {}}};
    pipeline_ = std::make_unique<ingest::Pipeline>(pipeline, store_.get());
    engine_ = std::make_unique<QueryEngine>(
        store_.get(), std::vector<std::string>{"academy", "empty"}, [] { return kEnd; });
  }

  ~QueryEngineTest() override {
    pipeline_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Submits; Wait for the outcome.
  template <typename Message>
  void Start(const Message& message, const char* user_agent) {
    ingest::Submission submission = ingest::SubmissionOf(message);
    submission.source.user_agent = user_agent;
    submission.source.received_unix_ms = message.sent_unix_ms() + 25;
    {
      const std::lock_guard lock(mutex_);
      ++waiting_;
    }
    pipeline_->Submit(std::move(submission), [this](const ingest::SubmitResult& result) {
      EXPECT_EQ(result.outcome, v1::OUTCOME_ACCEPTED) << result.message;
      const std::lock_guard lock(mutex_);
      --waiting_;
      answered_.notify_one();
    });
  }

  void Wait() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return waiting_ == 0; });
  }

  template <typename Message>
  void Send(const Message& message, const char* user_agent) {
    Start(message, user_agent);
    Wait();
  }

  // One page view in a session of its own, with one LCP.
  void SendView(const View& view, uint64_t number) {
    v1::Beacon beacon = ingest::SampleBeacon();
    beacon.set_session_id(Id(number, 16));
    if (view.weight == 4) {
      // In every sample: the hash of four zero bytes is 0.
      std::fill_n(beacon.mutable_session_id()->begin(), 4, '\0');
      beacon.set_sample_rate_ppm(250'000);
    }
    beacon.set_document_id(Id(number, 8));
    beacon.set_origin_unix_ms(view.began_unix_ms);
    beacon.set_sent_unix_ms(view.began_unix_ms + 9'000);
    beacon.set_strings(0, view.page);
    beacon.mutable_events(0)->mutable_vital()->set_value(view.lcp);
    for (uint32_t i = 0; i < view.rage_clicks; ++i) {
      beacon.add_events()->mutable_rage_click()->set_count(3);
    }
    Start(beacon, view.phone ? kPhone : ingest::kChromeOnLinux);
    views_.push_back(view);
  }

  // 600 page views over three days, most of them around the LCP thresholds.
  void SendMany() {
    std::mt19937_64 random(20'260'101);
    std::lognormal_distribution<double> lcp(std::log(24'000.0), 0.6);
    const char* pages[] = {"/", "/courses", "/courses/7", "/booking"};
    for (uint64_t i = 0; i < 600; ++i) {
      SendView({.began_unix_ms = kMidnight + random() % (3 * kDayMs - 60'000),
                .page = pages[random() % 4],
                .phone = random() % 3 == 0,
                .lcp = static_cast<uint64_t>(lcp(random)),
                .rage_clicks = random() % 10 == 0 ? 1u : 0u,
                .weight = random() % 2 == 0 ? 4.0 : 1.0},
               i + 1);
    }
    Wait();
  }

  std::vector<View> Between(uint64_t from, uint64_t to) const {
    std::vector<View> found;
    for (const View& view : views_) {
      if (view.began_unix_ms >= from && view.began_unix_ms < to) found.push_back(view);
    }
    return found;
  }

  std::mutex mutex_;
  std::condition_variable answered_;
  int waiting_ = 0;
  std::string directory_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<QueryEngine> engine_;
  std::vector<View> views_;
};

inline double Weight(const std::vector<View>& views) {
  double weight = 0;
  for (const View& view : views) weight += view.weight;
  return weight;
}

// Weighted nearest rank, in ms.
inline double Percentile(std::vector<View> views, double percent) {
  std::sort(views.begin(), views.end(), [](const View& a, const View& b) { return a.lcp < b.lcp; });
  const double total = Weight(views);
  double up_to = 0;
  for (const View& view : views) {
    up_to += view.weight;
    if (up_to * 100 >= total * percent) return static_cast<double>(view.lcp) / 10;
  }
  return 0;
}

inline double ShareRated(const std::vector<View>& views, core::Rating rating) {
  double rated = 0;
  for (const View& view : views) {
    if (core::Rate(core::Metric::kLcp, view.lcp) == rating) rated += view.weight;
  }
  return rated / Weight(views);
}

inline void ExpectEqualsOracle(const v1::VitalSummary& lcp, const std::vector<View>& views) {
  ASSERT_EQ(lcp.metric(), v1::METRIC_LCP);
  EXPECT_DOUBLE_EQ(lcp.count(), Weight(views));
  if (views.empty()) return;
  const std::pair<double, double> percentiles[] = {
      {lcp.p50(), 50}, {lcp.p75(), 75},    {lcp.p90(), 90},     {lcp.p95(), 95},
      {lcp.p99(), 99}, {lcp.minimum(), 0}, {lcp.maximum(), 100}};
  for (const auto& [got, percent] : percentiles) {
    const double truth = Percentile(views, percent);
    EXPECT_LE(std::abs(got - truth), truth * 0.01 + 0.05) << "p" << percent;
  }
  EXPECT_NEAR(lcp.shares().good(), ShareRated(views, core::Rating::kGood), 1e-12);
  EXPECT_NEAR(lcp.shares().needs_improvement(), ShareRated(views, core::Rating::kNeedsImprovement),
              1e-12);
  EXPECT_NEAR(lcp.shares().poor(), ShareRated(views, core::Rating::kPoor), 1e-12);
  const auto p75 = static_cast<uint64_t>(std::lround(Percentile(views, 75) * 10));
  EXPECT_EQ(lcp.rating(), static_cast<v1::Rating>(core::Rate(core::Metric::kLcp, p75)));
  double sum = 0;
  for (const View& view : views) sum += view.weight * static_cast<double>(view.lcp) / 10;
  EXPECT_NEAR(lcp.average(), sum / Weight(views), 1e-6);
  double histogram = 0;
  for (const double count : lcp.histogram_count()) histogram += count;
  EXPECT_NEAR(histogram, Weight(views), 1e-6);
}

}  // namespace paceline::query
