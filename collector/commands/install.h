// `paceline install`: what a site's owner has to put where, for a site and a collector.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/config/settings.h"

namespace paceline::commands {

struct InstallOptions {
  // The site's address: "https://academy.example/".
  std::string site_url;
  // data-site; empty: made from the site's host name.
  std::string key;
  // Where pages reach the collector; empty: the site's own origin, through its proxy.
  std::string endpoint;
};

// An http or https address, taken apart.
struct WebAddress {
  // "https".
  std::string scheme;
  // Without brackets.
  std::string host;
  // "https://academy.example", without a default port.
  std::string origin;
  // "/" or more, without a query.
  std::string path;
};

// InvalidArgument says what would be right.
absl::StatusOr<WebAddress> ParseWebAddress(std::string_view text);

// The name before the top-level domain ("academy" of "www.academy.example") that is a site's key.
std::string KeyOfHost(std::string_view host);

// What to do, step by step. `settings`: of the collector, to say what is missing there.
// InvalidArgument: an option is not as it has to be; says what would be right.
absl::StatusOr<std::string> InstallText(const InstallOptions& options,
                                        const config::Settings& settings);

int RunInstall(const InstallOptions& options, const config::Settings& settings);

}  // namespace paceline::commands
