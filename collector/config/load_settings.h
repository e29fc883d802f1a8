// Puts settings together: defaults, then paceline.yaml, then PACELINE_* variables, then flags; the
// later wins.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/config/settings.h"

namespace paceline::config {

struct SettingsSources {
  // paceline.yaml; empty: none. A named file that is not there is an error.
  std::string yaml_path;
  // Setting key ("auth.token") to text.
  std::map<std::string, std::string> flags;
  // Asked for names such as PACELINE_HTTP.
  std::function<std::optional<std::string>(const std::string&)> environment;
  // Folder of the running binary, for the default directories.
  std::string binary_dir;
};

// InvalidArgument names the file and line, variable or flag, and says what would be right.
absl::StatusOr<Settings> LoadSettings(const SettingsSources& sources);

// Reads YAML text over `settings`. `name` is what errors call the file.
absl::Status ApplyYaml(std::string_view text, std::string_view name, Settings& settings);

// What only holds between settings: FailedPrecondition when a private address is open to others
// without a token.
absl::Status CheckDoors(const Settings& settings);

}  // namespace paceline::config
