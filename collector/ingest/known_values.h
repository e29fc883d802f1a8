// Room for the values of a dimension that the site itself names: releases, variants, sources. A
// site that makes one up for each visitor fills its own room, and not the store.
//
// Thread-safe: values that were admitted before cost no lock. Memory is bounded:
// kMaxDimensionValues of kMaxDimensionValueBytes for each dimension of a site.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "collector/ingest/memo.h"

namespace paceline::ingest {

inline constexpr size_t kMaxDimensionValues = 100;
// A longer value is cut, at a character's boundary.
inline constexpr size_t kMaxDimensionValueBytes = 64;
// What comes when there is no more room.
inline constexpr std::string_view kOtherValue = "other";

class KnownValues {
 public:
  // `value` as long as there is room, then kOtherValue; empty stays empty.
  std::string Admit(std::string_view site, std::string_view dimension, std::string_view value);

  // Makes a value of an earlier run known, so that a restart does not give its room to others.
  void Remember(std::string_view site, std::string_view dimension, std::string_view value);

 private:
  using Place = std::pair<std::string, std::string>;

  std::string Decide(std::string_view site, std::string_view dimension, std::string_view value);

  const uint64_t seed_ = RandomSeed();
  std::mutex mutex_;
  std::map<Place, std::set<std::string, std::less<>>> values_;
};

}  // namespace paceline::ingest
