#include "collector/ingest/known_values.h"

#include <mutex>

namespace paceline::ingest {
namespace {

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string_view Cut(std::string_view value) {
  if (value.size() <= kMaxDimensionValueBytes) return value;
  size_t end = kMaxDimensionValueBytes;
  while (end > 0 && ContinuesCharacter(value[end])) --end;
  return value.substr(0, end);
}

}  // namespace

std::string KnownValues::Admit(std::string_view site, std::string_view dimension,
                               std::string_view value) {
  if (value.empty()) return {};
  const std::string_view cut = Cut(value);
  const Place place(site, dimension);
  {
    const std::shared_lock lock(mutex_);
    const auto known = values_.find(place);
    if (known != values_.end()) {
      if (known->second.contains(cut)) return std::string(cut);
      if (known->second.size() >= kMaxDimensionValues) return std::string(kOtherValue);
    }
  }
  const std::unique_lock lock(mutex_);
  auto& known = values_[place];
  if (known.size() >= kMaxDimensionValues && !known.contains(cut)) return std::string(kOtherValue);
  return *known.emplace(cut).first;
}

void KnownValues::Remember(std::string_view site, std::string_view dimension,
                           std::string_view value) {
  if (value.empty() || value == kOtherValue) return;
  Admit(site, dimension, value);
}

}  // namespace paceline::ingest
