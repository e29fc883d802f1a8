// Commands on stored data: backup, restore, export, erase, rebuild, coverage. Where a collector
// runs on the directory, it is asked to do it; otherwise the command does it itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/config/settings.h"

namespace paceline::commands {

struct BackupOptions {
  std::string to;
  uint32_t keep = 0;
  // The running collector's private address; empty: as the settings say.
  std::string url;
};

struct EraseOptions {
  std::string site;
  std::string session_id;
  std::string user_id;
  std::string url;
};

struct RebuildOptions {
  std::string url;
};

struct RestoreOptions {
  std::string from;
  uint32_t number = 0;
  std::string erasures;
  bool list = false;
};

struct ExportOptions {
  std::string site;
  // journeys, facts, sessions.
  std::string what = "journeys";
  // Days (2026-11-21), times (2026-11-21T08:00:00Z) or Unix milliseconds; empty: no bound.
  std::string from;
  std::string to;
};

struct CoverageOptions {
  std::string site;
  // Files in the "combined" format, also compressed by gzip; "-": stdin. One server's, together.
  std::vector<std::string> access_logs;
  // See ingest::PageViewCounter.
  std::vector<std::string> excluded;
  // Days of which the logs have everything, `to` not included. Where one is empty, a day has to
  // have lines before it, or after it.
  std::string from;
  std::string to;
  // Only says what would be noted.
  bool dry_run = false;
  std::string url;
};

// Each answers 0, or 2 after saying on stderr what went wrong.
int RunBackup(const BackupOptions& options, const config::Settings& settings);
int RunErase(const EraseOptions& options, const config::Settings& settings);
int RunRebuild(const RebuildOptions& options, const config::Settings& settings);
// Counts the page views of access logs and has them noted.
int RunCoverage(const CoverageOptions& options, const config::Settings& settings);
int RunRestore(const RestoreOptions& options, const config::Settings& settings);
// Writes JSON lines to stdout, bounded in memory.
int RunExport(const ExportOptions& options, const config::Settings& settings);

}  // namespace paceline::commands
