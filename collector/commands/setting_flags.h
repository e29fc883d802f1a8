// The table of settings as command line flags.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/config/settings.h"

namespace paceline::commands {

// Holds what the flags of one command said. Outlives the parse.
class SettingFlags {
 public:
  // Adds --config and a flag for each setting whose key is in `keys` (all when empty) to `command`.
  void AddTo(CLI::App* command, const std::vector<std::string>& keys = {});

  // Defaults, file, environment and flags put together.
  absl::StatusOr<config::Settings> Load() const;

  // The file that Load reads; empty when there is none.
  std::string YamlPath() const;

 private:
  std::string config_path_;
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace paceline::commands
