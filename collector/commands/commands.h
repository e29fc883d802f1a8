// What `paceline` can be told to do. Each answers the process's exit status.
#pragma once

#include <string>

#include "collector/commands/doctor.h"
#include "collector/commands/install.h"
#include "collector/commands/maintenance.h"
#include "collector/config/settings.h"

namespace paceline::commands {

// Runs the collector until SIGTERM or SIGINT.
int RunServe(config::Settings settings);

// RunServe, with the example site beside it and "academy" among the sites.
int RunDemo(config::Settings settings);

struct VerifyOptions {
  // Days, times or Unix milliseconds, as in ExportOptions.
  std::string from;
  std::string to;
};

// Recounts everything, or a range of time, from the journeys; 1 when the views differ.
int RunVerify(const VerifyOptions& options, const config::Settings& settings);

// Says that the settings are right (they have been loaded), and what they come to.
int RunConfigCheck(const config::Settings& settings, const std::string& yaml_path);

// Prints docs/settings.md.
int RunConfigDocs();

}  // namespace paceline::commands
