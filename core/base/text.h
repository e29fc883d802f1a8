// The few things that the core does with texts besides comparing them: std::string_view's own
// functions for them are several times as large, and there are more of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace paceline::core {

// What stands before the first of these characters; all of it when there is none.
std::string_view UpTo(std::string_view text, std::string_view characters);

// Where `part` begins; std::string_view::npos when it is not there.
size_t Find(std::string_view text, std::string_view part);

// Number from 1 of a name among `names`, which are divided by commas; 0 when it is none of them.
// `names` end with a comma.
uint32_t NumberAmong(std::string_view names, std::string_view name);

}  // namespace paceline::core
