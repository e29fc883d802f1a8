#include "collector/commands/maintenance.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/api/maintenance_routes.h"
#include "collector/commands/collector_client.h"
#include "collector/commands/console.h"
#include "collector/commands/times.h"
#include "collector/store/backup.h"
#include "collector/store/store.h"

namespace paceline::commands {
namespace {

namespace fs = std::filesystem;

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
    if (!fs::exists(fs::path(settings.data_dir) / "CURRENT")) {
      return Fail(absl::NotFoundError(absl::StrCat("there is no data in ", settings.data_dir)));
    }
    store::Store::Options options;
    options.data_dir = settings.data_dir;
    const auto store = store::Store::Open(std::move(options));
    if (store.ok()) return Done(work.alone(store->get(), &line));
    if (store.status().code() != absl::StatusCode::kFailedPrecondition) {
      return Fail(store.status());
    }
    url = absl::StrCat("http://", settings.http);
    std::fprintf(stderr, "%s is in use; asking the collector at %s\n", settings.data_dir.c_str(),
                 url.c_str());
  }
  const CollectorClient client(url, settings.auth_token);
  return Done(client.Run(work.path, *work.request, [&](const v1::OperationStatus& status) {
    line.Say(work.name, status.done(), status.total(), status.unit());
  }));
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
