#include <cstdio>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/commands/commands.h"
#include "collector/config/settings_docs.h"
#include "collector/config/settings_table.h"

namespace paceline::commands {
namespace {

std::string Show(const config::Setting& setting, const config::Settings& settings) {
  if (const auto* number = std::get_if<uint64_t config::Settings::*>(&setting.field)) {
    return absl::StrCat(settings.**number);
  }
  if (const auto* list =
          std::get_if<std::vector<std::string> config::Settings::*>(&setting.field)) {
    return absl::StrJoin(settings.**list, ", ");
  }
  if (std::holds_alternative<std::vector<config::Site> config::Settings::*>(setting.field)) {
    return absl::StrJoin(settings.sites, ", ", [](std::string* out, const config::Site& site) {
      absl::StrAppend(out, site.key, " (",
                      site.origins.empty() ? "any origin" : absl::StrJoin(site.origins, ", "), ")");
    });
  }
  const std::string& text = settings.*std::get<std::string config::Settings::*>(setting.field);
  return setting.kind == config::SettingKind::kSecret && !text.empty() ? "(set)" : text;
}

}  // namespace

int RunConfigCheck(const config::Settings& settings, const std::string& yaml_path) {
  for (const config::Setting& setting : config::SettingsTable()) {
    const std::string line = absl::StrCat(std::string(setting.key), ": ", Show(setting, settings));
    std::printf("%s\n", line.c_str());
  }
  std::fprintf(stderr, "The settings are right (%s).\n",
               yaml_path.empty() ? "no file" : yaml_path.c_str());
  return 0;
}

int RunConfigDocs() {
  const std::string text = config::SettingsMarkdown();
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace paceline::commands
