// What requests have in common, checked; errors say what would be right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// InvalidArgument when empty, NotFound when unknown.
absl::Status CheckSite(const std::string& site, const std::vector<std::string>& sites);

// 0: 100. InvalidArgument above 1,000.
absl::StatusOr<uint32_t> ParseLimit(uint32_t limit);

// The slice of the rollups that a page group and a dimension's value ask for; both may be absent.
// InvalidArgument when one of dimension and dimension_value is there without the other, or the
// dimension is unknown.
absl::StatusOr<store::Slice> ParseSlice(const std::string& page_group, v1::Dimension dimension,
                                        const std::string& dimension_value);

// The 16 bytes of 32 hexadecimal digits. InvalidArgument otherwise.
absl::StatusOr<std::string> ParseSessionId(const std::string& hex);

// Lower-case hexadecimal digits.
std::string ToHex(const std::string& bytes);

}  // namespace paceline::query
