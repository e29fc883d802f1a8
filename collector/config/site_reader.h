// Reads what a site says of itself from YAML. Used by load_settings.cc only.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "collector/config/settings.h"

namespace paceline::config {

// Of a journey, and of a site.
inline constexpr size_t kMaxJourneySteps = 32;
inline constexpr size_t kMaxListedPerSite = 64;

class SiteReader {
 public:
  // Names the file and the line of `node`.
  using MakeError = std::function<absl::Status(const YAML::Node& node, absl::string_view message)>;

  SiteReader(MakeError error, Site* site) : error_(std::move(error)), site_(site) {}

  // The fields that it reads.
  static const std::vector<std::string_view>& Fields();
  // `name` is one of Fields.
  absl::Status Read(std::string_view name, const YAML::Node& value);

 private:
  absl::Status ReadJourneys(const YAML::Node& list);
  absl::Status ReadJourney(const YAML::Node& item);
  absl::Status ReadStep(const YAML::Node& item, SiteJourney* journey);
  absl::Status ReadPageGroups(const YAML::Node& map);
  absl::Status ReadStages(const YAML::Node& map);
  absl::Status ReadPages(const YAML::Node& list, const std::string& name,
                         std::vector<std::string>* pages) const;
  absl::Status ReadConversions(const YAML::Node& list);
  absl::Status ReadConversion(const YAML::Node& item);
  absl::Status ReadCheckoutHosts(const YAML::Node& list);
  absl::Status ReadBudgets(const YAML::Node& map);

  absl::Status CheckList(const YAML::Node& list, std::string_view what, size_t limit,
                         std::string_view example) const;

  const MakeError error_;
  Site* const site_;
};

}  // namespace paceline::config
