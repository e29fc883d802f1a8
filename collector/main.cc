// The `paceline` command: reads the command line and hands over to collector/commands.

#include <sodium.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "collector/commands/commands.h"
#include "collector/commands/setting_flags.h"

namespace {

using paceline::commands::SettingFlags;
using paceline::config::Settings;

constexpr char kDescription[] =
    "Paceline: self-hosted real user monitoring for course sites.\n"
    "\n"
    "An agent in your pages measures how fast they feel to each visitor; this collector\n"
    "keeps what it sends and shows vitals, pages and visits on a dashboard.\n"
    "\n"
    "A first look, with an example site beside the collector:\n"
    "  paceline demo\n"
    "  open http://127.0.0.1:8000 (the site), click around, and watch\n"
    "  http://127.0.0.1:8080 (the dashboard)\n"
    "\n"
    "Your own site:\n"
    "  paceline serve --site mysite --data-dir /var/lib/paceline\n"
    "  and in each page:\n"
    "  <script async src=\"http://127.0.0.1:8080/agent/paceline.js\" "
    "data-site=\"mysite\"></script>\n"
    "\n"
    "Behind a reverse proxy, visitors get an address of their own, without the dashboard:\n"
    "  paceline serve --site mysite --public-http 127.0.0.1:8081";

constexpr char kFooter[] =
    "\nSettings come from flags, PACELINE_... variables, paceline.yaml and defaults, in this "
    "order.\n"
    "`paceline serve --help` lists them, `paceline config check` says what is wrong with them.";

constexpr char kServeFooter[] =
    "\nExamples:\n"
    "  paceline serve --site academy\n"
    "  paceline serve --config /etc/paceline.yaml\n"
    "  PACELINE_AUTH_TOKEN=... paceline serve --http 0.0.0.0:8080 --allowed-hosts rum.example\n"
    "\n"
    "Prints the addresses it got (\"dashboard http://...\", \"grpc ...\") on stdout and logs to\n"
    "stderr. SIGTERM ends it: what is in flight is answered, everything is written.";

constexpr char kBackupFooter[] =
    "\nExamples:\n"
    "  paceline backup --to /var/backups/paceline --keep 7\n"
    "  paceline backup --to /var/backups/paceline --url http://127.0.0.1:8080\n"
    "\n"
    "A collector that runs on the directory goes on serving: it is asked, at --url or where the\n"
    "settings say it listens, to make the backup. Backups in one directory share what they have\n"
    "in common, so each night's is as quick as the day was busy. Status 0: done. 2: not.";

constexpr char kRestoreFooter[] =
    "\nExamples:\n"
    "  paceline restore --from /var/backups/paceline --list\n"
    "  paceline restore --from /var/backups/paceline --data-dir /var/lib/paceline\n"
    "\n"
    "Every file is checked first. The data directory has to be new or empty. What was erased\n"
    "after the backup was made is erased again. Status 0: done. 2: not.";

constexpr char kExportFooter[] =
    "\nExamples:\n"
    "  paceline export --site academy --from 2026-11-01 --to 2026-12-01 > november.jsonl\n"
    "  paceline export --site academy --what facts | gzip > facts.jsonl.gz\n"
    "\n"
    "Sessions that began in the range, newest first, one JSON object a line. A collector may run\n"
    "on the directory meanwhile. Status 0: all is written. 2: not.";

constexpr char kEraseFooter[] =
    "\nExamples:\n"
    "  paceline erase --site academy --session 0123456789abcdef0123456789abcdef\n"
    "  paceline erase --site academy --user 4711\n"
    "\n"
    "Deletes records, facts, the part in the rollups and every index, and rewrites the files that\n"
    "had them. Backups made before still hold them; restoring one erases them again.\n"
    "Status 0: done. 2: not.";

constexpr char kVerifyFooter[] =
    "\nExamples:\n"
    "  paceline verify --data-dir /var/lib/paceline\n"
    "  paceline verify --from 2026-11-20 --to 2026-11-21\n"
    "\n"
    "Of a range: page views and sessions that began in it, and the minutes, hours and days that\n"
    "lie in it. A collector may run on the directory meanwhile.\n"
    "Status 0: no differences. 1: differences, each printed. 2: it could not be done.";

constexpr char kRebuildFooter[] =
    "\nExamples:\n"
    "  paceline rebuild --config /etc/paceline.yaml\n"
    "  paceline rebuild --url http://127.0.0.1:8080\n"
    "\n"
    "A collector that runs on the directory goes on serving; what it answers is replaced at once,\n"
    "when everything is there. What is interrupted changes nothing. Needs room for the views once\n"
    "more, in the data directory. Status 0: done. 2: not.";

constexpr char kCoverageFooter[] =
    "\nExamples:\n"
    "  paceline coverage --site academy --access-log /var/log/nginx/academy.log* --exclude /api/\n"
    "  paceline coverage --site academy --access-log november.log.gz --dry-run \\\n"
    "    --from 2026-11-01 --to 2026-12-01\n"
    "\n"
    "Counts the pages that browsers were sent, by UTC day, and has a collector note them: its\n"
    "quality then says which share of them was measured. Logs have the \"combined\" format, and "
    "are\n"
    "this site's alone. A day counts when it is over, and the logs go on before and after it, or\n"
    "--from and --to say that it is whole. What was noted of it before is replaced; of several\n"
    "servers, give all logs at once. Status 0: done. 2: not.";

constexpr char kInstallFooter[] =
    "\nExamples:\n"
    "  paceline install --site https://academy.example\n"
    "  paceline install --site https://academy.example --endpoint https://rum.academy.example\n"
    "\n"
    "Reads the settings (--config, or paceline.yaml here) to say what they still need.";

constexpr char kDoctorFooter[] =
    "\nExamples:\n"
    "  paceline doctor https://academy.example\n"
    "  paceline doctor https://academy.example/book --click '#book' --expect-conversion \\\n"
    "    --collector http://127.0.0.1:8080\n"
    "\n"
    "Needs chromium or google-chrome. The visit is a real one and is measured like any other.\n"
    "Status 0: all is well. 1: something is blocked or missing. 2: it could not be found out.";

// Loads the settings and runs `command` with them; says what is wrong with them otherwise.
int WithSettings(const SettingFlags& flags, const std::function<int(const Settings&)>& command) {
  const absl::StatusOr<Settings> settings = flags.Load();
  if (settings.ok()) return command(*settings);
  std::fprintf(stderr, "error: %s\n", std::string(settings.status().message()).c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  CLI::App app(kDescription, "paceline");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("paceline ") + PACELINE_VERSION);
  app.require_subcommand(1);

  SettingFlags serve_flags;
  CLI::App* const serve = app.add_subcommand("serve", "Run the collector.");
  serve_flags.AddTo(serve);
  serve->footer(kServeFooter);

  SettingFlags demo_flags;
  CLI::App* const demo =
      app.add_subcommand("demo", "Run the collector with a small course site to try it on.");
  demo_flags.AddTo(demo);
  demo->footer(
      "\nOpen the site, click around, and watch the dashboard; both addresses are printed.");

  paceline::commands::VerifyOptions verify_options;
  SettingFlags verify_flags;
  CLI::App* const verify = app.add_subcommand(
      "verify", "Recount everything, or a range of time, from the journeys and compare.");
  verify->add_option("--from", verify_options.from, "Day or time (UTC), included.");
  verify->add_option("--to", verify_options.to, "Day or time (UTC), not included.");
  verify_flags.AddTo(verify, {"data_dir"});
  verify->footer(kVerifyFooter);

  paceline::commands::RebuildOptions rebuild_options;
  SettingFlags rebuild_flags;
  CLI::App* const rebuild = app.add_subcommand(
      "rebuild", "Make sessions, page views and rollups anew from the journeys.");
  rebuild->add_option("--url", rebuild_options.url, "The running collector's private address.");
  rebuild_flags.AddTo(rebuild, {"data_dir", "http", "auth.token"});
  rebuild->footer(kRebuildFooter);

  paceline::commands::BackupOptions backup_options;
  SettingFlags backup_flags;
  CLI::App* const backup = app.add_subcommand("backup", "Back up the data, while serving or not.");
  backup->add_option("--to", backup_options.to, "Directory of backups; made when missing.")
      ->required();
  backup->add_option("--keep", backup_options.keep,
                     "Removes the oldest backups beyond this number; 0 keeps all.");
  backup->add_option("--url", backup_options.url, "The running collector's private address.");
  backup_flags.AddTo(backup, {"data_dir", "http", "auth.token"});
  backup->footer(kBackupFooter);

  paceline::commands::RestoreOptions restore_options;
  SettingFlags restore_flags;
  CLI::App* const restore = app.add_subcommand("restore", "Make a data directory from a backup.");
  restore->add_option("--from", restore_options.from, "Directory of backups.")->required();
  restore->add_option("--number", restore_options.number, "Which backup; by default the latest.");
  restore->add_option("--erasures", restore_options.erasures,
                      "Another directory of backups, whose erasures count too.");
  restore->add_flag("--list", restore_options.list, "Lists the backups instead.");
  restore_flags.AddTo(restore, {"data_dir"});
  restore->footer(kRestoreFooter);

  paceline::commands::ExportOptions export_options;
  SettingFlags export_flags;
  CLI::App* const export_command =
      app.add_subcommand("export", "Write a site's sessions as JSON lines.");
  export_command->add_option("--site", export_options.site, "The site's key.")->required();
  export_command->add_option("--what", export_options.what, "journeys, facts or sessions.")
      ->check(CLI::IsMember({"journeys", "facts", "sessions"}));
  export_command->add_option("--from", export_options.from, "Day or time, included.");
  export_command->add_option("--to", export_options.to, "Day or time, not included.");
  export_flags.AddTo(export_command, {"data_dir"});
  export_command->footer(kExportFooter);

  paceline::commands::EraseOptions erase_options;
  SettingFlags erase_flags;
  CLI::App* const erase =
      app.add_subcommand("erase", "Delete a session or a user to the last trace.");
  erase->add_option("--site", erase_options.site, "The site's key.")->required();
  erase->add_option("--session", erase_options.session_id, "The session's id.");
  erase->add_option("--user", erase_options.user_id, "The user's id, as the site gives it.");
  erase->add_option("--url", erase_options.url, "The running collector's private address.");
  erase_flags.AddTo(erase, {"data_dir", "http", "auth.token"});
  erase->footer(kEraseFooter);

  paceline::commands::CoverageOptions coverage_options;
  SettingFlags coverage_flags;
  CLI::App* const coverage = app.add_subcommand(
      "coverage", "Count the page views in access logs, to see which share was measured.");
  coverage->add_option("--site", coverage_options.site, "The site's key.")->required();
  coverage
      ->add_option("--access-log", coverage_options.access_logs,
                   "The web server's logs, also compressed; - for standard input.")
      ->required();
  coverage->add_option("--exclude", coverage_options.excluded,
                       "What is no page: paths that begin so, or with '?' a query's parameter.");
  coverage->add_option("--from", coverage_options.from, "First day (UTC).");
  coverage->add_option("--to", coverage_options.to, "Day after the last (UTC).");
  coverage->add_flag("--dry-run", coverage_options.dry_run, "Says what it counts, no more.");
  coverage->add_option("--url", coverage_options.url, "The running collector's private address.");
  coverage_flags.AddTo(coverage, {"data_dir", "http", "auth.token", "ingest.headless_chrome"});
  coverage->footer(kCoverageFooter);

  paceline::commands::InstallOptions install_options;
  SettingFlags install_flags;
  CLI::App* const install =
      app.add_subcommand("install", "Print what to put where: tag, policy, proxy.");
  install->add_option("--site", install_options.site_url, "Address of the site.")->required();
  install->add_option("--key", install_options.key,
                      "The site's key; by default made from its host name.");
  install->add_option("--endpoint", install_options.endpoint,
                      "Where pages reach the collector; by default the site's own origin.");
  install_flags.AddTo(install, {"agent_dir"});
  install->footer(kInstallFooter);

  paceline::commands::DoctorOptions doctor_options;
  SettingFlags doctor_flags;
  CLI::App* const doctor = app.add_subcommand(
      "doctor", "Open a page in a browser and say what of the agent is blocked or missing.");
  doctor->add_option("url", doctor_options.url, "The page.")->required();
  doctor->add_option("--click", doctor_options.click,
                     "CSS selector of something to click before the page is left.");
  doctor->add_flag("--expect-conversion", doctor_options.expect_conversion,
                   "A conversion has to be seen.");
  doctor->add_option("--collector", doctor_options.collector,
                     "The collector's private address, to ask what it knows of the visit.");
  doctor->add_option("--timeout", doctor_options.timeout_seconds,
                     "Seconds that the agent has to load.");
  doctor_flags.AddTo(doctor, {"auth.token"});
  doctor->footer(kDoctorFooter);

  CLI::App* const config = app.add_subcommand("config", "Check or describe the settings.");
  config->require_subcommand(1);
  SettingFlags check_flags;
  CLI::App* const check = config->add_subcommand(
      "check", "Say what the settings come to, or what is wrong with them and on which line.");
  check_flags.AddTo(check);
  CLI::App* const docs = config->add_subcommand("docs", "Print docs/settings.md.");

  CLI11_PARSE(app, argc, argv);

  using namespace paceline::commands;
  if (*serve) return WithSettings(serve_flags, RunServe);
  if (*demo) return WithSettings(demo_flags, RunDemo);
  if (*install) {
    return WithSettings(install_flags, [&](const Settings& settings) {
      return RunInstall(install_options, settings);
    });
  }
  if (*doctor) {
    return WithSettings(doctor_flags, [&](const Settings& settings) {
      return RunDoctor(doctor_options, settings);
    });
  }
  if (*backup) {
    return WithSettings(backup_flags, [&](const Settings& settings) {
      return RunBackup(backup_options, settings);
    });
  }
  if (*restore) {
    return WithSettings(restore_flags, [&](const Settings& settings) {
      return RunRestore(restore_options, settings);
    });
  }
  if (*export_command) {
    return WithSettings(export_flags, [&](const Settings& settings) {
      return RunExport(export_options, settings);
    });
  }
  if (*erase) {
    return WithSettings(
        erase_flags, [&](const Settings& settings) { return RunErase(erase_options, settings); });
  }
  if (*coverage) {
    return WithSettings(coverage_flags, [&](const Settings& settings) {
      return RunCoverage(coverage_options, settings);
    });
  }
  if (*verify) {
    return WithSettings(verify_flags, [&](const Settings& settings) {
      return RunVerify(verify_options, settings);
    });
  }
  if (*rebuild) {
    return WithSettings(rebuild_flags, [&](const Settings& settings) {
      return RunRebuild(rebuild_options, settings);
    });
  }
  if (*check) {
    return WithSettings(check_flags, [&](const Settings& settings) {
      return RunConfigCheck(settings, check_flags.YamlPath());
    });
  }
  if (*docs) return RunConfigDocs();
  return 1;
}
