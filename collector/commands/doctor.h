// `paceline doctor URL`: opens a page in a browser as a visitor would, and says what of the agent
// is blocked or missing, and what was seen.
#pragma once

#include <cstdint>
#include <string>

#include "collector/config/settings.h"

namespace paceline::commands {

struct DoctorOptions {
  std::string url;
  // CSS selector of what is clicked before the page is left.
  std::string click;
  bool expect_conversion = false;
  // The collector's private address, to ask what it knows of the session; empty: it is not asked.
  std::string collector;
  // How long the agent has to load everything.
  uint64_t timeout_seconds = 20;
};

// 0: all is well. 1: something is blocked or missing. 2: it could not be found out.
int RunDoctor(const DoctorOptions& options, const config::Settings& settings);

}  // namespace paceline::commands
