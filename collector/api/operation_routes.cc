#include "collector/api/operation_routes.h"

#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "collector/api/json.h"
#include "collector/receive/http_text.h"
#include "paceline/v1/ingest.pb.h"

namespace paceline::api {
namespace {

using receive::HttpRequest;
using receive::HttpResponse;
using receive::Respond;
using receive::Route;

Route GetRoute(std::string path, bool needs_token, std::function<HttpResponse()> answer) {
  Route route;
  route.method = "GET";
  route.path = std::move(path);
  route.needs_token = needs_token;
  route.handler = [answer = std::move(answer)](const HttpRequest&, Respond respond) {
    respond(answer());
  };
  return route;
}

HttpResponse Readiness(const store::Store& store) {
  const store::Store::Stats stats = store.GetStats();
  if (!stats.failure.ok()) {
    return receive::TextResponse(503, "Not ready: the store cannot write; the log says why.");
  }
  const uint64_t lag = stats.last_commit - stats.complete_to_commit;
  if (lag > kMaxReadyLag) {
    return receive::TextResponse(
        503, absl::StrCat("Not ready: the views lag ", lag, " records behind the journeys."));
  }
  return receive::TextResponse(200, "ready");
}

std::string DayText(uint32_t day) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(int64_t{day} * 86'400),
                          absl::UTCTimeZone());
}

// Everything that is not as it should be, and what was lost ever.
HttpResponse DetailedHealth(const store::Store& store) {
  const store::Store::Stats stats = store.GetStats();
  google::protobuf::Struct health;
  auto& fields = *health.mutable_fields();
  fields["status"].set_string_value(stats.failure.ok() ? "ok" : "failing");
  fields["failure"].set_string_value(std::string(stats.failure.message()));
  fields["reopened"].set_number_value(static_cast<double>(stats.reopened));
  fields["freeBytes"].set_number_value(static_cast<double>(stats.free_bytes));
  fields["lastCommit"].set_number_value(static_cast<double>(stats.last_commit));
  fields["completeToCommit"].set_number_value(static_cast<double>(stats.complete_to_commit));
  fields["queuedRecords"].set_number_value(static_cast<double>(stats.queued_records));
  auto* losses = fields["losses"].mutable_list_value();
  for (const v1::Loss& loss : stats.losses) {
    losses->add_values()->set_string_value(DescribeLoss(loss));
  }
  return JsonResponse(health);
}

double LostRecords(const store::Store::Stats& stats) {
  double lost = 0;
  for (const v1::Loss& loss : stats.losses) {
    if (loss.last_commit() > 0) {
      lost += static_cast<double>(loss.last_commit() - loss.first_commit() + 1);
    }
  }
  return lost;
}

}  // namespace

std::string DescribeLoss(const v1::Loss& loss) {
  const std::string day = DayText(loss.first_day());
  if (loss.last_commit() == 0) {
    return absl::StrCat("records from ", loss.first_commit(), " on, of ", day,
                        " and later, may be lost: the end of the log was damaged");
  }
  return absl::StrCat(
      "records ", loss.first_commit(), " to ", loss.last_commit(), " are lost, of ", day,
      loss.last_day() == loss.first_day() ? std::string()
                                          : absl::StrCat(" to ", DayText(loss.last_day())));
}

std::vector<Route> OperationRoutes(const store::Store* store, const telemetry::Metrics* metrics) {
  return {
      GetRoute("/healthz", false, [] { return receive::TextResponse(200, "ok"); }),
      GetRoute("/readyz", false, [store] { return Readiness(*store); }),
      GetRoute("/health/detailed", true, [store] { return DetailedHealth(*store); }),
      GetRoute("/metrics", true,
               [metrics] {
                 HttpResponse response;
                 response.content_type = telemetry::Metrics::ContentType();
                 response.body = metrics->Text();
                 return response;
               }),
  };
}

