#include "collector/ingest/quality_log.h"

#include <algorithm>
#include <utility>

namespace paceline::ingest {
namespace {

// Of what named no site.
constexpr char kNobody[] = "";

uint32_t DayOf(uint64_t unix_ms) { return static_cast<uint32_t>(unix_ms / (24ull * 3600 * 1000)); }

}  // namespace

absl::Status WriteServerPageViews(std::string_view site, const PageViewsByDay& days,
                                  store::Store* store) {
  store::QualityDays changed;
  for (const auto& [day, page_views] : days) {
    auto known = store->ReadQuality(site, day, day);
    if (!known.ok()) return known.status();
    v1::QualityDay& quality = changed[day] = std::move((*known)[day]);
    quality.set_server_page_views(page_views);
  }
  return store->WriteQuality(site, changed, /*is_synced=*/true);
}

QualityLog::QualityLog(const Pipeline* pipeline, store::Store* store)
    : pipeline_(pipeline), store_(store) {}

absl::Status QualityLog::Save(uint64_t now_unix_ms) {
  const std::lock_guard lock(mutex_);
  const uint32_t today = DayOf(now_unix_ms);
  for (auto& [site, counted] : Count(now_unix_ms)) {
    Counted& saved = saved_[site];
    v1::QualityDay added;
    if (!AddNew(counted, saved, &added)) continue;
    auto days = store_->ReadQuality(site, today, today);
    if (!days.ok()) return days.status();
    AddNew(counted, saved, &(*days)[today]);
    if (const absl::Status status = store_->WriteQuality(site, *days); !status.ok()) return status;
    saved = std::move(counted);
  }
  return absl::OkStatus();
}

absl::Status QualityLog::WriteServerPageViews(std::string_view site, const PageViewsByDay& days) {
  const std::lock_guard lock(mutex_);
  return ingest::WriteServerPageViews(site, days, store_);
}

absl::StatusOr<store::QualityDays> QualityLog::Read(std::string_view site, uint32_t first_day,
                                                    uint32_t last_day, uint64_t now_unix_ms) const {
  const std::lock_guard lock(mutex_);
  auto days = store_->ReadQuality(site, first_day, last_day);
  const uint32_t today = DayOf(now_unix_ms);
  if (!days.ok() || today < first_day || today > last_day) return days;
  const CountedBySite all = Count(now_unix_ms);
  const auto counted = all.find(site);
  if (counted == all.end()) return days;
  const auto saved = saved_.find(site);
  v1::QualityDay& day = (*days)[today];
  AddNew(counted->second, saved == saved_.end() ? Counted() : saved->second, &day);
  const SiteFigures& traffic = counted->second.traffic;
  if (traffic.silent_ms > 0) day.add_gaps()->set_began_unix_ms(traffic.last_unix_ms);
  return days;
}

QualityLog::CountedBySite QualityLog::Count(uint64_t now_unix_ms) const {
  CountedBySite all;
  const auto count = [&all](const std::string& site, const OutcomeCounter& counter) {
    auto& outcomes = all[site].outcomes;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      outcomes[i] = counter.Total(static_cast<v1::Outcome>(i));
    }
  };
  count(kNobody, pipeline_->nobodys_outcomes());
  for (const auto& [site, counter] : pipeline_->SiteOutcomes()) count(site, *counter);
  for (SiteFigures& figures : pipeline_->traffic().Read(now_unix_ms)) {
    all[figures.site].traffic = std::move(figures);
  }
  return all;
}

bool QualityLog::AddNew(const Counted& now, const Counted& saved, v1::QualityDay* day) {
  const SiteFigures& traffic = now.traffic;
  const SiteFigures& before = saved.traffic;
  // Stored ones are counted a moment after their outcome.
  bool is_new = traffic.stored != before.stored;
  for (size_t i = 0; i < now.outcomes.size(); ++i) {
    const uint64_t more = now.outcomes[i] - saved.outcomes[i];
    if (more == 0) continue;
    (*day->mutable_outcomes())[static_cast<uint32_t>(i)] += more;
    is_new = true;
  }
  day->set_stored(day->stored() + traffic.stored - before.stored);
  // Below zero: what was thought missing came after all.
  day->set_missing(day->missing() + static_cast<int64_t>(traffic.missing) -
                   static_cast<int64_t>(before.missing));
  if (traffic.last_unix_ms >= day->last_unix_ms()) {
    day->set_last_unix_ms(traffic.last_unix_ms);
    day->set_hourly(traffic.hourly);
  }
  const uint64_t silences = traffic.silences - before.silences;
  const size_t known = traffic.latest_silences.size();
  for (size_t i = known - std::min<uint64_t>(silences, known); i < known; ++i) {
    if (day->gaps_size() >= kMaxGapsPerDay) break;
    day->add_gaps()->set_began_unix_ms(traffic.latest_silences[i].began_unix_ms);
    day->mutable_gaps()->rbegin()->set_ended_unix_ms(traffic.latest_silences[i].ended_unix_ms);
  }
  return is_new;
}

}  // namespace paceline::ingest
