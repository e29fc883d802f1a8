// What a site says of itself in the settings: its journeys, stages, conversions and checkouts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace paceline::config {

// A step is complete when a page that fits `page` is opened, or something that `click` (a CSS
// selector) selects is clicked; without either, when the site's own code says so.
struct SiteJourneyStep {
  std::string name;
  std::string page;
  std::string click;
};

struct SiteJourney {
  std::string name;
  uint32_t version = 1;
  // 0: none.
  uint64_t target_ms = 0;
  std::vector<SiteJourneyStep> steps;
};

// Pages that are shown as one, by the name that the site gives them.
struct SitePageGroup {
  std::string name;
  // As those of a stage.
  std::vector<std::string> pages;
};

struct SiteStage {
  std::string stage;
  // The first stage with a page that fits wins: "*" stands for anything but a slash, "**" for
  // anything.
  std::vector<std::string> pages;
};

// A conversion that is recognised by itself: by the page that is opened, the element that is
// clicked, or the form that is sent.
struct SiteConversion {
  std::string type;
  std::string page;
  std::string click;
  std::string submit;
};

// What scripts and styles of a page may weigh together, decoded bytes: the site's own, and those of
// others. 0: no budget.
struct SiteBudgets {
  uint64_t script_bytes = 0;
  uint64_t third_party_script_bytes = 0;
  uint64_t style_bytes = 0;
  uint64_t third_party_style_bytes = 0;
};

// Of sites that say nothing of stages.
const std::vector<SiteStage>& DefaultStages();

}  // namespace paceline::config
