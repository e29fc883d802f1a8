// Whether bytes are an EntryBatch. For batches that others have made: the page's own core takes
// those of its own JavaScript as they are, which saves its visitors this code.
#pragma once

#include <string_view>

namespace paceline::core {

// False for what is not protobuf, or has a field of another wire type in the place of a string or
// an entry; an id of the wrong length; a site's key that is empty or too long; too many strings, or
// one that is not UTF-8; a reference outside their table; a score of a layout shift that is none.
bool IsEntryBatch(std::string_view bytes);

}  // namespace paceline::core
