#include "collector/config/load_settings.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "collector/config/address.h"
#include "collector/config/address_range.h"
#include "collector/config/settings_table.h"
#include "collector/config/site_reader.h"

namespace paceline::config {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// A signing secret that can be guessed protects nothing.
constexpr size_t kMinSecretBytes = 16;

// Levenshtein distance.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string_view NearestOf(std::string_view word, const std::vector<std::string_view>& known) {
  return *std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
    return EditDistance(word, a) < EditDistance(word, b);
  });
}

bool IsOf(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Walks the document and applies it; keeps the file's name for errors.
class YamlReader {
 public:
  YamlReader(std::string_view name, Settings& settings) : name_(name), settings_(settings) {}

  absl::Status ReadDocument(const YAML::Node& root) {
    if (root.IsNull()) return absl::OkStatus();
    if (!root.IsMap()) return Error(root, "the file has to be a mapping of settings to values");
    return ReadMap(root, "");
  }

 private:
  absl::Status Error(const YAML::Node& node, absl::string_view message) const {
    const int line = node.Mark().is_null() ? 0 : node.Mark().line + 1;
    return absl::InvalidArgumentError(absl::StrCat(Absl(name_), ":", line, ": ", message));
  }

  absl::Status ReadMap(const YAML::Node& map, const std::string& prefix) {
    std::set<std::string> seen;
    for (const auto& item : map) {
      const std::string key = prefix + item.first.Scalar();
      if (!seen.insert(key).second) {
        return Error(item.first, absl::StrCat("'", key, "' is set twice; keep one"));
      }
      if (absl::Status status = ReadSetting(item.first, key, item.second); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadSetting(const YAML::Node& key_node, const std::string& key,
                           const YAML::Node& value) {
    std::vector<std::string_view> known;
    bool is_group = false;
    for (const Setting& setting : SettingsTable()) {
      if (setting.key == key) return ReadValue(setting, value);
      is_group = is_group || absl::StartsWith(Absl(setting.key), key + ".");
      known.push_back(setting.key);
    }
    if (is_group) {
      if (value.IsMap()) return ReadMap(value, key + ".");
      return Error(value,
                   absl::StrCat("'", key, "' groups settings; write them below it, indented"));
    }
    return Error(key_node, absl::StrCat("unknown setting '", key, "'; did you mean '",
                                        Absl(NearestOf(key, known)), "'?"));
  }

  absl::Status ReadValue(const Setting& setting, const YAML::Node& value) {
    if (setting.kind == SettingKind::kSites) return ReadSites(value);
    std::string text;
    if (setting.kind == SettingKind::kList && value.IsSequence()) {
      if (absl::Status status = ReadTexts(
              value, settings_.*std::get<std::vector<std::string> Settings::*>(setting.field));
          !status.ok()) {
        return status;
      }
      return absl::OkStatus();
    }
    if (value.IsScalar()) {
      text = value.Scalar();
    } else if (!value.IsNull()) {
      return Error(value, absl::StrCat("'", Absl(setting.key), "' takes one value"));
    }
    absl::Status status = SetFromText(setting, text, settings_);
    if (status.ok()) return status;
    return Error(value, absl::StrCat("'", Absl(setting.key), "': ", status.message()));
  }

  absl::Status ReadTexts(const YAML::Node& list, std::vector<std::string>& texts) {
    texts.clear();
    for (const auto& item : list) {
      if (!item.IsScalar()) return Error(item, "a list of texts is right here");
      texts.push_back(item.Scalar());
    }
    return absl::OkStatus();
  }

  absl::Status ReadSites(const YAML::Node& list) {
    if (!list.IsSequence()) {
      return Error(list, "'sites' is a list: '- key: academy', and below it 'origins: [...]'");
    }
    settings_.sites.clear();
    for (const auto& item : list) {
      if (absl::Status status = ReadSite(item); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status ReadWebhooks(const YAML::Node& map, WebhookSecrets& secrets) {
    if (!map.IsMap()) return Error(map, "'webhooks' is 'stripe: SECRET', 'calendly: …'");
    static constexpr std::pair<std::string_view, std::string WebhookSecrets::*> kKinds[] = {
        {"stripe", &WebhookSecrets::stripe},
        {"calendly", &WebhookSecrets::calendly},
        {"woocommerce", &WebhookSecrets::woocommerce}};
    for (const auto& field : map) {
      const std::string name = field.first.Scalar();
      const auto* const kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                            [&](const auto& one) { return one.first == name; });
      if (kind == std::end(kKinds)) {
        return Error(field.first, absl::StrCat("unknown webhook '", name,
                                               "'; stripe, calendly and woocommerce are known"));
      }
      if (!field.second.IsScalar() || field.second.Scalar().size() < kMinSecretBytes) {
        return Error(field.second, absl::StrCat("the secret of '", name,
                                                "' has to be a text of 16 characters or more"));
      }
      secrets.*kind->second = field.second.Scalar();
    }
    return absl::OkStatus();
  }

  absl::Status ReadSite(const YAML::Node& item) {
    if (!item.IsMap()) return Error(item, "a site is '- key: academy'");
    Site site;
    SiteReader reader(
        [this](const YAML::Node& node, absl::string_view message) { return Error(node, message); },
        &site);
    for (const auto& field : item) {
      const std::string name = field.first.Scalar();
      if (name == "key" && field.second.IsScalar()) {
        site.key = field.second.Scalar();
      } else if (name == "origins" && field.second.IsSequence()) {
        if (absl::Status status = ReadTexts(field.second, site.origins); !status.ok())
          return status;
      } else if (name == "webhooks") {
        if (absl::Status status = ReadWebhooks(field.second, site.webhooks); !status.ok())
          return status;
      } else if (IsOf(SiteReader::Fields(), name)) {
        if (absl::Status status = reader.Read(name, field.second); !status.ok()) return status;
      } else if (name == "key" || name == "origins") {
        return Error(field.second, absl::StrCat("'", name, "' has to be ",
                                                name == "key" ? "one text" : "a list of origins"));
      } else {
        std::vector<std::string_view> known = SiteReader::Fields();
        known.insert(known.end(), {"key", "origins", "webhooks"});
        return Error(field.first, absl::StrCat("unknown '", name, "' of a site; did you mean '",
                                               Absl(NearestOf(name, known)), "'?"));
      }
    }
    if (absl::Status status = CheckSite(site); !status.ok()) return Error(item, status.message());
    for (const Site& other : settings_.sites) {
      if (other.key == site.key) {
        return Error(item, absl::StrCat("site '", site.key, "' is listed twice; keep one"));
      }
    }
    settings_.sites.push_back(std::move(site));
    return absl::OkStatus();
  }

  std::string_view name_;
  Settings& settings_;
};

absl::Status Prefixed(absl::string_view source, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(source, ": ", status.message()));
}

absl::Status ApplyFile(const std::string& path, Settings& settings) {
  std::ifstream file(path);
  if (!file) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": cannot be read; --config names a file that exists"));
  }
  std::stringstream text;
  text << file.rdbuf();
  return ApplyYaml(text.str(), path, settings);
}

}  // namespace

absl::Status ApplyYaml(std::string_view text, std::string_view name, Settings& settings) {
  try {
    return YamlReader(name, settings).ReadDocument(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(Absl(name), ":", error.mark.line + 1, ": not YAML: ", error.msg));
  }
}

absl::StatusOr<Settings> LoadSettings(const SettingsSources& sources) {
  Settings settings;
  for (const Setting& setting : SettingsTable()) {
    const std::string text =
        absl::StrReplaceAll(Absl(setting.default_text), {{"{binary}", sources.binary_dir}});
    if (absl::Status status = SetFromText(setting, text, settings); !status.ok()) {
      return Prefixed(Absl(setting.key), status);
    }
  }
  if (!sources.yaml_path.empty()) {
    if (absl::Status status = ApplyFile(sources.yaml_path, settings); !status.ok()) return status;
  }
  for (const Setting& setting : SettingsTable()) {
    if (!sources.environment) break;
    const std::optional<std::string> text = sources.environment(setting.Variable());
    if (!text.has_value()) continue;
    absl::Status status = Prefixed(setting.Variable(), SetFromText(setting, *text, settings));
    if (!status.ok()) return status;
  }
  for (const Setting& setting : SettingsTable()) {
    const auto flag = sources.flags.find(std::string(setting.key));
    if (flag == sources.flags.end()) continue;
    absl::Status status = Prefixed(setting.Flag(), SetFromText(setting, flag->second, settings));
    if (!status.ok()) return status;
  }
  if (absl::Status status = CheckDoors(settings); !status.ok()) return status;
  for (const std::string& range : settings.trusted_proxies) {
    absl::Status status = Prefixed("trusted_proxies", AddressRange::Parse(range).status());
    if (!status.ok()) return status;
  }
  return settings;
}

absl::Status CheckDoors(const Settings& settings) {
  if (!settings.auth_token.empty()) return absl::OkStatus();
  for (const auto& [name, text] : {std::pair("http", &settings.http), {"grpc", &settings.grpc}}) {
    if (text->empty()) continue;
    const absl::StatusOr<Address> address = ParseAddress(*text);
    if (!address.ok()) return Prefixed(name, address.status());
    if (address->IsLoopback()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": ", *text,
                     " can be reached from other machines, and private routes without a "
                     "token would be open to them. Set auth.token (PACELINE_AUTH_TOKEN), or keep ",
                     name, " on 127.0.0.1 and give visitors public_http"));
  }
  return absl::OkStatus();
}

}  // namespace paceline::config
