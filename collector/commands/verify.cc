#include <cstdio>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "collector/commands/commands.h"
#include "collector/commands/console.h"
#include "collector/commands/times.h"
#include "collector/store/store.h"

namespace paceline::commands {
namespace {

constexpr uint64_t kProgressStep = 10'000;

void PrintDifference(const store::Difference& difference) {
  std::printf("%s\n  stored:    %s\n  recounted: %s\n", difference.what.c_str(),
              difference.stored.c_str(), difference.recounted.c_str());
}

}  // namespace

int RunVerify(const VerifyOptions& options, const config::Settings& settings) {
  store::TimeRange range;
  const auto from = ParseTime(options.from, range.from_unix_ms);
  if (!from.ok()) return Fail(from.status());
  const auto to = ParseTime(options.to, range.to_unix_ms);
  if (!to.ok()) return Fail(to.status());
  range = {*from, *to};
  if (range.from_unix_ms >= range.to_unix_ms) {
    return Fail(absl::InvalidArgumentError("--from has to be before --to"));
  }
  store::Store::Options store_options;
  store_options.data_dir = settings.data_dir;
  store_options.read_only = true;
  const auto store = store::Store::Open(std::move(store_options));
  if (!store.ok()) return Fail(store.status());

  std::fprintf(stderr, "recounting the journeys in %s\n", settings.data_dir.c_str());
  uint64_t next = kProgressStep;
  const auto say = [&](uint64_t done) {
    if (done < next) return;
    std::fprintf(stderr, "  %llu records\n", static_cast<unsigned long long>(done));
    next = done + kProgressStep;
  };
  const absl::StatusOr<store::VerifyReport> report = (*store)->Verify(say, range);
  if (!report.ok()) return Fail(report.status());

  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  for (const store::Difference& difference : report->differences) PrintDifference(difference);
  std::printf(
      "compared up to record %llu: %llu records, %llu page views, %llu sessions, %llu rollup "
      "cells\n",
      number(report->complete_to_commit), number(report->records), number(report->facts),
      number(report->sessions), number(report->rollup_cells));
  if (report->newer_records > 0) {
    std::printf(
        "%llu newer records are not in the rollups' files yet and were not compared; a running "
        "collector, or the next start, folds them\n",
        number(report->newer_records));
  }
  if (report->differences.empty()) {
    std::printf("no differences: the rollups equal a recount\n");
    return 0;
  }
  std::printf("%zu differences\n", report->differences.size());
  return 1;
}

}  // namespace paceline::commands