void AddIngestMetrics(const ingest::Pipeline* pipeline, std::function<uint64_t()> now_unix_ms,
                      telemetry::Metrics* metrics) {
  using telemetry::MetricKind;
  using telemetry::Sample;
  metrics->AddReader(
      "paceline_beacons_total", "Beacons and entry batches by how they ended; each ends once.",
      MetricKind::kCounter, [pipeline] {
        std::vector<Sample> samples;
        for (int number = v1::Outcome_MIN; number <= v1::Outcome_MAX; ++number) {
          if (!v1::Outcome_IsValid(number) || number == v1::OUTCOME_UNSPECIFIED) continue;
          const auto outcome = static_cast<v1::Outcome>(number);
          samples.push_back({{{"outcome", std::string(ingest::OutcomeName(outcome))}},
                             static_cast<double>(pipeline->outcomes().Total(outcome))});
        }
        return samples;
      });
  metrics->AddReader(
      "paceline_site_beacons_total",
      "Beacons and entry batches that named a site of the settings, by site, kind and how they "
      "ended.",
      MetricKind::kCounter, [pipeline] {
        std::vector<Sample> samples;
        for (const auto& [site, outcomes] : pipeline->SiteOutcomes()) {
          for (const auto& [outcome, kind, count] : outcomes->Snapshot()) {
            if (kind == ingest::ItemKind::kUnread) continue;
            samples.push_back({{{"site", site},
                                {"kind", std::string(ingest::ItemKindName(kind))},
                                {"outcome", std::string(ingest::OutcomeName(outcome))}},
                               static_cast<double>(count)});
          }
        }
        return samples;
      });
  metrics->AddReader(
      "paceline_beacon_marks_total",
      "Beacons and entry batches by what was found in them besides their outcome: looked at "
      "carefully, scrubbed, their clock corrected, of a bot, outside the sample, of a document "
      "with more page views or entry batches than are counted of one.",
      MetricKind::kCounter, [pipeline] {
        std::vector<Sample> samples;
        for (size_t number = 0; number < ingest::kMarks; ++number) {
          const auto mark = static_cast<ingest::Mark>(number);
          samples.push_back({{{"mark", std::string(ingest::MarkName(mark))}},
                             static_cast<double>(pipeline->marks().Total(mark))});
        }
        return samples;
      });
  const auto add_site_gauge = [&](const char* name, const char* help, auto value) {
    metrics->AddReader(name, help, MetricKind::kGauge, [pipeline, now_unix_ms, value] {
      std::vector<Sample> samples;
      for (const ingest::SiteFigures& site : pipeline->traffic().Read(now_unix_ms())) {
        samples.push_back({{{"site", site.site}}, value(site)});
      }
      return samples;
    });
  };
  using ingest::SiteFigures;
  add_site_gauge("paceline_site_completeness_ratio",
                 "Share of the beacons that pages have sent that has come, since the start, by the "
                 "numbers that pages give them.",
                 [](const SiteFigures& site) { return site.Completeness(); });
  add_site_gauge("paceline_site_missing_beacons",
                 "Beacons that were sent before one that has come, and have not come.",
                 [](const SiteFigures& site) { return static_cast<double>(site.missing); });
  add_site_gauge(
      "paceline_site_last_beacon_timestamp_seconds",
      "When the site's last beacon came, since the start; 0: none yet.",
      [](const SiteFigures& site) { return static_cast<double>(site.last_unix_ms) / 1000; });
  add_site_gauge(
      "paceline_site_silent_seconds",
      "For how long nothing has come from a site that sends all the time; 0: no gap.",
      [](const SiteFigures& site) { return static_cast<double>(site.silent_ms) / 1000; });
  add_site_gauge("paceline_site_silences",
                 "Gaps in the site's traffic that are over, since the start.",
                 [](const SiteFigures& site) { return static_cast<double>(site.silences); });
}

void AddConversionMetrics(const ingest::ConversionCounter* counter, telemetry::Metrics* metrics) {
  metrics->AddReader(
      "paceline_external_conversions_total",
      "Conversions told by other systems, by source and by what became of them. Unjoined ones "
      "belong to no session with page views, or not yet.",
      telemetry::MetricKind::kCounter, [counter] {
        std::vector<telemetry::Sample> samples;
        for (const auto& [source, result, count] : counter->Snapshot()) {
          samples.push_back({{{"source", source}, {"result", result}}, static_cast<double>(count)});
        }
        return samples;
      });
}

void AddStoreMetrics(const store::Store* store, telemetry::Metrics* metrics) {
  const auto read = [store](uint64_t store::Store::Stats::*field) {
    return [store, field] { return static_cast<double>(store->GetStats().*field); };
  };
  metrics->AddGauge("paceline_store_last_commit", "Number of the newest record in the journeys.",
                    read(&store::Store::Stats::last_commit));
  metrics->AddGauge("paceline_store_complete_to_commit",
                    "Record up to which facts, sessions and rollups are on disk.",
                    read(&store::Store::Stats::complete_to_commit));
  metrics->AddGauge(
      "paceline_store_not_folded_records",
      "Records that are stored, and that facts, sessions and rollups on disk do not "
      "have yet: the next start would fold them.",
      [store] {
        const store::Store::Stats stats = store->GetStats();
        return static_cast<double>(stats.last_commit -
                                   std::min(stats.last_commit, stats.complete_to_commit));
      });
  metrics->AddGauge("paceline_store_queued_records", "Records that wait to be written.",
                    read(&store::Store::Stats::queued_records));
  metrics->AddGauge("paceline_store_refolded_records",
                    "Records that were folded again at the last start, after a crash.",
                    read(&store::Store::Stats::records_refolded_at_start));
  metrics->AddGauge("paceline_store_failing",
                    "1 while beacons are not stored, because the disk is full or fails.",
                    [store] { return store->GetStats().failure.ok() ? 0.0 : 1.0; });
  metrics->AddCounter("paceline_store_reopened_total",
                      "Times that the data was opened again after a failure.",
                      read(&store::Store::Stats::reopened));
  metrics->AddGauge("paceline_store_free_bytes", "Bytes free on the data's disk.",
                    read(&store::Store::Stats::free_bytes));
  metrics->AddCounter("paceline_store_lost_records_total",
                      "Acknowledged records that damage to the disk took, ever.",
                      [store] { return LostRecords(store->GetStats()); });
}

}  // namespace paceline::api
