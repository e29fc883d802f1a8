#include "collector/ingest/page_grouper.h"

#include <algorithm>
#include <mutex>

namespace paceline::ingest {
namespace {

constexpr size_t kHexIdLength = 8;
constexpr std::string_view kId = ":id";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }

// Lower case in ASCII only: the bytes of other characters stay as they are.
std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsId(std::string_view segment) {
  if (segment.find(":token") != std::string_view::npos) return true;
  if (segment.find(":email") != std::string_view::npos) return true;
  if (std::all_of(segment.begin(), segment.end(), IsDigit)) return true;
  // Words such as "defaced" are hexadecimal too; one of eight letters without a digit is rather a
  // word.
  return segment.size() >= kHexIdLength && std::all_of(segment.begin(), segment.end(), IsHex) &&
         std::any_of(segment.begin(), segment.end(), IsDigit);
}

}  // namespace

std::string NormalizePath(std::string_view path) {
  if (const size_t scheme = path.find("://"); scheme != std::string_view::npos) {
    const size_t slash = path.find('/', scheme + 3);
    path = slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
  }
  path = path.substr(0, path.find_first_of("?#"));
  if (path.empty() || path.front() != '/') return std::string(kUnknownPageGroup);
  const std::string lower = LowerCase(path);
  std::string group;
  for (size_t at = 1; at <= lower.size();) {
    const size_t end = std::min(lower.find('/', at), lower.size());
    const std::string_view segment = std::string_view(lower).substr(at, end - at);
    const bool last = end == lower.size();
    at = end + 1;
    if (segment.empty()) continue;
    if (last && (segment == "index.html" || segment == "index.htm")) continue;
    group += '/';
    group.append(IsId(segment) ? kId : segment);
  }
  if (group.empty()) return "/";
  return group.size() > kMaxPageGroupBytes ? std::string(kOtherPageGroup) : group;
}

std::string PageGrouper::Group(std::string_view site, std::string_view path) {
  return Admit(site, NormalizePath(path));
}

std::string PageGrouper::GroupNamed(std::string_view site, std::string_view name) {
  const bool fits = name.size() <= kMaxPageGroupBytes;
  return Admit(site, std::string(fits ? name : kOtherPageGroup));
}

std::string PageGrouper::Admit(std::string_view site, std::string group) {
  if (group == kOtherPageGroup || group == kUnknownPageGroup) return group;
  {
    const std::shared_lock lock(mutex_);
    if (const auto known = groups_.find(site); known != groups_.end()) {
      if (known->second.contains(group)) return group;
      if (known->second.size() >= kMaxPageGroups) return std::string(kOtherPageGroup);
    }
  }
  const std::unique_lock lock(mutex_);
  auto& known = groups_[std::string(site)];
  if (known.size() >= kMaxPageGroups && !known.contains(group)) return std::string(kOtherPageGroup);
  known.insert(group);
  return group;
}

void PageGrouper::Remember(std::string_view site, std::string_view group) {
  if (group.empty() || group == kOtherPageGroup || group == kUnknownPageGroup) return;
  const std::unique_lock lock(mutex_);
  auto& known = groups_[std::string(site)];
  if (known.size() < kMaxPageGroups) known.insert(std::string(group));
}

}  // namespace paceline::ingest
