#include "collector/commands/maintenance.h"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "collector/api/maintenance_routes.h"
#include "collector/commands/collector_client.h"
#include "collector/commands/console.h"
#include "collector/commands/times.h"
#include "collector/config/address.h"
#include "collector/ingest/access_log.h"
#include "collector/ingest/quality_log.h"
#include "collector/query/time_range.h"
#include "collector/store/backup.h"
#include "collector/store/store.h"

namespace paceline::commands {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxLineBytes = 64 * 1024;

uint64_t NowUnixMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

int Done(const absl::StatusOr<std::string>& result) {
  if (!result.ok()) return Fail(result.status());
  std::printf("%s\n", result->c_str());
  return 0;
}

// What a command asks of a collector, and how it does it without one.
struct Work {
  std::string name;
  std::string path;
  const google::protobuf::Message* request;
  std::function<absl::StatusOr<std::string>(store::Store*, ProgressLine*)> alone;
};

// With a collector when `url` says where one is, or when one has the directory open.
int RunWithOrWithoutCollector(const Work& work, std::string url, const config::Settings& settings) {
  ProgressLine line;
  if (url.empty()) {
    if (access(settings.data_dir.c_str(), R_OK | W_OK | X_OK) != 0 && errno == EACCES) {
      return Fail(absl::PermissionDeniedError(absl::StrCat(
          settings.data_dir, " is not this user's to change; do it as the collector's ",
          "user, or ask a running collector by --url")));
    }
    std::error_code ignored;
    if (!fs::exists(fs::path(settings.data_dir) / "CURRENT", ignored)) {
      return Fail(absl::NotFoundError(absl::StrCat("there is no data in ", settings.data_dir)));
    }
    store::Store::Options options;
    options.data_dir = settings.data_dir;
    const auto store = store::Store::Open(std::move(options));
    if (store.ok()) return Done(work.alone(store->get(), &line));
    if (store.status().code() != absl::StatusCode::kFailedPrecondition) {
      return Fail(store.status());
    }
    const absl::StatusOr<config::Address> address = config::ParseAddress(settings.http);
    if (!address.ok()) return Fail(address.status());
    url = absl::StrCat("http://", address->FromHere().ToString());
    std::fprintf(stderr, "%s is in use; asking the collector at %s\n", settings.data_dir.c_str(),
                 url.c_str());
  }
  const CollectorClient client(url, settings.auth_token);
  return Done(client.Run(work.path, *work.request, [&](const v1::OperationStatus& status) {
    line.Say(work.name, status.done(), status.total(), status.unit());
  }));
}

// As it is, or compressed by gzip.
absl::Status ReadLog(const std::string& path, ingest::PageViewCounter* counter) {
  const std::unique_ptr<gzFile_s, decltype(&gzclose_r)> file(
      path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb"), &gzclose_r);
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, " cannot be read: ", std::strerror(errno)));
  }
  ProgressLine progress;
  // A longer line comes in pieces, which are no lines of a log.
  std::vector<char> line(kMaxLineBytes);
  while (gzgets(file.get(), line.data(), static_cast<int>(line.size())) != nullptr) {
    std::string_view text(line.data());
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    counter->Add(text);
    progress.Say(path, counter->lines(), 0, "lines");
  }
  int code = Z_OK;
  const char* const problem = gzerror(file.get(), &code);
  if (code == Z_OK || code == Z_STREAM_END) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      path, " cannot be read to its end: ", code == Z_ERRNO ? std::strerror(errno) : problem));
}

// Days of which the logs are said to have everything.
struct NamedDays {
  std::optional<uint64_t> from_unix_ms;
  std::optional<uint64_t> to_unix_ms;
};

// What to note: of days that are over, and known to be whole at either end.
absl::StatusOr<v1::ServerPageViewsRequest> RequestOf(const ingest::PageViewCounter& counter,
                                                     const NamedDays& named, uint64_t now_unix_ms) {
  const auto& days = counter.days();
  if (days.empty()) {
    return absl::InvalidArgumentError(
        counter.lines() == 0 ? "the logs are empty"
                             : "no line is in the \"combined\" format of Apache and nginx");
  }
  if (counter.unreadable() > 0) {
    std::fprintf(stderr, "%llu of %llu lines are not in the \"combined\" format; left out\n",
                 static_cast<unsigned long long>(counter.unreadable()),
                 static_cast<unsigned long long>(counter.lines()));
  }
  v1::ServerPageViewsRequest request;
  for (const auto& [day, page_views] : days) {
    const uint64_t begin = day * query::kDayMs;
    const uint64_t end = begin + query::kDayMs;
    const bool begins = named.from_unix_ms ? begin >= *named.from_unix_ms : counter.Has(day - 1);
    const bool ends = named.to_unix_ms ? end <= *named.to_unix_ms : counter.Has(day + 1);
    const bool is_whole = begins && ends && end <= now_unix_ms;
    if (!is_whole) continue;
    v1::ServerPageViewsDay* const one = request.add_days();
    one->set_day(absl::FormatCivilTime(absl::CivilDay(1970) + day));
    one->set_page_views(page_views);
  }
  if (request.days().empty()) {
    return absl::InvalidArgumentError(
        "the logs have no day that is over, with a day before and a day after it; when they have "
        "everything of a day (UTC), say so: --from 2026-11-20 --to 2026-11-21");
  }
  return request;
}

}  // namespace

