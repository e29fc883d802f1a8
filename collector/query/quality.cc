#include "collector/query/quality.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "collector/query/time_range.h"

namespace paceline::query {
namespace {

using Counts = std::map<uint32_t, uint64_t>;
using OutcomeCounts = google::protobuf::RepeatedPtrField<v1::OutcomeCount>;

void AddOutcomes(const v1::QualityDay& day, Counts* counts) {
  for (const auto& [outcome, count] : day.outcomes()) (*counts)[outcome] += count;
}

// Most frequent first.
void PutOutcomes(const Counts& counts, OutcomeCounts* into) {
  std::vector<std::pair<uint64_t, v1::Outcome>> ordered;
  for (const auto& [outcome, count] : counts) {
    // Of a newer version, whose data this one has.
    if (!v1::Outcome_IsValid(static_cast<int>(outcome))) continue;
    ordered.emplace_back(count, static_cast<v1::Outcome>(outcome));
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [count, outcome] : ordered) {
    v1::OutcomeCount* one = into->Add();
    one->set_outcome(outcome);
    one->set_count(static_cast<double>(count));
  }
}

bool IsRefusal(uint32_t outcome) {
  return outcome != v1::OUTCOME_ACCEPTED && outcome != v1::OUTCOME_DUPLICATE &&
         outcome != v1::OUTCOME_SAMPLED_OUT;
}

uint64_t RefusedOf(const v1::QualityDay& day) {
  uint64_t refused = 0;
  for (const auto& [outcome, count] : day.outcomes()) {
    if (IsRefusal(outcome)) refused += count;
  }
  return refused;
}

// As columns, and summed up.
void AddDay(uint32_t number, const v1::QualityDay& day, std::optional<double> measured,
            v1::GetQualityResponse* response) {
  response->add_day_unix_ms(static_cast<double>(number * kDayMs));
  response->add_day_stored(static_cast<double>(day.stored()));
  response->add_day_missing(static_cast<double>(std::max<int64_t>(day.missing(), 0)));
  response->add_day_refused(static_cast<double>(RefusedOf(day)));
  response->set_stored(response->stored() + static_cast<double>(day.stored()));
  response->set_missing(response->missing() + static_cast<double>(day.missing()));
  const double seen = measured ? static_cast<double>(day.server_page_views()) : 0;
  response->add_day_server_page_views(seen);
  response->add_day_measured_page_views(measured.value_or(0));
  response->set_server_page_views(response->server_page_views() + seen);
  response->set_measured_page_views(response->measured_page_views() + measured.value_or(0));
  for (const v1::TrafficGap& gap : day.gaps()) {
    v1::QualityGap* one = response->add_gaps();
    one->set_from_unix_ms(static_cast<double>(gap.began_unix_ms()));
    one->set_to_unix_ms(static_cast<double>(gap.ended_unix_ms()));
  }
  if (day.last_unix_ms() == 0) return;
  response->set_last_unix_ms(static_cast<double>(day.last_unix_ms()));
  response->set_usual_pause_ms(day.hourly() == 0 ? 0 : static_cast<double>(kHourMs) / day.hourly());
}

void JudgeCompleteness(v1::GetQualityResponse* response) {
  // More may have come late on these days than was left out on them.
  response->set_missing(std::max(response->missing(), 0.0));
  response->set_completeness_target(kCompletenessTarget);
  const double sent = response->stored() + response->missing();
  if (sent == 0) return;
  response->set_completeness(response->stored() / sent);
  response->set_incomplete(sent >= kMinSentForFlag &&
                           response->completeness() < kCompletenessTarget);
}

void JudgeCoverage(v1::GetQualityResponse* response) {
  response->set_coverage_target(kCoverageTarget);
  const double seen = response->server_page_views();
  if (seen == 0) return;
  response->set_coverage(response->measured_page_views() / seen);
  response->set_low_coverage(seen >= kMinSeenForFlag && response->coverage() < kCoverageTarget);
}

}  // namespace

bool AsksServer(std::string_view navigation_type) {
  return navigation_type == "navigate" || navigation_type == "reload" ||
         navigation_type == "prerender";
}

v1::GetQualityResponse SumQuality(uint32_t first_day, uint32_t last_day,
                                  const store::QualityDays& own, const store::QualityDays& nobodys,
                                  const MeasuredPageViews& measured) {
  v1::GetQualityResponse response;
  response.set_from_unix_ms(static_cast<double>(first_day * kDayMs));
  response.set_to_unix_ms(static_cast<double>((last_day + uint64_t{1}) * kDayMs));
  Counts outcomes;
  for (const auto& [number, day] : own) {
    AddOutcomes(day, &outcomes);
    const auto found = measured.find(number);
    AddDay(number, day,
           found == measured.end() ? std::nullopt : std::optional<double>(found->second),
           &response);
  }
  PutOutcomes(outcomes, response.mutable_outcomes());
  Counts of_nobody;
  for (const auto& [number, day] : nobodys) AddOutcomes(day, &of_nobody);
  PutOutcomes(of_nobody, response.mutable_nobodys());
  JudgeCompleteness(&response);
  JudgeCoverage(&response);
  return response;
}

}  // namespace paceline::query
