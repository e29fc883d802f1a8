// The one table of settings. YAML keys, flags, PACELINE_* variables and docs/settings.md are all
// made from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "collector/config/settings.h"

namespace paceline::config {

enum class SettingKind {
  kAddress,
  // An address, or empty for "off".
  kOptionalAddress,
  kPath,
  kText,
  // Never printed back.
  kSecret,
  kChoice,
  kNumber,
  // YAML list; comma-separated in a flag or variable.
  kList,
  // YAML list of {key, origins}; comma-separated keys in a flag or variable.
  kSites,
};

struct Setting {
  // Dots make YAML's nesting: "auth.token" is `auth:` with `token:` in it.
  std::string_view key;
  SettingKind kind;
  // "{binary}" stands for the folder of the running binary.
  std::string_view default_text;
  std::string_view help;
  std::variant<std::string Settings::*, uint64_t Settings::*, std::vector<std::string> Settings::*,
               std::vector<Site> Settings::*>
      field;
  // kNumber.
  uint64_t minimum = 0;
  uint64_t maximum = 0;
  // kChoice: separated by '|'.
  std::string_view choices = "";

  // "--auth-token".
  std::string Flag() const;
  // "PACELINE_AUTH_TOKEN".
  std::string Variable() const;
};

const std::vector<Setting>& SettingsTable();

// Parses `text` into the setting's field. InvalidArgument says what would be right.
absl::Status SetFromText(const Setting& setting, std::string_view text, Settings& settings);

// Checks one site of kSites.
absl::Status CheckSite(const Site& site);

}  // namespace paceline::config
