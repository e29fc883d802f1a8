// What the views know that is not on disk yet. Plain data: Views guards it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "collector/store/rollup_cell.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

struct Overlay {
  // By FactKey; nullopt: the fact on disk is void (it began at another time, or is no more).
  std::map<std::string, std::optional<v1::PageViewFact>, std::less<>> facts;
  // By SessionKey.
  std::map<std::string, v1::SessionRecord, std::less<>> sessions;
  // By SessionIndexKey; false: the entry on disk is void.
  std::map<std::string, bool, std::less<>> session_index;
  // By ExternalIdKey: the session.
  std::map<std::string, std::string, std::less<>> external_ids;
  // By the minute cell's RollupKey. Hours and days are summed from these when flushed or read.
  std::map<std::string, CellDelta, std::less<>> minutes;

  size_t size() const {
    return facts.size() + sessions.size() + session_index.size() + external_ids.size() +
           minutes.size();
  }
};

}  // namespace paceline::store
