// docs/settings.md and the example paceline.yaml, from the table.
#pragma once

#include <string>

namespace paceline::config {

// The whole of docs/settings.md.
std::string SettingsMarkdown();

}  // namespace paceline::config
