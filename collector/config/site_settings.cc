#include "collector/config/site_settings.h"

namespace paceline::config {

const std::vector<SiteStage>& DefaultStages() {
  static const auto& stages = *new std::vector<SiteStage>{
      {"conversion",
       {"/booking/**", "/booking", "/checkout**", "/payment**", "/**/confirmation",
        "/confirmation**", "/**/thank-you", "/thank-you**"}},
      {"decision", {"/pricing**", "/consultation**", "/book-a-consultation**", "/testimonials**"}},
      {"consideration", {"/about**", "/services**", "/case-studies**"}},
      {"awareness", {"/", "/blog**", "/resources**"}},
  };
  return stages;
}

}  // namespace paceline::config
