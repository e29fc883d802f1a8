#include "collector/commands/setting_flags.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/config/load_settings.h"
#include "collector/config/settings_table.h"

namespace paceline::commands {
namespace {

constexpr char kDefaultYaml[] = "paceline.yaml";

std::optional<std::string> Environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::string BinaryDir() {
  std::error_code error;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "." : binary.parent_path().string();
}

std::string TypeName(const config::Setting& setting) {
  using enum config::SettingKind;
  switch (setting.kind) {
    case kAddress:
    case kOptionalAddress:
      return "HOST:PORT";
    case kPath:
      return "DIR";
    case kNumber:
      return "N";
    case kSites:
      return "KEY";
    case kSecret:
      return "TOKEN";
    case kChoice:
      return std::string(setting.choices);
    default:
      return "TEXT";
  }
}

}  // namespace

void SettingFlags::AddTo(CLI::App* command, const std::vector<std::string>& keys) {
  command
      ->add_option(
          "--config", config_path_,
          "Settings file. Default: paceline.yaml in the working directory, if there is one.")
      ->type_name("FILE");
  for (const config::Setting& setting : config::SettingsTable()) {
    const std::string key(setting.key);
    if (!keys.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) continue;
    std::string help(setting.help);
    if (setting.kind == config::SettingKind::kSites) {
      help = "Key of a site that may send, from any origin. Repeatable.";
    }
    if (!setting.default_text.empty()) {
      absl::StrAppend(&help, " [", std::string(setting.default_text), "]");
    }
    const bool is_list =
        setting.kind == config::SettingKind::kSites || setting.kind == config::SettingKind::kList;
    command->add_option(setting.Flag(), values_[key], help)
        ->type_name(TypeName(setting))
        ->multi_option_policy(is_list ? CLI::MultiOptionPolicy::TakeAll
                                      : CLI::MultiOptionPolicy::TakeLast)
        ->expected(1)
        ->group("Settings");
  }
}

std::string SettingFlags::YamlPath() const {
  if (!config_path_.empty()) return config_path_;
  if (const auto path = Environment("PACELINE_CONFIG")) return *path;
  std::error_code error;
  return std::filesystem::exists(kDefaultYaml, error) ? kDefaultYaml : "";
}

absl::StatusOr<config::Settings> SettingFlags::Load() const {
  config::SettingsSources sources;
  sources.yaml_path = YamlPath();
  for (const auto& [key, values] : values_) {
    if (!values.empty()) sources.flags[key] = absl::StrJoin(values, ",");
  }
  sources.environment = Environment;
  sources.binary_dir = BinaryDir();
  return config::LoadSettings(sources);
}

}  // namespace paceline::commands
