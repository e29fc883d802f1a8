#include "collector/ingest/geography.h"

#include <maxminddb.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"

namespace paceline::ingest {
namespace {

// An IPv4 address that came to an IPv6 socket. Not every database repeats its IPv4 networks there.
constexpr std::string_view kMappedIpv4 = "::ffff:";

// The longest name of a region has half of it.
constexpr size_t kMaxRegionBytes = 60;

// The text on that path through the entry; empty when there is none.
template <typename... Path>
std::string TextAt(MMDB_entry_s entry, Path... path) {
  MMDB_entry_data_s data = {};
  const int found = MMDB_get_value(&entry, &data, path..., nullptr);
  if (found != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return std::string(data.utf8_string, data.data_size);
}

bool IsCountryCode(std::string_view code) {
  return code.size() == 2 && std::all_of(code.begin(), code.end(),
                                         [](unsigned char c) { return absl::ascii_isupper(c); });
}

}  // namespace

struct Geography::Database {
  MMDB_s file = {};
  ~Database() { MMDB_close(&file); }
};

Geography::Geography(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Geography::~Geography() = default;

absl::StatusOr<std::unique_ptr<Geography>> Geography::Open(const std::string& path) {
  MMDB_s file = {};
  const int opened = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file);
  if (opened != MMDB_SUCCESS) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no geography database: ", MMDB_strerror(opened),
                     "; geo.database names a file in MaxMind's format, with countries or cities"));
  }
  auto database = std::make_unique<Database>();
  database->file = file;
  return std::unique_ptr<Geography>(new Geography(std::move(database)));
}

Place Geography::Find(const std::string& address) const {
  const bool mapped = address.starts_with(kMappedIpv4) && address.find('.') != std::string::npos;
  const char* text = address.c_str() + (mapped ? kMappedIpv4.size() : 0);
  int no_address = 0;
  int unreadable = MMDB_SUCCESS;
  MMDB_lookup_result_s found = MMDB_lookup_string(&database_->file, text, &no_address, &unreadable);
  if (no_address != 0 || unreadable != MMDB_SUCCESS || !found.found_entry) return {};

  Place place;
  place.country = TextAt(found.entry, "country", "iso_code");
  if (!IsCountryCode(place.country)) return {};
  std::string region = TextAt(found.entry, "subdivisions", "0", "iso_code");
  if (region.empty()) region = TextAt(found.entry, "subdivisions", "0", "names", "en");
  if (!region.empty() && region.size() <= kMaxRegionBytes && core::IsValidUtf8(region)) {
    place.region = absl::StrCat(place.country, "-", region);
  }
  return place;
}

}  // namespace paceline::ingest
