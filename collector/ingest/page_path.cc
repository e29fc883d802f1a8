#include "collector/ingest/page_path.h"

#include <algorithm>

#include "collector/ingest/page_rules.h"

namespace paceline::ingest {
namespace {

constexpr size_t kHexIdLength = 8;
constexpr size_t kDigitsOfId = 5;
// "2026-11-21"
constexpr std::string_view kDateShape = "dddd-dd-dd";
constexpr long kHyphensOfSlug = 3;

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

bool IsDate(std::string_view segment) {
  return std::equal(segment.begin(), segment.end(), kDateShape.begin(), kDateShape.end(),
                    [](char c, char shape) { return shape == 'd' ? IsDigit(c) : c == shape; });
}

bool HasDigitsInARow(std::string_view segment, size_t count) {
  size_t run = 0;
  for (const char c : segment) {
    run = IsDigit(c) ? run + 1 : 0;
    if (run == count) return true;
  }
  return false;
}

bool IsId(std::string_view segment) {
  if (segment.find(":token") != std::string_view::npos) return true;
  if (segment.find(":email") != std::string_view::npos) return true;
  if (std::all_of(segment.begin(), segment.end(), IsDigit)) return true;
  if (IsDate(segment) || HasDigitsInARow(segment, kDigitsOfId)) return true;
  // Words such as "defaced" are hexadecimal too; one of eight letters without a digit is rather a
  // word.
  return segment.size() >= kHexIdLength && std::all_of(segment.begin(), segment.end(), IsHex) &&
         std::any_of(segment.begin(), segment.end(), IsDigit);
}

bool IsIndex(std::string_view segment) {
  return segment == "index.html" || segment == "index.htm" || segment == "index.php";
}

}  // namespace

bool SplitPath(std::string_view url, std::vector<std::string>* segments) {
  const std::string_view path = PathOf(url);
  if (!path.starts_with('/')) return false;
  const std::string lower = LowerCase(path);
  for (size_t at = 1; at <= lower.size();) {
    const size_t end = std::min(lower.find('/', at), lower.size());
    const std::string_view segment = std::string_view(lower).substr(at, end - at);
    at = end + 1;
    if (segment.empty() || (end == lower.size() && IsIndex(segment))) continue;
    segments->emplace_back(IsId(segment) ? kIdSegment : segment);
  }
  return true;
}

std::string JoinPath(const std::vector<std::string>& segments) {
  if (segments.empty()) return "/";
  std::string path;
  for (const std::string& segment : segments) path.append("/").append(segment);
  return path;
}

bool IsSlug(std::string_view segment) {
  return std::count(segment.begin(), segment.end(), '-') >= kHyphensOfSlug;
}

}  // namespace paceline::ingest
