// Query parameters → a request message, by reflection: every scalar field is a parameter of the
// same name.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "absl/status/status.h"

namespace paceline::api {

// Fills `message` from a raw query string ("site=academy&metric=LCP"). Enums take their full name
// or the part after the type's prefix, in any case. InvalidArgument names the parameter and says
// what would be right.
absl::Status ReadQueryParams(std::string_view query, google::protobuf::Message* message);

}  // namespace paceline::api
