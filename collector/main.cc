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

  SettingFlags verify_flags;
  CLI::App* const verify = app.add_subcommand(
      "verify", "Recount everything from the journeys and compare it with the rollups.");
  verify_flags.AddTo(verify, {"data_dir"});
  verify->footer(
      "\nStatus 0: no differences. 1: differences, each printed. 2: it could not be done.");

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
  if (*verify) return WithSettings(verify_flags, RunVerify);
  if (*check) {
    return WithSettings(check_flags, [&](const Settings& settings) {
      return RunConfigCheck(settings, check_flags.YamlPath());
    });
  }
  if (*docs) return RunConfigDocs();
  return 1;
}
