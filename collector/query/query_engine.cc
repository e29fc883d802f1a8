#include "collector/query/query_engine.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "collector/query/journey.h"
#include "collector/query/quality.h"
#include "collector/query/request.h"
#include "collector/query/rollup_sum.h"
#include "collector/query/session_scan.h"
#include "collector/query/time_range.h"
#include "collector/store/rollup_slices.h"
#include "collector/store/store.h"
#include "core/vitals/rating.h"

namespace paceline::query {
namespace {

// Answers without steps read days wherever they fit.
constexpr store::Resolution kAnyResolution = store::Resolution::kDay;

v1::VitalSummary SummaryOf(const analysis::Distribution& distribution) {
  const core::Metric metric = distribution.metric;
  const auto shown = [metric](double wire) { return analysis::ToDisplayUnit(metric, wire); };
  v1::VitalSummary summary;
  summary.set_metric(static_cast<v1::Metric>(metric));
  summary.set_count(static_cast<double>(distribution.weight_micro()) / 1e6);
  summary.set_average(shown(analysis::AverageOf(distribution)));
  summary.set_minimum(DisplayedPercentile(distribution, 0));
  summary.set_maximum(DisplayedPercentile(distribution, 1));
  summary.set_p50(DisplayedPercentile(distribution, 0.50));
  summary.set_p75(DisplayedPercentile(distribution, 0.75));
  summary.set_p90(DisplayedPercentile(distribution, 0.90));
  summary.set_p95(DisplayedPercentile(distribution, 0.95));
  summary.set_p99(DisplayedPercentile(distribution, 0.99));
  *summary.mutable_shares() = SharesOf(distribution);
  summary.set_rating(RatingOfP75(distribution));
  const core::VitalThresholds& thresholds = core::ThresholdsOf(metric);
  summary.set_good_threshold(shown(static_cast<double>(thresholds.good_until)));
  summary.set_poor_threshold(shown(static_cast<double>(thresholds.poor_beyond)));
  const analysis::Histogram histogram = analysis::HistogramOf(distribution);
  for (const double upper : histogram.upper) summary.add_histogram_upper(shown(upper));
  for (const double count : histogram.count) summary.add_histogram_count(count);
  return summary;
}

void AddPoint(uint64_t time_unix_ms, const analysis::Distribution& distribution,
              v1::GetTimeSeriesResponse* response) {
  const v1::RatingShares shares = SharesOf(distribution);
  response->add_time_unix_ms(static_cast<double>(time_unix_ms));
  response->add_count(static_cast<double>(distribution.weight_micro()) / 1e6);
  response->add_p75(DisplayedPercentile(distribution, 0.75));
  response->add_good(shares.good());
  response->add_needs_improvement(shares.needs_improvement());
  response->add_poor(shares.poor());
}

// The day on which measuring began: it is not measured as a whole. `before`: no day from there on
// is asked for.
absl::StatusOr<uint32_t> FirstMeasuredDay(const store::Store& store, const std::string& site,
                                          uint32_t before) {
  uint32_t first = before;
  absl::Status read = store.ReadRollups(
      site, store::Resolution::kDay, 0, before * kDayMs, "", std::nullopt,
      [&first](const store::RollupRow& row) {
        first = std::min(first, static_cast<uint32_t>(row.start_unix_ms / kDayMs));
      });
  if (!read.ok()) return read;
  return first;
}

// Of the days of which is known what the servers saw, after the one on which measuring began.
absl::StatusOr<MeasuredPageViews> MeasuredOn(const store::Store& store, const std::string& site,
                                             const store::QualityDays& days) {
  MeasuredPageViews measured;
  std::optional<uint32_t> began;
  for (const auto& [day, quality] : days) {
    if (quality.server_page_views() == 0) continue;
    if (!began) {
      const auto first = FirstMeasuredDay(store, site, days.rbegin()->first);
      if (!first.ok()) return first.status();
      began = *first;
    }
    if (day <= *began) continue;
    RollupSum sum;
    const TimeRange range = {day * kDayMs, (day + uint64_t{1}) * kDayMs};
    absl::Status read = ReadRange(store, site, range, kAnyResolution, "navigation_type",
                                  std::nullopt, [&sum](const store::RollupRow& row) {
                                    if (AsksServer(row.slice.value)) sum.Add(row.cell);
                                  });
    if (!read.ok()) return read;
    measured[day] = sum.page_views();
  }
  return measured;
}

}  // namespace

QueryEngine::QueryEngine(const store::Store* store, std::vector<std::string> sites,
                         std::function<uint64_t()> now_unix_ms, JourneyDefinitions journeys,
                         ReadQuality read_quality, BundleBudgets budgets)
    : store_(store),
      sites_(std::move(sites)),
      now_unix_ms_(std::move(now_unix_ms)),
      journeys_(std::move(journeys)),
      read_quality_(std::move(read_quality)),
      budgets_(std::move(budgets)) {
  if (read_quality_) return;
  read_quality_ = [store](std::string_view site, uint32_t first_day, uint32_t last_day, uint64_t) {
    return store->ReadQuality(site, first_day, last_day);
  };
}

v1::GetSitesResponse QueryEngine::GetSites(const v1::GetSitesRequest& /*request*/) const {
  v1::GetSitesResponse response;
  for (const std::string& site : sites_) response.add_sites(site);
  return response;
}

absl::StatusOr<v1::GetVitalsResponse> QueryEngine::GetVitals(
    const v1::GetVitalsRequest& request) const {
  if (absl::Status status = CheckSite(request.site(), sites_); !status.ok()) return status;
  const auto asked = ParseRange(request.from_unix_ms(), request.to_unix_ms(), now_unix_ms_());
  if (!asked.ok()) return asked.status();
  const auto slice =
      ParseSlice(request.page_group(), request.dimension(), request.dimension_value());
  if (!slice.ok()) return slice.status();

  const TimeRange range = RoundOutward(*asked);
  RollupSum sum;
  absl::Status read =
      ReadRange(*store_, request.site(), range, kAnyResolution, slice->dimension, slice->value,
                [&sum](const store::RollupRow& row) { sum.Add(row.cell); });
  if (!read.ok()) return read;

  v1::GetVitalsResponse response;
  response.set_from_unix_ms(static_cast<double>(range.from_unix_ms));
  response.set_to_unix_ms(static_cast<double>(range.to_unix_ms));
  response.set_page_views(sum.page_views());
  response.set_rage_clicks(sum.rage_clicks());
  response.set_relative_error(core::DdSketch::kRelativeError);
  for (const v1::Metric metric : kMetrics) *response.add_vitals() = SummaryOf(sum.Of(metric));
  return response;
}

absl::StatusOr<v1::GetTimeSeriesResponse> QueryEngine::GetTimeSeries(
    const v1::GetTimeSeriesRequest& request) const {
  if (absl::Status status = CheckSite(request.site(), sites_); !status.ok()) return status;
  if (!v1::Metric_IsValid(request.metric()) || request.metric() == v1::METRIC_UNSPECIFIED) {
    return absl::InvalidArgumentError("metric is required, such as METRIC_LCP");
  }
  const auto asked = ParseRange(request.from_unix_ms(), request.to_unix_ms(), now_unix_ms_());
  if (!asked.ok()) return asked.status();
  const auto slice =
      ParseSlice(request.page_group(), request.dimension(), request.dimension_value());
  if (!slice.ok()) return slice.status();
  const TimeRange range = RoundOutward(*asked);
  const auto step = ParseStep(request.step_ms(), range);
  if (!step.ok()) return step.status();

  std::map<uint64_t, RollupSum> sums;
  absl::Status read = ReadRange(*store_, request.site(), range, CoarsestFor(*step),
                                slice->dimension, slice->value, [&](const store::RollupRow& row) {
                                  sums[row.start_unix_ms / *step].Add(row.cell, request.metric());
                                });
  if (!read.ok()) return read;

  v1::GetTimeSeriesResponse response;
  response.set_metric(request.metric());
  response.set_step_ms(static_cast<double>(*step));
  const RollupSum empty;
  for (uint64_t point = range.from_unix_ms / *step; point * *step < range.to_unix_ms; ++point) {
    const auto sum = sums.find(point);
    AddPoint(point * *step, (sum == sums.end() ? empty : sum->second).Of(request.metric()),
             &response);
  }
  return response;
}

absl::StatusOr<v1::GetPagesResponse> QueryEngine::GetPages(
    const v1::GetPagesRequest& request) const {
  if (absl::Status status = CheckSite(request.site(), sites_); !status.ok()) return status;
  const auto asked = ParseRange(request.from_unix_ms(), request.to_unix_ms(), now_unix_ms_());
  if (!asked.ok()) return asked.status();
  const auto limit = ParseLimit(request.limit());
  if (!limit.ok()) return limit.status();

  const TimeRange range = RoundOutward(*asked);
  std::map<std::string, RollupSum> pages;
  absl::Status read =
      ReadRange(*store_, request.site(), range, kAnyResolution, store::kPageSlice, std::nullopt,
                [&pages](const store::RollupRow& row) { pages[row.slice.value].Add(row.cell); });
  if (!read.ok()) return read;

  using Page = std::pair<const std::string, RollupSum>;
  std::vector<const Page*> most_viewed;
  for (const Page& page : pages) most_viewed.push_back(&page);
  // Stable: pages viewed equally often stay in the order of their names.
  std::stable_sort(most_viewed.begin(), most_viewed.end(), [](const Page* a, const Page* b) {
    return a->second.page_views() > b->second.page_views();
  });
  if (most_viewed.size() > *limit) most_viewed.resize(*limit);

  v1::GetPagesResponse response;
  response.set_from_unix_ms(static_cast<double>(range.from_unix_ms));
  response.set_to_unix_ms(static_cast<double>(range.to_unix_ms));
  for (const Page* page : most_viewed) {
    response.add_page_group(page->first);
    response.add_page_views(page->second.page_views());
    response.add_rage_clicks(page->second.rage_clicks());
  }
  for (const v1::Metric metric : kMetrics) {
    v1::PageMetricColumn* column = response.add_metrics();
    column->set_metric(metric);
    for (const Page* page : most_viewed) {
      const analysis::Distribution& distribution = page->second.Of(metric);
      column->add_count(static_cast<double>(distribution.weight_micro()) / 1e6);
      column->add_p75(DisplayedPercentile(distribution, 0.75));
      column->add_rating(RatingOfP75(distribution));
    }
  }
  return response;
}

absl::StatusOr<v1::GetQualityResponse> QueryEngine::GetQuality(
    const v1::GetQualityRequest& request) const {
  if (absl::Status status = CheckSite(request.site(), sites_); !status.ok()) return status;
  const uint64_t now = now_unix_ms_();
  const auto range = ParseRange(request.from_unix_ms(), request.to_unix_ms(), now);
  if (!range.ok()) return range.status();
  const auto first = static_cast<uint32_t>(range->from_unix_ms / kDayMs);
  const auto last = static_cast<uint32_t>((range->to_unix_ms - 1) / kDayMs);
  const auto own = read_quality_(request.site(), first, last, now);
  if (!own.ok()) return own.status();
  const auto nobodys = read_quality_("", first, last, now);
  if (!nobodys.ok()) return nobodys.status();
  const auto measured = MeasuredOn(*store_, request.site(), *own);
  if (!measured.ok()) return measured.status();
  return SumQuality(first, last, *own, *nobodys, *measured);
}

absl::StatusOr<v1::ListSessionsResponse> QueryEngine::ListSessions(
    const v1::ListSessionsRequest& request) const {
  if (absl::Status status = CheckSite(request.site(), sites_); !status.ok()) return status;
  const auto range = ParseRange(request.from_unix_ms(), request.to_unix_ms(), now_unix_ms_());
  if (!range.ok()) return range.status();
  const auto limit = ParseLimit(request.limit());
  if (!limit.ok()) return limit.status();
  if (!v1::Rating_IsValid(request.rating())) {
    return absl::InvalidArgumentError("rating is unknown; RATING_POOR is one, for example");
  }
  return ScanSessions(*store_, request, *range, *limit);
}

absl::StatusOr<v1::GetJourneyResponse> QueryEngine::GetJourney(
    const v1::GetJourneyRequest& request) const {
  if (absl::Status status = CheckSite(request.site(), sites_); !status.ok()) return status;
  const auto id = ParseSessionId(request.session_id());
  if (!id.ok()) return id.status();
  const auto session = store_->ReadSession(request.site(), *id);
  if (!session.ok()) return session.status();
  const auto facts = store_->ReadFacts(*session);
  if (!facts.ok()) return facts.status();
  const auto records = store_->ReadJourney(*session);
  if (!records.ok()) return records.status();
  const auto budget = budgets_.find(request.site());
  return TellJourney(*session, *facts, *records,
                     budget == budgets_.end() ? BundleBudget() : budget->second);
}

}  // namespace paceline::query
