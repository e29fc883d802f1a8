#include "collector/config/settings_docs.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "collector/config/settings_table.h"

namespace paceline::config {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

std::string Values(const Setting& setting) {
  switch (setting.kind) {
    case SettingKind::kAddress:
      return "host:port";
    case SettingKind::kOptionalAddress:
      return "host:port or empty";
    case SettingKind::kPath:
      return "directory";
    case SettingKind::kText:
      return "text";
    case SettingKind::kSecret:
      return "secret";
    case SettingKind::kChoice:
      return absl::StrReplaceAll(Absl(setting.choices), {{"|", ", "}});
    case SettingKind::kNumber:
      return absl::StrCat(setting.minimum, " to ", setting.maximum);
    case SettingKind::kList:
      return "list";
    case SettingKind::kSites:
      return "list of sites";
  }
  return "";
}

}  // namespace

std::string SettingsMarkdown() {
  std::string text =
      "# Settings\n\n"
      "<!-- Made by `paceline config docs` from collector/config/settings_table.cc. Do not edit. "
      "-->"
      "\n\n"
      "Every setting has a key in `paceline.yaml`, a flag and an environment variable. A flag wins "
      "over a variable, a\nvariable over the file, the file over the default. The file is "
      "`--config PATH`, or `paceline.yaml` in the working\ndirectory when there is one. "
      "`paceline config check` says what is wrong with it, and on which line.\n\n"
      "```yaml\n"
      "http: 127.0.0.1:8080\n"
      "data_dir: /var/lib/paceline\n"
      "sites:\n"
      "  - key: academy\n"
      "    origins: [https://academy.example, https://www.academy.example]\n"
      "limits:\n"
      "  connections: 8192\n"
      "```\n\n"
      "`{binary}` is the folder of the running binary.\n\n"
      "| key | flag | variable | values | default | what it does |\n"
      "|---|---|---|---|---|---|\n";
  for (const Setting& setting : SettingsTable()) {
    const std::string fallback =
        setting.default_text.empty() ? "empty" : absl::StrCat("`", Absl(setting.default_text), "`");
    absl::StrAppend(&text, "| `", Absl(setting.key), "` | `", setting.Flag(), "` | `",
                    setting.Variable(), "` | ", Values(setting), " | ", fallback, " | ",
                    Absl(setting.help), " |\n");
  }
  return text;
}

}  // namespace paceline::config
