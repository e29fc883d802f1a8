// Second copies of what no journey can give back: the installation's secret, who was erased, what
// retention has dropped, which records were lost, and how far the views are complete.
//
// They stand in a family of their own (`seen`), and so in other tables, and are written together
// with the first by RocksKeyValue::Write. A table that is damaged takes one of the two.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "collector/store/key_value.h"

namespace paceline::store {

// Whether the entry of `meta` has a copy.
bool HasCopy(std::string_view meta_key);
// Where in kSeen that stands.
std::string CopyKey(std::string_view meta_key);

// After damage: entries of `meta` that are gone and have a copy are written again.
absl::Status RestoreFromCopies(KeyValue* disk);
// Makes the copies what `meta` is: of directories from before there were any, or that lost some.
absl::Status CompleteCopies(KeyValue* disk);

}  // namespace paceline::store
