#include "collector/query/request.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/store/rollup_slices.h"

namespace paceline::query {
namespace {

constexpr uint32_t kDefaultLimit = 100;
constexpr uint32_t kMaxLimit = 1'000;
constexpr size_t kSessionIdDigits = 32;

// The dimension's name in the rollups' table; empty when unknown.
std::string DimensionName(v1::Dimension dimension) {
  if (dimension == v1::DIMENSION_UNSPECIFIED || !v1::Dimension_IsValid(dimension)) return {};
  constexpr size_t kPrefix = sizeof("DIMENSION_") - 1;
  return absl::AsciiStrToLower(v1::Dimension_Name(dimension).substr(kPrefix));
}

}  // namespace

absl::Status CheckSite(const std::string& site, const std::vector<std::string>& sites) {
  if (std::find(sites.begin(), sites.end(), site) != sites.end()) return absl::OkStatus();
  const std::string known = absl::StrCat("known sites: ", absl::StrJoin(sites, ", "));
  if (site.empty()) return absl::InvalidArgumentError(absl::StrCat("site is required; ", known));
  return absl::NotFoundError(absl::StrCat("there is no site \"", site, "\"; ", known));
}

absl::StatusOr<uint32_t> ParseLimit(uint32_t limit) {
  if (limit == 0) return kDefaultLimit;
  if (limit <= kMaxLimit) return limit;
  return absl::InvalidArgumentError(
      absl::StrCat("limit is ", limit, "; 1 to ", kMaxLimit, " are possible"));
}

absl::StatusOr<store::Slice> ParseSlice(const std::string& page_group, v1::Dimension dimension,
                                        const std::string& dimension_value) {
  store::Slice slice;
  if (!page_group.empty()) slice = {std::string(store::kPageSlice), page_group};
  if (dimension == v1::DIMENSION_UNSPECIFIED) {
    if (dimension_value.empty()) return slice;
    return absl::InvalidArgumentError(
        "dimension_value needs a dimension, such as DIMENSION_DEVICE_TYPE");
  }
  const std::string name = DimensionName(dimension);
  if (name.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("dimension ", static_cast<int>(dimension),
                                                   " is unknown; see Dimension in query.proto"));
  }
  if (dimension_value.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("dimension ", v1::Dimension_Name(dimension),
                                                   " needs a dimension_value, such as \"phone\""));
  }
  if (page_group.empty()) return store::Slice{name, dimension_value};
  slice.dimension.append("+").append(name);
  slice.value += store::kSliceValueSeparator;
  slice.value += dimension_value;
  return slice;
}

absl::StatusOr<std::string> ParseSessionId(const std::string& hex) {
  const bool digits = std::all_of(hex.begin(), hex.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (hex.size() != kSessionIdDigits || !digits) {
    return absl::InvalidArgumentError(
        "session_id must be 32 hexadecimal digits, as the list of sessions gives them");
  }
  return absl::HexStringToBytes(hex);
}

std::string ToHex(const std::string& bytes) { return absl::BytesToHexString(bytes); }

}  // namespace paceline::query
