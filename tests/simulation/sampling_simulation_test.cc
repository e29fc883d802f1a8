// C21: what a sample of sessions says of a site, over 1,000 made-up sites and 1, 10 and 50 % of
// their sessions, against the truth of all of them. Who is in the sample, what a page view weighs,
// what is counted, and how shares and percentiles come of it is decided by the code of the agent's
// core and of the collector; only the visitors are made up.
//
// A session is in the sample or not, independently of the others, with probability p. So the sum T
// of a quantity t over the sessions of a site is estimated with the variance
//
//   (1 - p) / p * sum(t²),
//
// which the truth gives exactly; that of a ratio Y / X is, to first order, the same with
// (y - Y / X * x) / X for t. Each error divided by its standard deviation is a z. Over the sites,
// the z of every figure have to
//
//   - be within 5, but for at most 1 % of the sites. (At 1 % some figures rest on a session or two,
//     and are skewed. Chebyshev allows 4 % for any distribution at all.)
//   - have a mean square of 1, within 15 %: the errors are as large as a sample's are, and no
//   larger
//   - average to 0 within 3 of the average's own standard errors: no bias
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/analysis/distribution.h"
#include "collector/ingest/pipeline.h"
#include "collector/query/rollup_sum.h"
#include "collector/query/session_conversions.h"
#include "collector/store/rollup_cell.h"
#include "core/sampling/sampling.h"
#include "core/vitals/rating.h"
#include "tests/simulation/simulated_site.h"
#include "tests/unit/collector/ingest/sample_beacon.h"
#include "tests/unit/collector/store/page_facts.h"

