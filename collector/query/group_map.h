// Groups by name, with a bound on how many. Used by the questions that group events.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collector/query/event_scan.h"

namespace paceline::query {

inline constexpr double kMicroPerUnit = 1e6;

// "a\nb": texts on the wire hold no control characters.
inline std::string KeyOf(const std::string& a, const std::string& b) { return a + '\n' + b; }

template <typename Group>
class GroupMap {
 public:
  // The group of `key`; null when there is no room for another.
  Group* Find(const std::string& key) {
    const auto found = groups_.find(key);
    if (found != groups_.end()) return &found->second;
    if (groups_.size() >= kMaxGroups) {
      overflowed_ = true;
      return nullptr;
    }
    return &groups_[key];
  }

  bool overflowed() const { return overflowed_; }

  // The `limit` first by `rank`, largest first.
  template <typename Rank>
  std::vector<std::pair<const std::string*, Group*>> Largest(size_t limit, Rank rank) {
    std::vector<std::pair<const std::string*, Group*>> all;
    for (auto& [key, group] : groups_) all.emplace_back(&key, &group);
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
      return rank(*a.second) > rank(*b.second);
    });
    if (all.size() > limit) all.resize(limit);
    return all;
  }

 private:
  std::map<std::string, Group> groups_;
  bool overflowed_ = false;
};

// What a page view has to be of: any page when `page_group` is empty.
inline bool IsOfPage(const v1::PageViewFact& fact, const std::string& page_group) {
  return page_group.empty() || fact.dimensions().page_group() == page_group;
}

// From and to, of every answer.
template <typename Response>
void SetRange(const TimeRange& range, Response* response) {
  response->set_from_unix_ms(static_cast<double>(range.from_unix_ms));
  response->set_to_unix_ms(static_cast<double>(range.to_unix_ms));
}

}  // namespace paceline::query