int RunBackup(const BackupOptions& options, const config::Settings& settings) {
  v1::BackupRequest request;
  request.set_to(fs::absolute(options.to).lexically_normal());
  request.set_keep(options.keep);
  const auto alone = [&](store::Store* store, ProgressLine* line) -> absl::StatusOr<std::string> {
    const auto made = store->BackUp(request.to(), options.keep,
                                    [&](uint64_t done) { line->Say("backup", done, 0, "bytes"); });
    if (!made.ok()) return made.status();
    return api::Describe(*made, request.to());
  };
  return RunWithOrWithoutCollector({"backup", "/api/v1/backup", &request, alone}, options.url,
                                   settings);
}

int RunErase(const EraseOptions& options, const config::Settings& settings) {
  v1::EraseRequest request;
  request.set_site(options.site);
  request.set_session_id(options.session_id);
  request.set_user_id(options.user_id);
  const auto alone = [&](store::Store* store, ProgressLine* line) -> absl::StatusOr<std::string> {
    const auto wanted = api::ToEraseRequest(request, store->Secret(), NowUnixMs());
    if (!wanted.ok()) return wanted.status();
    const auto erased = store->Erase(*wanted, [&](uint64_t done, uint64_t total) {
      line->Say("erase", done, total, "sessions");
    });
    if (!erased.ok()) return erased.status();
    return api::Describe(*erased);
  };
  return RunWithOrWithoutCollector({"erase", "/api/v1/erase", &request, alone}, options.url,
                                   settings);
}

int RunRebuild(const RebuildOptions& options, const config::Settings& settings) {
  const v1::OperationRequest request;
  const auto alone = [](store::Store* store, ProgressLine* line) -> absl::StatusOr<std::string> {
    const auto rebuilt = store->Rebuild([&](uint64_t done, uint64_t total) {
      line->Say("rebuild", done, total, "records");
      return true;
    });
    if (!rebuilt.ok()) return rebuilt.status();
    return api::Describe(*rebuilt);
  };
  return RunWithOrWithoutCollector({"rebuild", "/api/v1/rebuild", &request, alone}, options.url,
                                   settings);
}

int RunCoverage(const CoverageOptions& options, const config::Settings& settings) {
  NamedDays named;
  for (const auto& [text, time] :
       {std::pair(&options.from, &named.from_unix_ms), std::pair(&options.to, &named.to_unix_ms)}) {
    if (text->empty()) continue;
    const auto parsed = ParseTime(*text, 0);
    if (!parsed.ok()) return Fail(parsed.status());
    *time = *parsed;
  }
  ingest::PageViewCounter counter({options.excluded, settings.headless_chrome == "bot"});
  for (const std::string& path : options.access_logs) {
    if (const absl::Status read = ReadLog(path, &counter); !read.ok()) return Fail(read);
  }
  auto request = RequestOf(counter, named, NowUnixMs());
  if (!request.ok()) return Fail(request.status());
  request->set_site(options.site);
  for (const v1::ServerPageViewsDay& day : request->days()) {
    std::printf("%s\t%llu page views\n", day.day().c_str(),
                static_cast<unsigned long long>(day.page_views()));
  }
  if (options.dry_run) return 0;

  std::vector<std::string> sites;
  for (const config::Site& site : settings.sites) sites.push_back(site.key);
  if (sites.empty()) sites.push_back(options.site);
  const auto alone = [&](store::Store* store, ProgressLine*) -> absl::StatusOr<std::string> {
    const auto days = api::ToPageViewsByDay(*request, sites, NowUnixMs());
    if (!days.ok()) return days.status();
    const absl::Status written = ingest::WriteServerPageViews(options.site, *days, store);
    if (!written.ok()) return written;
    return api::Describe(*days);
  };
  return RunWithOrWithoutCollector({"coverage", "/api/v1/server-page-views", &*request, alone},
                                   options.url, settings);
}

int RunRestore(const RestoreOptions& options, const config::Settings& settings) {
  if (options.list) {
    const auto backups = store::ListBackups(options.from);
    if (!backups.ok()) return Fail(backups.status());
    for (const store::BackupInfo& backup : *backups) {
      std::printf("%u\t%s\t%llu bytes\n", backup.number, FormatTime(backup.made_unix_ms).c_str(),
                  static_cast<unsigned long long>(backup.size_bytes));
    }
    return 0;
  }
  store::RestoreOptions restore;
  restore.from = options.from;
  restore.data_dir = settings.data_dir;
  restore.number = options.number;
  restore.erasures = options.erasures;
  std::fprintf(stderr, "checking the backup in %s\n", options.from.c_str());
  const auto report = store::RestoreBackup(restore, [&](uint64_t done) {
    std::fprintf(stderr,
                 done == 0 ? "checked; copying\n" : "copied; erasing what was erased since\n");
  });
  if (!report.ok()) return Fail(report.status());
  std::printf("restored backup %u to %s", report->backup.number, settings.data_dir.c_str());
  if (report->erased_sessions > 0) {
    std::printf("; erased %llu sessions again",
                static_cast<unsigned long long>(report->erased_sessions));
  }
  std::printf("\n");
  return 0;
}

}  // namespace paceline::commands