namespace paceline::simulation {
namespace {

constexpr int kSites = 1000;
constexpr std::array<uint32_t, 3> kRatesPpm = {10'000, 100'000, 500'000};
constexpr double kMicro = 1e6;

// How sessions that are kept, and not in the sample, count.
enum class KeptSessions { kAsBuilt, kWronglyAsSampled };

void AddVital(v1::Metric metric, uint64_t value, v1::PageViewFact* fact) {
  v1::FactVital* vital = fact->add_vitals();
  vital->set_metric(metric);
  vital->set_value(value);
  vital->set_rating(static_cast<v1::Rating>(core::Rate(static_cast<core::Metric>(metric), value)));
}

// What the collector knows of a site at one sampling rate.
struct Statistics {
  query::RollupSum rollup;
  std::array<double, kSteps> funnel{};
  // From every conversion.
  uint64_t conversions = 0;
  int64_t revenue_minor = 0;
  uint64_t kept_sessions = 0;

  double PoorShare() const { return query::SharesOf(rollup.Of(v1::METRIC_LCP)).poor(); }
  double GoodClsShare() const { return query::SharesOf(rollup.Of(v1::METRIC_CLS)).good(); }
  double Percentile(double quantile) const {
    return analysis::PercentileOf(rollup.Of(v1::METRIC_LCP), quantile).value;
  }
};

Statistics Count(const Site& site, uint32_t rate_ppm,
                 KeptSessions kept_sessions = KeptSessions::kAsBuilt) {
  Statistics statistics;
  store::CellDelta delta;
  for (const Session& session : site.sessions) {
    uint64_t weight_micro = core::SampleWeightMicro(rate_ppm);
    if (!core::IsSampled(session.id, rate_ppm)) {
      if (!session.WorthKeeping()) continue;
      ++statistics.kept_sessions;
      if (kept_sessions == KeptSessions::kAsBuilt) weight_micro = 0;
    }
    v1::SessionRecord record;
    record.set_weight_micro(weight_micro);
    std::vector<v1::PageViewFact> facts;
    for (const PageVisit& page : session.pages) {
      v1::PageViewFact& fact = facts.emplace_back();
      fact.set_weight_micro(weight_micro);
      AddVital(v1::METRIC_LCP, page.lcp_100us, &fact);
      AddVital(v1::METRIC_CLS, page.cls_nano, &fact);
      if (store::CountsInRollups(fact)) store::AddFact(fact, 1, &delta);
    }
    if (session.converted()) {
      v1::FactConversion* conversion = facts.back().add_conversions();
      conversion->set_type("purchase_completed");
      conversion->set_value_minor(session.revenue_minor);
      conversion->set_currency("EUR");
    }
    for (const query::SessionConversion& conversion : query::ConversionsOf(record, facts)) {
      ++statistics.conversions;
      statistics.revenue_minor += conversion.value_minor;
    }
    for (int step = kCourse; step <= session.furthest; ++step) {
      statistics.funnel[static_cast<size_t>(step)] +=
          static_cast<double>(record.weight_micro()) / kMicro;
    }
  }
  v1::RollupCell cell;
  EXPECT_TRUE(delta.ApplyTo(&cell).ok());
  statistics.rollup.Add(cell);
  return statistics;
}

// Sum of t², and what is needed for a ratio's, over the sessions of a site.
struct Sums {
  double y = 0, x = 0, yy = 0, xy = 0, xx = 0;
  void Add(double of_y, double of_x) {
    y += of_y;
    x += of_x;
    yy += of_y * of_y;
    xy += of_x * of_y;
    xx += of_x * of_x;
  }
  double ratio() const { return y / x; }
  double TotalVariance(double p) const { return (1 - p) / p * yy; }
  // Coefficient of variation of the estimate of X.
  double DivisorCv(double p) const { return std::sqrt((1 - p) / p * xx) / x; }
  double RatioVariance(double p) const {
    const double r = ratio();
    return (1 - p) / p * (yy - 2 * r * xy + r * r * xx) / (x * x);
  }
};

template <typename OfSession>
Sums SumsOf(const Site& site, const OfSession& of_session) {
  Sums sums;
  for (const Session& session : site.sessions) {
    const auto [y, x] = of_session(session);
    sums.Add(static_cast<double>(y), static_cast<double>(x));
  }
  return sums;
}

template <typename Predicate>
Sums SharesOfPages(const Site& site, const Predicate& predicate) {
  return SumsOf(site, [&](const Session& session) {
    return std::pair(std::count_if(session.pages.begin(), session.pages.end(), predicate),
                     session.pages.size());
  });
}

class Errors {
 public:
  // `sampled`: sessions in the sample, on average, for a ratio; 0 for a total.
  void Add(double error, double variance, double cv = 0, double sampled = 0) {
    if (variance <= 0) return;
    z_.push_back(error / std::sqrt(variance));
    cv_sum_ += cv;
    if (sampled > 0) inverse_sampled_sum_ += 1 / sampled;
  }
  double Mean() const { return Moment(1); }
  double MeanSquare() const { return Moment(2); }
  double StandardErrorOfMean() const {
    const double mean = Mean();
    return std::sqrt((MeanSquare() - mean * mean) / static_cast<double>(z_.size()));
  }
  double Beyond(double bound) const {
    return static_cast<double>(std::count_if(z_.begin(), z_.end(),
                                             [bound](double z) { return std::abs(z) > bound; })) /
           static_cast<double>(z_.size());
  }
  size_t size() const { return z_.size(); }
  // Hartley and Ross: a ratio's bias, in its standard deviations, is at most the coefficient of
  // variation of what it is divided by. None for totals.
  double small_sample_bias() const { return cv_sum_ / static_cast<double>(z_.size()); }
  // The first-order variance leaves out terms of the order of 1 / sessions in the sample.
  double small_sample_variance() const {
    return 2 * inverse_sampled_sum_ / static_cast<double>(z_.size());
  }

 private:
  double Moment(int power) const {
    double sum = 0;
    for (const double z : z_) sum += std::pow(z, power);
    return sum / static_cast<double>(z_.size());
  }
  std::vector<double> z_;
  double cv_sum_ = 0;
  double inverse_sampled_sum_ = 0;
};

// The z of every figure, by its name.
using AllErrors = std::map<std::string, Errors>;

void AddErrors(const Site& site, const Statistics& truth, const Statistics& sample, double p,
               AllErrors* errors) {
  const auto pages = SumsOf(site, [](const Session& s) { return std::pair(s.pages.size(), 1); });
  (*errors)["page views"].Add(sample.rollup.page_views() - truth.rollup.page_views(),
                              pages.TotalVariance(p));
  for (int step = kCourse; step <= kPurchase; ++step) {
    const auto reached =
        SumsOf(site, [step](const Session& s) { return std::pair(s.furthest >= step, 1); });
    const auto at = static_cast<size_t>(step);
    (*errors)[absl::StrCat("funnel, step ", step)].Add(sample.funnel[at] - truth.funnel[at],
                                                       reached.TotalVariance(p));
  }
  // Nothing to say of a site of which nobody is in the sample.
  if (sample.rollup.page_views() == 0) return;
  const auto add_ratio = [&](const std::string& figure, double error, const Sums& sums) {
    (*errors)[figure].Add(error, sums.RatioVariance(p), sums.DivisorCv(p),
                          p * static_cast<double>(site.sessions.size()));
  };

  const auto enrolled =
      SumsOf(site, [](const Session& s) { return std::pair(s.furthest >= kEnroll, 1); });
  add_ratio("share that enrolls",
            sample.funnel[kEnroll] / sample.funnel[kCourse] -
                truth.funnel[kEnroll] / truth.funnel[kCourse],
            enrolled);
  const auto poor = SharesOfPages(site, [](const PageVisit& page) {
    return core::Rate(core::Metric::kLcp, page.lcp_100us) == core::Rating::kPoor;
  });
  add_ratio("poor LCP", sample.PoorShare() - truth.PoorShare(), poor);
  const auto good = SharesOfPages(site, [](const PageVisit& page) {
    return core::Rate(core::Metric::kCls, page.cls_nano) == core::Rating::kGood;
  });
  add_ratio("good CLS", sample.GoodClsShare() - truth.GoodClsShare(), good);

  // A percentile's error is the share of page views by which its rank is off.
  for (const double quantile : {0.5, 0.75}) {
    const double estimate = sample.Percentile(quantile);
    const auto below = SharesOfPages(site, [estimate](const PageVisit& page) {
      return static_cast<double>(page.lcp_100us) <= estimate;
    });
    const double true_value = truth.Percentile(quantile);
    const auto below_true = SharesOfPages(site, [true_value](const PageVisit& page) {
      return static_cast<double>(page.lcp_100us) <= true_value;
    });
    add_ratio(absl::StrCat("p", std::lround(quantile * 100), " of LCP"), below.ratio() - quantile,
              below_true);
  }
}

// The same sites every time.
template <typename Visit>
void ForEachSite(int sites, const Visit& visit) {
  std::mt19937_64 random(20'261'121);
  for (int i = 0; i < sites; ++i) visit(MakeSite(&random));
}

double ShareOf(uint32_t rate_ppm) { return rate_ppm / kMicro; }

void ExpectSamplingErrors(uint32_t rate_ppm, const AllErrors& all) {
  for (const auto& [figure, errors] : all) {
    SCOPED_TRACE(absl::StrCat(figure, " at ", rate_ppm, " ppm"));
    EXPECT_GE(errors.size(), 990u);
    EXPECT_LE(errors.Beyond(5), 0.01);
    EXPECT_THAT(errors.MeanSquare(), testing::DoubleNear(1, 0.15 + errors.small_sample_variance()));
    EXPECT_LE(std::abs(errors.Mean()),
              3 * errors.StandardErrorOfMean() + errors.small_sample_bias());
    std::printf(
        "%4.0f %%  %-20s  mean z %+.3f ± %.3f  mean z² %.2f  beyond 3: %.1f %%  5: %.1f %%\n",
        100 * ShareOf(rate_ppm), figure.c_str(), errors.Mean(), errors.StandardErrorOfMean(),
        errors.MeanSquare(), 100 * errors.Beyond(3), 100 * errors.Beyond(5));
  }
}

TEST(SamplingSimulation, EveryFigureIsWithinItsSamplingErrorAndUnbiased) {
  std::map<uint32_t, AllErrors> all;
  double kept_share = 0;
  ForEachSite(kSites, [&](const Site& site) {
    const Statistics truth = Count(site, core::kFullSamplePpm);
    for (const uint32_t rate_ppm : kRatesPpm) {
      const Statistics sample = Count(site, rate_ppm);
      AddErrors(site, truth, sample, ShareOf(rate_ppm), &all[rate_ppm]);
      kept_share += static_cast<double>(sample.kept_sessions) /
                    static_cast<double>(site.sessions.size() * kSites * kRatesPpm.size());
      // No sampling error at all: every conversion counts, also of sessions of weight 0.
      EXPECT_EQ(sample.conversions, truth.conversions);
      EXPECT_EQ(sample.revenue_minor, truth.revenue_minor);
    }
  });
  EXPECT_GT(kept_share, 0.1) << "kept sessions are many enough to do harm";
  for (const auto& [rate_ppm, errors] : all) ExpectSamplingErrors(rate_ppm, errors);
}

// The bounds above find what they are there for.
TEST(SamplingSimulation, CountingKeptSessionsWouldBeFound) {
  for (const uint32_t rate_ppm : kRatesPpm) {
    AllErrors all;
    ForEachSite(100, [&](const Site& site) {
      AddErrors(site, Count(site, core::kFullSamplePpm),
                Count(site, rate_ppm, KeptSessions::kWronglyAsSampled), ShareOf(rate_ppm), &all);
    });
    for (const char* figure : {"page views", "poor LCP", "p75 of LCP", "funnel, step 3"}) {
      EXPECT_GT(all[figure].Mean(),
                3 * all[figure].StandardErrorOfMean() + all[figure].small_sample_bias())
          << figure << " at " << rate_ppm << " ppm";
    }
  }
}

// What Count() decides here by the core's rules is what the collector decides of a Beacon.
TEST(SamplingSimulation, TheCollectorDecidesAlike) {
  ingest::PipelineOptions options;
  options.sites = {{"academy", {}}};
  std::vector<uint64_t> weights;
  ingest::Pipeline pipeline(std::move(options),
                            [&](const store::NewRecord& stored, store::AppendCallback done) {
                              v1::JournalRecord record;
                              ASSERT_TRUE(record.ParseFromString(stored.bytes));
                              weights.push_back(record.weight_micro());
                              done({store::AppendOutcome::kStored, absl::OkStatus()});
                            });
  const auto decide = [&](const Session& session, uint32_t rate_ppm, bool kept) {
    v1::Beacon beacon = ingest::SampleBeacon();
    beacon.set_session_id(session.id);
    beacon.set_sample_rate_ppm(rate_ppm);
    beacon.set_kept_unsampled(kept);
    ingest::Submission submission;
    submission.body = beacon.SerializeAsString();
    submission.source.received_unix_ms = beacon.sent_unix_ms();
    weights.clear();
    v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
    pipeline.Submit(std::move(submission),
                    [&](const ingest::SubmitResult& result) { outcome = result.outcome; });
    return outcome;
  };
  std::mt19937_64 random(1);
  for (const Session& session : MakeSite(&random).sessions) {
    for (const uint32_t rate_ppm : kRatesPpm) {
      const bool sampled = core::IsSampled(session.id, rate_ppm);
      const bool kept = !sampled && session.WorthKeeping();
      EXPECT_EQ(decide(session, rate_ppm, kept),
                sampled || kept ? v1::OUTCOME_ACCEPTED : v1::OUTCOME_SAMPLED_OUT);
      if (sampled) {
        EXPECT_THAT(weights, testing::ElementsAre(core::SampleWeightMicro(rate_ppm)));
      } else if (kept) {
        EXPECT_THAT(weights, testing::ElementsAre(0u));
      }
    }
  }
}

}  // namespace
}  // namespace paceline::simulation
