#include <sodium.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

#include "absl/strings/escaping.h"
#include "collector/commands/collector.h"
#include "collector/commands/commands.h"
#include "collector/telemetry/log.h"

namespace paceline::commands {
namespace {

// Blocks the signals that stop the collector, in this thread and those it starts, so that
// WaitForStop gets them.
sigset_t BlockStopSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Connections and tables are files, and systems let a process have more than they begin with.
void AllowManyFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void WaitForStop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("{}: stopping; once more stops at once", signal == SIGINT ? "SIGINT" : "SIGTERM");
  // A second signal finds its default action.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

int Run(const config::Settings& settings, bool with_academy) {
  telemetry::StartLog(settings.log_level);
  AllowManyFiles();
  const sigset_t signals = BlockStopSignals();
  auto collector = Collector::Start(settings, with_academy);
  if (!collector.ok()) {
    spdlog::error("{}", std::string(collector.status().message()));
    return 1;
  }
  if (settings.sites.empty()) {
    spdlog::warn(
        "no sites are configured, so every beacon is refused: add one with --site KEY, or under "
        "'sites:' in paceline.yaml");
  }
  // One write: who reads these lines gets all of them.
  const std::string addresses = (*collector)->Addresses();
  std::fwrite(addresses.data(), 1, addresses.size(), stdout);
  std::fflush(stdout);
  spdlog::info("ready, version {}", PACELINE_VERSION);

  WaitForStop(signals);
  if (const absl::Status status = (*collector)->Stop(); !status.ok()) {
    spdlog::error(
        "stopped, but the rollups could not be written: {}. They will be folded again at "
        "the next start.",
        std::string(status.message()));
    return 1;
  }
  spdlog::info("stopped: all answers given, everything is on disk");
  return 0;
}

std::string RandomSecret() {
  std::array<unsigned char, 24> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

int RunServe(config::Settings settings) { return Run(settings, false); }

int RunDemo(config::Settings settings) {
  auto academy = std::find_if(settings.sites.begin(), settings.sites.end(),
                              [](const config::Site& site) { return site.key == kAcademySite; });
  if (academy == settings.sites.end()) {
    academy = settings.sites.insert(academy, {kAcademySite, {}});
  }
  if (academy->checkout_hosts.empty()) academy->checkout_hosts = {"127.0.0.1", "localhost"};
  // Shared by the collector and the checkout beside it, and by nobody else.
  if (academy->webhooks.stripe.empty()) academy->webhooks.stripe = RandomSecret();
  return Run(settings, true);
}

}  // namespace paceline::commands
