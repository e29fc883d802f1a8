#include "core/base/text.h"

namespace paceline::core {

std::string_view UpTo(std::string_view text, std::string_view characters) {
  size_t length = 0;
  for (; length < text.size(); ++length) {
    for (const char c : characters) {
      if (text[length] == c) return {text.data(), length};
    }
  }
  return text;
}

size_t Find(std::string_view text, std::string_view part) {
  for (size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (std::string_view(text.data() + at, part.size()) == part) return at;
  }
  return std::string_view::npos;
}

uint32_t NumberAmong(std::string_view names, std::string_view name) {
  for (uint32_t number = 1; !names.empty(); ++number) {
    const std::string_view one = UpTo(names, ",");
    if (one == name) return number;
    names.remove_prefix(one.size() + 1);
  }
  return 0;
}

}  // namespace paceline::core
