// What a site says of itself in paceline.yaml.
#include "collector/config/site_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "collector/config/load_settings.h"

namespace paceline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The error of a site with `fields` (indented by four), or "" when it is right.
std::string ErrorOf(const std::string& fields, Settings* settings) {
  const std::string yaml = absl::StrCat("sites:\n  - key: academy\n", fields);
  return std::string(ApplyYaml(yaml, "paceline.yaml", *settings).message());
}

std::string ErrorOf(const std::string& fields) {
  Settings settings;
  return ErrorOf(fields, &settings);
}

TEST(SiteSettingsTest, C15ReadsJourneysStagesConversionsAndCheckouts) {
  Settings settings;
  ASSERT_THAT(ErrorOf(R"(
    journeys:
      - name: payment
        version: 2
        target_ms: 60000
        steps:
          - { name: details, page: /checkout/details }
          - { name: pay, click: "#pay" }
    page_groups:
      Lesson player: ["/courses/*/lessons/*"]
    stages:
      decision: [/pricing, "/plans/**"]
      conversion: [/pay]
    conversions:
      - { type: email_signup, submit: form.newsletter }
    checkout_hosts: [pay.example.com, "pay.example.com:8443"]
    budgets:
      script_bytes: 350000
      third_party_style_bytes: 1
)",
                      &settings),
              IsEmpty());
  const Site& site = settings.sites.at(0);
  ASSERT_EQ(site.journeys.size(), 1u);
  EXPECT_EQ(site.journeys[0].name, "payment");
  EXPECT_EQ(site.journeys[0].version, 2u);
  EXPECT_EQ(site.journeys[0].target_ms, 60'000u);
  ASSERT_EQ(site.journeys[0].steps.size(), 2u);
  EXPECT_EQ(site.journeys[0].steps[0].page, "/checkout/details");
  EXPECT_EQ(site.journeys[0].steps[1].click, "#pay");
  ASSERT_EQ(site.page_groups.size(), 1u);
  EXPECT_EQ(site.page_groups[0].name, "Lesson player");
  EXPECT_THAT(site.page_groups[0].pages, ElementsAre("/courses/*/lessons/*"));
  ASSERT_EQ(site.stages.size(), 2u);
  EXPECT_EQ(site.stages[0].stage, "decision");
  EXPECT_THAT(site.stages[0].pages, ElementsAre("/pricing", "/plans/**"));
  ASSERT_EQ(site.conversions.size(), 1u);
  EXPECT_EQ(site.conversions[0].submit, "form.newsletter");
  EXPECT_THAT(site.checkout_hosts, ElementsAre("pay.example.com", "pay.example.com:8443"));
  EXPECT_EQ(site.budgets.script_bytes, 350'000u);
  EXPECT_EQ(site.budgets.third_party_script_bytes, 0u);
  EXPECT_EQ(site.budgets.third_party_style_bytes, 1u);
}

TEST(SiteSettingsTest, NamesTheLineAndWhatWouldBeRight) {
  EXPECT_THAT(ErrorOf("    journeys:\n      - name: pay ment\n        steps: [{name: a}]\n"),
              HasSubstr("paceline.yaml:4: 'name': 'pay ment' is no name"));
  EXPECT_THAT(ErrorOf("    journeys:\n      - name: payment\n"),
              HasSubstr("paceline.yaml:4: journey 'payment' needs 'steps'"));
  EXPECT_THAT(ErrorOf("    journeys:\n      - name: payment\n        step: []\n"),
              HasSubstr("paceline.yaml:5: unknown 'step'; there are name"));
  EXPECT_THAT(ErrorOf("    journeys:\n      - name: p\n        target_ms: soon\n"),
              HasSubstr("paceline.yaml:5: 'target_ms': 'soon' is not a whole number"));
  EXPECT_THAT(ErrorOf("    journeys:\n      - name: p\n        steps:\n"
                      "          - {name: a, page: checkout}\n"),
              HasSubstr("paceline.yaml:6: 'page': 'checkout' is no page"));
  EXPECT_THAT(ErrorOf("    page_groups:\n      \"\": [/]\n"), HasSubstr("page group"));
  EXPECT_THAT(ErrorOf("    page_groups:\n      Checkout: [checkout]\n"), HasSubstr("is no page"));
  EXPECT_THAT(ErrorOf("    stages:\n      desire: [/]\n"),
              HasSubstr("paceline.yaml:4: 'desire' is no stage"));
  EXPECT_THAT(ErrorOf("    conversions:\n      - {type: email_signup}\n"),
              HasSubstr("paceline.yaml:4: conversion 'email_signup' needs a 'page'"));
  EXPECT_THAT(ErrorOf("    checkout_hosts: [\"https://pay.example.com/\"]\n"),
              HasSubstr("paceline.yaml:3: 'https://pay.example.com/' is no host"));
  EXPECT_THAT(ErrorOf("    budgets: 350000\n"), HasSubstr("'budgets' is a mapping"));
  EXPECT_THAT(ErrorOf("    budgets:\n      scripts: 1\n"),
              HasSubstr("paceline.yaml:4: unknown 'scripts'; there are script_bytes"));
  EXPECT_THAT(ErrorOf("    budgets:\n      style_bytes: 0\n"),
              HasSubstr("'0' is not a whole number from 1"));
  EXPECT_THAT(ErrorOf("    journeys: payment\n"), HasSubstr("'journeys' is a list"));
  EXPECT_THAT(ErrorOf("    journey: []\n"), HasSubstr("did you mean 'journeys'?"));
}

TEST(SiteSettingsTest, RefusesTheSameNameTwice) {
  EXPECT_THAT(ErrorOf("    journeys:\n      - {name: p, steps: [{name: a}]}\n"
                      "      - {name: p, steps: [{name: a}]}\n"),
              HasSubstr("journey 'p' is listed twice"));
  EXPECT_THAT(ErrorOf("    journeys:\n      - {name: p, steps: [{name: a}, {name: a}]}\n"),
              HasSubstr("step 'a' is listed twice"));
}

TEST(SiteSettingsTest, C16HasStagesForSitesThatNameNone) {
  std::vector<std::string> stages;
  for (const SiteStage& stage : DefaultStages()) {
    stages.push_back(stage.stage);
    EXPECT_FALSE(stage.pages.empty());
  }
  EXPECT_THAT(stages, testing::UnorderedElementsAre("awareness", "consideration", "decision",
                                                    "conversion"));
}

}  // namespace
}  // namespace paceline::config
