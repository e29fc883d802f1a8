#include "collector/ingest/known_values.h"

namespace paceline::ingest {
namespace {

// 1024 values for each thread.
constexpr int kMemoBits = 10;

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string_view Cut(std::string_view value) {
  if (value.size() <= kMaxDimensionValueBytes) return value;
  size_t end = kMaxDimensionValueBytes;
  while (end > 0 && ContinuesCharacter(value[end])) --end;
  return value.substr(0, end);
}

}  // namespace

// A decision is for good: what was admitted stays so, and a dimension that is full stays full.
std::string KnownValues::Admit(std::string_view site, std::string_view dimension,
                               std::string_view value) {
  if (value.empty()) return {};
  thread_local Memo<std::string> memo(kMemoBits);
  const uint64_t hash = HashOf(value, HashOf(dimension, HashOf(site, seed_)));
  return memo.Of(hash, [&] { return Decide(site, dimension, value); });
}

std::string KnownValues::Decide(std::string_view site, std::string_view dimension,
                                std::string_view value) {
  const std::string_view cut = Cut(value);
  const std::lock_guard lock(mutex_);
  auto& known = values_[Place(site, dimension)];
  if (known.contains(cut)) return std::string(cut);
  if (known.size() >= kMaxDimensionValues) return std::string(kOtherValue);
  return *known.emplace(cut).first;
}

void KnownValues::Remember(std::string_view site, std::string_view dimension,
                           std::string_view value) {
  if (value.empty() || value == kOtherValue) return;
  Admit(site, dimension, value);
}

}  // namespace paceline::ingest
