#include "core/behavior/error_fingerprint.h"

#include <cstddef>

#include "core/base/text.h"

namespace paceline::core {
namespace {

constexpr std::string_view kScheme = "://";
constexpr char kReplaced = '0';
constexpr size_t kNone = std::string_view::npos;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
size_t WordLength(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && IsWord(text[length])) ++length;
  return length;
}

std::string_view AddressIn(std::string_view text) { return UpTo(text, " )>,\"'`"); }

// "https://host/app.js?v=1:10:5" without what is behind its path.
std::string_view PathOf(std::string_view address) {
  address = UpTo(address, "?#");
  while (!address.empty() && (IsDigit(address.back()) || address.back() == ':')) {
    address.remove_suffix(1);
  }
  return address;
}

class Hasher {
 public:
  void Add(char c) { hash_ = (hash_ ^ static_cast<uint8_t>(c)) * 16777619u; }
  void Add(std::string_view text) {
    for (const char c : text) Add(c);
  }

  // A word, or, when it has a digit, what stands for all of those. Takes it off `text`.
  void AddWord(std::string_view* text) {
    const std::string_view word = text->substr(0, WordLength(*text));
    text->remove_prefix(word.size());
    for (const char c : word) {
      if (IsDigit(c)) return Add(kReplaced);
    }
    Add(word);
  }

  void AddWords(std::string_view text) {
    while (!text.empty()) {
      if (IsWord(text.front())) {
        AddWord(&text);
      } else {
        Add(text.front());
        text.remove_prefix(1);
      }
    }
    Add('\n');
  }

  // Apostrophes quote nothing: a quote begins behind something else than a word, and has an end.
  void AddMessage(std::string_view text) {
    char before = ' ';
    while (!text.empty()) {
      const char c = text.front();
      const bool quotes = IsQuote(c) && !IsWord(before);
      const size_t end = quotes ? 1 + UpTo(text.substr(1), {&c, 1}).size() : text.size();
      if (end < text.size()) {
        Add(c);
        text.remove_prefix(end + 1);
      } else if (IsWord(c) && text.substr(WordLength(text)).starts_with(kScheme)) {
        Add(kScheme);
        text.remove_prefix(AddressIn(text).size());
      } else if (IsWord(c)) {
        AddWord(&text);
      } else {
        Add(c);
        text.remove_prefix(1);
      }
      before = c;
    }
    Add('\n');
  }

  uint32_t hash() const { return hash_; }

 private:
  uint32_t hash_ = 2166136261u;
};

// The first line of the stack that names a file: "    at pay
// (https://host/app.js:10:5)", or "pay@https://host/app.js:10:5".
std::string_view TopmostPlace(std::string_view stack) {
  while (!stack.empty()) {
    const std::string_view line = UpTo(stack, "\n");
    const bool is_place = Find(line, "@") != kNone || Find(line.substr(0, 7), "at ") != kNone;
    if (is_place && Find(line, kScheme) != kNone) return line;
    stack.remove_prefix(line.size() < stack.size() ? line.size() + 1 : stack.size());
  }
  return {};
}

}  // namespace

uint32_t FingerprintOf(std::string_view name, std::string_view message, std::string_view stack,
                       std::string_view source) {
  Hasher hasher;
  hasher.AddWords(name);
  hasher.AddMessage(message);
  std::string_view place = TopmostPlace(stack);
  if (place.empty()) place = source;
  // The scheme's own word belongs to the address.
  size_t address = Find(place, kScheme);
  if (address == kNone) address = 0;
  while (address > 0 && IsWord(place[address - 1])) --address;
  std::string_view function = place.substr(0, address);
  while (!function.empty() && function.front() == ' ') function.remove_prefix(1);
  hasher.AddWords(function);
  place.remove_prefix(address);
  hasher.AddWords(PathOf(AddressIn(place)));
  return hasher.hash();
}

}  // namespace paceline::core
