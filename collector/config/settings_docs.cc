#include "collector/config/settings_docs.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

std::string SitesMarkdown() {
  std::string text =
      "\n## Sites\n\n"
      "```yaml\n"
      "sites:\n"
      "  - key: academy\n"
      "    origins: [https://academy.example]\n"
      "    journeys:\n"
      "      - name: payment\n"
      "        version: 2\n"
      "        target_ms: 60000\n"
      "        steps:\n"
      "          - { name: details, page: /checkout/details }\n"
      "          - { name: pay, click: \"#pay\" }\n"
      "          - { name: confirmation, page: \"/checkout/*/thanks\" }\n"
      "    page_groups:\n"
      "      Lesson player: [\"/courses/*/lessons/*\"]\n"
      "    stages:\n"
      "      decision: [/pricing, \"/plans/**\"]\n"
      "    conversions:\n"
      "      - { type: email_signup, submit: form.newsletter }\n"
      "    checkout_hosts: [pay.example.com]\n"
      "    budgets:\n"
      "      script_bytes: 350000\n"
      "      third_party_script_bytes: 200000\n"
      "      style_bytes: 100000\n"
      "    webhooks:\n"
      "      stripe: whsec_0123456789abcdef\n"
      "```\n\n"
      "| key | what it does |\n"
      "|---|---|\n"
      "| `key` | What `data-site` of the script tag says: 1 to 64 letters, digits, `-`, `_`, `.`. "
      "|\n"
      "| `origins` | Origins whose pages may send. None: any. |\n"
      "| `journeys` | What visitors come to do. A step is complete when a page that fits `page` is "
      "opened, or something that the selector `click` selects is clicked, or when the site's own "
      "code says so. A run is abandoned after three times `target_ms` without progress, at least "
      "30 min. A journey by the name of a default one takes its place. |\n"
      "| `page_groups` | Pages that are shown as one, by name; the first that fits wins. What fits "
      "none is grouped by its address: ids become `:id`, and a place in the path that takes too "
      "many "
      "values becomes `*`. |\n"
      "| `stages` | Pages by stage: awareness, consideration, decision, conversion. The first that "
      "fits wins. |\n"
      "| `conversions` | Conversions that are recognised by themselves: by a page that is opened, "
      "an "
      "element that is clicked, a form that is sent. |\n"
      "| `checkout_hosts` | Hosts of checkouts elsewhere: links to them get the session's "
      "reference. "
      "|\n"
      "| `budgets` | What a page's scripts and styles may weigh, in decoded bytes: `script_bytes` "
      "and "
      "`style_bytes` of its own, `third_party_script_bytes` and `third_party_style_bytes` of "
      "others. "
      "A page view over one of them is flagged in the journey. Files of others count when they "
      "tell "
      "their size (`Timing-Allow-Origin`). None: no budget. |\n"
      "| `webhooks` | Signing secrets of those that tell of conversions: stripe, calendly, "
      "woocommerce. Without one, the webhook is off. |\n\n"
      "In a page, `*` stands for anything but a slash and `**` for anything.\n\n"
      "Without `stages`:\n\n"
      "| stage | pages |\n"
      "|---|---|\n";
  for (const SiteStage& stage : DefaultStages()) {
    absl::StrAppend(&text, "| ", stage.stage, " | `", absl::StrJoin(stage.pages, "` `"), "` |\n");
  }
  return text;
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
      "`--config PATH`, what the variable\n`PACELINE_CONFIG` names, or `paceline.yaml` in the "
      "working directory when there is one.\n`paceline config check` says what is wrong with it, "
      "and "
      "on which line.\n\n"
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
  text += SitesMarkdown();
  return text;
}

}  // namespace paceline::config
