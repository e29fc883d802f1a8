// The log: one line per event on stderr, so that stdout stays for what a program may read.
#pragma once

#include <string_view>

namespace paceline::telemetry {

// Sets up spdlog's default logger. `level`: debug, info, warn or error.
void StartLog(std::string_view level);

}  // namespace paceline::telemetry
