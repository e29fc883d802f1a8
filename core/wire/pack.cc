#include "core/wire/pack.h"

#include <algorithm>
#include <cstring>

namespace paceline::core {
namespace {

constexpr size_t kWindow = 2048;
constexpr size_t kHashes = 1024;
constexpr size_t kMinMatch = 3;
// Numbers up to these stand in the match itself.
constexpr size_t kLongMatch = 7;
constexpr size_t kManyLiterals = 3;
// So that a text that repeats itself is not slow.
constexpr int kMaxTries = 64;

struct Match {
  size_t distance = 0;
  size_t length = 0;
};

// Finds what has been there before, in the window.
class Matcher {
 public:
  explicit Matcher(std::string_view text) : text_(text) {}

  // Remembers a place, for later ones.
  void Add(size_t at) {
    if (at + kMinMatch > text_.size()) return;
    uint32_t& last = last_[Hash(at)];
    before_[at % kWindow] = last;
    last = static_cast<uint32_t>(at + 1);
  }

  // The longest match; the nearest of several.
  Match Find(size_t at) const {
    Match found;
    if (at + kMinMatch > text_.size()) return found;
    size_t next = last_[Hash(at)];
    for (int tries = 0; next != 0 && tries < kMaxTries; ++tries) {
      const size_t candidate = next - 1;
      if (at - candidate >= kWindow) break;
      size_t length = 0;
      while (at + length < text_.size() && text_[candidate + length] == text_[at + length])
        ++length;
      if (length > found.length) found = {at - candidate, length};
      next = before_[candidate % kWindow];
    }
    if (found.length < kMinMatch) found = {};
    return found;
  }

 private:
  size_t Hash(size_t at) const {
    const auto byte = [&](size_t index) { return static_cast<uint8_t>(text_[at + index]); };
    return (byte(0) ^ byte(1) << 3 ^ byte(2) << 6) % kHashes;
  }

  std::string_view text_;
  // Places, plus 1: the last one of each hash, and the one of the same hash before a place.
  uint32_t last_[kHashes] = {};
  uint32_t before_[kWindow] = {};
};

void PutVarint(size_t value, Bytes* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

void PutSequence(const Match& match, std::string_view literals, Bytes* out) {
  if (match.length == 0) {
    PutVarint(literals.size(), out);
  } else {
    const size_t length = match.length - kMinMatch;
    const size_t head = match.distance << 5 | std::min(length, kLongMatch) << 2 |
                        std::min(literals.size(), kManyLiterals);
    out->push_back(static_cast<char>(head));
    out->push_back(static_cast<char>(head >> 8));
    if (length >= kLongMatch) PutVarint(length - kLongMatch, out);
    if (literals.size() >= kManyLiterals) PutVarint(literals.size() - kManyLiterals, out);
  }
  out->Append(literals);
}

// Reads what Pack has written. Behind the end there are zeros, and `is_short` says so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool is_short() const { return is_short_; }
  bool AtEnd() const { return bytes_.empty(); }

  uint8_t Byte() {
    if (bytes_.empty()) {
      is_short_ = true;
      return 0;
    }
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  // Of 32 bits at most.
  size_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const uint64_t byte = Byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return static_cast<size_t>(std::min<uint64_t>(value, UINT32_MAX));
  }

  // Bytes, and how many can be read from where they begin.
  struct Run {
    const char* bytes;
    size_t size;
    size_t readable;
  };
  Run Bytes(size_t length) {
    const size_t readable = bytes_.size();
    if (length > readable) is_short_ = true;
    const Run run{bytes_.data(), std::min(length, readable), readable};
    bytes_.remove_prefix(run.size);
    return run;
  }

 private:
  std::string_view bytes_;
  bool is_short_ = false;
};

// Bytes that are copied at once, for most runs are shorter; behind the text there is room for them.
constexpr size_t kCopyBytes = 16;

// The text as it grows: the dictionary, and what has been unpacked.
class Output {
 public:
  // `max_size`: what will not be exceeded.
  Output(std::string_view dictionary, size_t expected_size, size_t max_size, std::string* text)
      : text_(*text), size_(dictionary.size()), max_size_(max_size) {
    text_.resize(expected_size + kCopyBytes);
    std::memcpy(text_.data(), dictionary.data(), size_);
  }

  size_t size() const { return size_; }

  // `bytes` and what is readable behind them.
  void Append(Reader::Run run) {
    MakeRoom(run.size);
    char* const to = text_.data() + size_;
    if (run.size <= kCopyBytes && run.readable >= kCopyBytes) {
      std::memcpy(to, run.bytes, kCopyBytes);
    } else {
      std::memcpy(to, run.bytes, run.size);
    }
    size_ += run.size;
  }

  // A match is a copy within the text, and may copy what it has made itself.
  void Repeat(size_t distance, size_t length) {
    MakeRoom(length);
    char* const to = text_.data() + size_;
    const char* const from = to - distance;
    if (distance >= kCopyBytes) {
      for (size_t i = 0; i < length; i += kCopyBytes) std::memcpy(to + i, from + i, kCopyBytes);
    } else {
      for (size_t i = 0; i < length; ++i) to[i] = from[i];
    }
    size_ += length;
  }

