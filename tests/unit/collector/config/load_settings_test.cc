#include "collector/config/load_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "collector/config/settings_docs.h"
#include "collector/config/settings_table.h"

namespace paceline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// The error of a paceline.yaml, or "" when it is right.
std::string ErrorOf(std::string_view yaml) {
  Settings settings;
  return std::string(ApplyYaml(yaml, "paceline.yaml", settings).message());
}

TEST(LoadSettingsTest, DefaultsAreThoseOfTheTable) {
  SettingsSources sources;
  sources.binary_dir = "/opt/paceline/bin";
  const auto settings = LoadSettings(sources);
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_EQ(settings->http, "127.0.0.1:8080");
  EXPECT_EQ(settings->grpc, "127.0.0.1:9090");
  EXPECT_EQ(settings->public_http, "");
  EXPECT_EQ(settings->data_dir, "./paceline-data");
  EXPECT_EQ(settings->agent_dir, "/opt/paceline/bin/../../agent");
  EXPECT_EQ(settings->log_level, "info");
  EXPECT_TRUE(settings->sites.empty());
}

TEST(LoadSettingsTest, FlagsWinOverTheEnvironment) {
  SettingsSources sources;
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "PACELINE_HTTP") return "127.0.0.1:1";
    if (name == "PACELINE_LOG_LEVEL") return "debug";
    return std::nullopt;
  };
  sources.flags["http"] = "127.0.0.1:2";
  const auto settings = LoadSettings(sources);
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_EQ(settings->http, "127.0.0.1:2");
  EXPECT_EQ(settings->log_level, "debug");
}

TEST(LoadSettingsTest, ReadsNestedSettingsListsAndSites) {
  Settings settings;
  const absl::Status status = ApplyYaml(R"(
http: 127.0.0.1:9000
allowed_hosts: [rum.example, stats.example]
auth:
  token: 0123456789abcdef
limits:
  connections: 77
sites:
  - key: academy
    origins: [https://academy.example]
  - key: blog
)",
                                        "paceline.yaml", settings);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(settings.http, "127.0.0.1:9000");
  EXPECT_THAT(settings.allowed_hosts, ElementsAre("rum.example", "stats.example"));
  EXPECT_EQ(settings.auth_token, "0123456789abcdef");
  EXPECT_EQ(settings.max_connections, 77u);
  ASSERT_EQ(settings.sites.size(), 2u);
  EXPECT_THAT(settings.sites[0].origins, ElementsAre("https://academy.example"));
  EXPECT_EQ(settings.sites[1].key, "blog");
}

TEST(LoadSettingsTest, ErrorsNameFileLineAndWhatWouldBeRight) {
  EXPECT_EQ(ErrorOf("htpt: x"), "paceline.yaml:1: unknown setting 'htpt'; did you mean 'http'?");
  EXPECT_EQ(
      ErrorOf("limits:\n  body_byte: 5"),
      "paceline.yaml:2: unknown setting 'limits.body_byte'; did you mean 'limits.body_bytes'?");
  EXPECT_THAT(ErrorOf("\n\nhttp: 8080"),
              StartsWith("paceline.yaml:3: 'http': '8080' is not an address"));
  EXPECT_THAT(ErrorOf("limits:\n  connections: lots"), HasSubstr("paceline.yaml:2: "));
  EXPECT_THAT(ErrorOf("log: {level: loud}"), HasSubstr("debug, info, warn, error"));
  EXPECT_THAT(ErrorOf("http: [a, b]"), HasSubstr("one value"));
  EXPECT_THAT(ErrorOf("limits: 5"), HasSubstr("groups settings"));
  EXPECT_THAT(ErrorOf("http: 127.0.0.1:1\nhttp: 127.0.0.1:2"),
              HasSubstr("paceline.yaml:2: 'http' is set twice"));
  EXPECT_THAT(ErrorOf("- a\n- b"), HasSubstr("mapping"));
  EXPECT_THAT(ErrorOf("a: [\nb: }"), HasSubstr("not YAML"));
  EXPECT_THAT(ErrorOf("auth: {token: short}"), HasSubstr("16 characters"));
  EXPECT_EQ(ErrorOf(""), "");
}

TEST(LoadSettingsTest, ErrorsOfSitesNameTheirLine) {
  EXPECT_THAT(ErrorOf("sites: academy"), HasSubstr("- key: academy"));
  EXPECT_THAT(ErrorOf("sites:\n  - key: a b"),
              HasSubstr("paceline.yaml:2: 'a b' is not a site key"));
  EXPECT_THAT(ErrorOf("sites:\n  - key: a\n  - key: a"),
              HasSubstr("paceline.yaml:3: site 'a' is listed twice"));
  EXPECT_THAT(ErrorOf("sites:\n  - key: a\n    origin: []"),
              HasSubstr("paceline.yaml:3: unknown 'origin' of a site; did you mean 'origins'"));
  EXPECT_THAT(ErrorOf("sites:\n  - key: a\n    origins: [academy.example]"),
              HasSubstr("not an origin"));
  EXPECT_THAT(ErrorOf("sites:\n  - origins: []"), HasSubstr("not a site key"));
}

TEST(LoadSettingsTest, PrivateAddressesThatOthersReachNeedAToken) {
  Settings settings;
  settings.http = "0.0.0.0:8080";
  settings.grpc = "127.0.0.1:9090";
  EXPECT_THAT(std::string(CheckDoors(settings).message()), HasSubstr("auth.token"));
  settings.auth_token = "0123456789abcdef";
  EXPECT_TRUE(CheckDoors(settings).ok());
  settings.auth_token.clear();
  settings.http = "127.0.0.1:8080";
  EXPECT_TRUE(CheckDoors(settings).ok());
  settings.grpc = "[::]:9090";
  EXPECT_FALSE(CheckDoors(settings).ok());
  settings.grpc.clear();
  EXPECT_TRUE(CheckDoors(settings).ok());
}

TEST(SettingsTableTest, EverySettingHasItsOwnKeyFlagAndHelp) {
  std::set<std::string> names;
  const std::string docs = SettingsMarkdown();
  for (const Setting& setting : SettingsTable()) {
    EXPECT_TRUE(names.insert(setting.Flag()).second) << setting.key;
    EXPECT_TRUE(names.insert(setting.Variable()).second) << setting.key;
    EXPECT_FALSE(setting.help.empty()) << setting.key;
    EXPECT_THAT(docs, HasSubstr(setting.Variable()));
  }
}

}  // namespace
}  // namespace paceline::config
