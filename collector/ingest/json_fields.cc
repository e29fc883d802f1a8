#include "collector/ingest/json_fields.h"

namespace paceline::ingest {

Json ParseObject(std::string_view body) {
  bool too_deep = false;
  // What is not kept is not built either.
  const auto keep = [&too_deep](int depth, Json::parse_event_t event, const Json&) {
    const bool begins =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (begins && depth >= kMaxJsonNesting) too_deep = true;
    return !too_deep;
  };
  Json json = Json::parse(body.begin(), body.end(), keep, false);
  // Never copied: that would go as deep as the nesting.
  if (too_deep || !json.is_object()) json = Json();
  return json;
}

std::string TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  // Replaced, not thrown: a number has only ASCII.
  return value.is_number() ? value.dump(-1, ' ', true, Json::error_handler_t::replace) : "";
}

}  // namespace paceline::ingest