  // Leaves what stands behind the first `begin` bytes.
  void EndFrom(size_t begin) {
    text_.resize(size_);
    text_.erase(0, begin);
  }

 private:
  void MakeRoom(size_t more) {
    const size_t needed = size_ + more + kCopyBytes;
    if (needed <= text_.size()) return;
    text_.resize(std::max(needed, std::min(2 * text_.size(), max_size_ + kCopyBytes)));
  }

  std::string& text_;
  size_t size_;
  const size_t max_size_;
};

UnpackStatus UnpackSequences(Reader reader, size_t max_size, Output* text) {
  text->Append(reader.Bytes(reader.Varint()));
  while (!reader.AtEnd() && text->size() <= max_size) {
    const size_t low = reader.Byte();
    const size_t head = low | size_t{reader.Byte()} << 8;
    const size_t distance = head >> 5;
    size_t length = head >> 2 & kLongMatch;
    if (length == kLongMatch) length += reader.Varint();
    length += kMinMatch;
    size_t literals = head & kManyLiterals;
    if (literals == kManyLiterals) literals += reader.Varint();
    if (reader.is_short() || distance == 0 || distance > text->size())
      return UnpackStatus::kMalformed;
    if (length > max_size - text->size()) return UnpackStatus::kTooLarge;
    text->Repeat(distance, length);
    text->Append(reader.Bytes(literals));
  }
  if (reader.is_short()) return UnpackStatus::kMalformed;
  return text->size() > max_size ? UnpackStatus::kTooLarge : UnpackStatus::kOk;
}

// clang-format off
constexpr char kDictionary[] =
    // Beacon.strings.
    "J\016event-listenerJ\004selfJ\013pointerdownJ\003GETJ\010http/1.1"
    "J\010/images/J\004.jpgJ\017/scripts/app.jsJ\020/styles/main.cssJ\032#main>section>div.card>img"
    "J\005en-USJ\011entryPageJ\001/J\023/courses/index.html"
    // Beacon.context, Beacon.page_views.
    "R!\010\200@\020\010\030\004 2(\220N8\240\013@\204\007H\240\013P\204\007`\001z\002\002\003\200\001\002"
    "Z\004\030\001 \004"
    // Beacon.events: TTFB, FCP and CLS, a sample of memory, a style and an image, a transition, FID,
    // and hiding.
    "b\025\020\220\003\032\020\010\005\020\220\003 \001(\001R\005\010\010(\210\003"
    "b\034\020\320\017\032\027\010\004\020\320\017 \001(\001J\014\010\220\003\020\300\014\030\004 \002(\005"
    "b\006\032\004\010\003 \001"
    "b\021\020\234\030\352\001\013\020\200 \030\200@ \200\200\206\002"
    "b\035\020\364\003\252\001\027\020\005\030\002 \254\002(\354@0\300>8\300>@\001X\010`\310\001"
    "b\036\020\210\004\252\001\030\020\007\030\003 \300\002(\214\327\0030\340\324\0038\340\324\003X\011`\310\001"
    "b\014\342\001\011\020\270\027\030\004 \003(\004"
    "b#\020\250F\032\036\010\006\020\036 \001(\001B\024\010\013\020\014 \036(\0120\310\0018\004@\001H\012X\364\003"
    "b\010\020\240\234\001B\002\010\001";
// clang-format on

}  // namespace

constinit const std::string_view kPackDictionary(kDictionary, sizeof(kDictionary) - 1);

void Pack(std::string_view plain, Bytes* packed) {
  Bytes text(kPackDictionary);
  text.Append(plain);
  Matcher matcher(text);
  size_t at = 0;
  while (at < kPackDictionary.size()) matcher.Add(at++);

  packed->Assign({&kPackedMark, 1});
  Match match;
  size_t literals_begin = at;
  while (true) {
    const Match found = matcher.Find(at);
    const bool at_end = at == text.size();
    if (found.length > 0 || at_end) {
      PutSequence(match, text.view().substr(literals_begin, at - literals_begin), packed);
      match = found;
      literals_begin = at + found.length;
    }
    if (at_end) return;
    for (const size_t end = at + std::max<size_t>(found.length, 1); at < end;) matcher.Add(at++);
  }
}

UnpackStatus Unpack(std::string_view packed, size_t max_bytes, std::string* plain) {
  plain->clear();
  if (!IsPacked(packed)) return UnpackStatus::kMalformed;
  const size_t begin = kPackDictionary.size();
  Output text(kPackDictionary, begin + 2 * packed.size(), begin + max_bytes, plain);
  const UnpackStatus status = UnpackSequences(Reader(packed.substr(1)), begin + max_bytes, &text);
  text.EndFrom(begin);
  if (status != UnpackStatus::kOk) plain->clear();
  return status;
}

}  // namespace paceline::core
