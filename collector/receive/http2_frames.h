// Pure rules over the frames of an HTTP/2 connection (RFC 9113), seen from outside: by their
// headers alone. What they carry is passed over.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace paceline::receive {

// What the sender says before its first frame: "PRI * HTTP/2.0 …".
inline constexpr size_t kHttp2PrefaceBytes = 24;
// The other side is told to be calm and ends (section 6.8): GOAWAY, every stream may have been
// seen.
inline constexpr std::string_view kHttp2Calm("\0\0\x8\x7\0\0\0\0\0\x7f\xff\xff\xff\0\0\0\xb", 17);

struct Http2Frame {
  enum Type : uint8_t {
    kData = 0,
    kHeaders = 1,
    kPriority = 2,
    kRstStream = 3,
    kSettings = 4,
    kPing = 6,
    kWindowUpdate = 8,
    kContinuation = 9,
  };
  // Of DATA: the call's last. Of SETTINGS and PING, the same bit: an answer.
  static constexpr uint8_t kEndStreamOrAck = 1;

  uint32_t length = 0;
  uint8_t type = kData;
  uint8_t flags = 0;
};

// Finds the frames of one direction, in whatever pieces its bytes come.
class Http2Follower {
 public:
  // `preface_bytes` stand before the first frame.
  explicit Http2Follower(size_t preface_bytes) : skip_(preface_bytes) {}

  // Calls `on_frame` with each frame whose header ends in `bytes`, until it returns false. False
  // when it did.
  template <typename OnFrame>
  bool Follow(std::string_view bytes, const OnFrame& on_frame) {
    while (!bytes.empty()) {
      const bool in_header = skip_ == 0;
      const size_t taken = std::min(in_header ? kHeaderBytes - header_bytes_ : skip_, bytes.size());
      if (in_header) {
        std::copy_n(bytes.data(), taken, header_.data() + header_bytes_);
        header_bytes_ += taken;
      } else {
        skip_ -= taken;
      }
      bytes.remove_prefix(taken);
      if (header_bytes_ < kHeaderBytes) continue;
      const Http2Frame frame = Frame();
      skip_ = frame.length;
      header_bytes_ = 0;
      if (!on_frame(frame)) return false;
    }
    return true;
  }

  // Whether another frame could begin here.
  bool IsBetweenFrames() const { return skip_ == 0 && header_bytes_ == 0; }

 private:
  static constexpr size_t kHeaderBytes = 9;

  Http2Frame Frame() const {
    const auto byte = [this](size_t i) { return static_cast<uint8_t>(header_[i]); };
    const uint32_t length = uint32_t{byte(0)} << 16 | uint32_t{byte(1)} << 8 | byte(2);
    return {length, byte(3), byte(4)};
  }

  size_t skip_;
  std::array<char, kHeaderBytes> header_{};
  size_t header_bytes_ = 0;
};

// So many at once, and so many more a second.
class Allowance {
 public:
  Allowance(uint64_t burst, uint64_t per_second)
      : most_(burst * 1000), per_second_(per_second), left_(most_) {}

  // False when nothing is left. A clock that goes back gives nothing.
  bool Take(uint64_t now_ms) {
    if (now_ms > seen_ms_) left_ += std::min((now_ms - seen_ms_) * per_second_, most_ - left_);
    seen_ms_ = now_ms;
    if (left_ < 1000) return false;
    left_ -= 1000;
    return true;
  }

 private:
  const uint64_t most_;
  const uint64_t per_second_;
  // In thousandths, which is what one a second adds in a millisecond.
  uint64_t left_;
  uint64_t seen_ms_ = 0;
};

// A frame that makes work and carries nothing. HEADERS begin a call, which gRPC counts;
// WINDOW_UPDATE and what answers the server cost next to nothing.
inline bool IsChatter(const Http2Frame& frame) {
  const bool flag = (frame.flags & Http2Frame::kEndStreamOrAck) != 0;
  switch (frame.type) {
    case Http2Frame::kData:
      return frame.length == 0 && !flag;
    case Http2Frame::kSettings:
    case Http2Frame::kPing:
      return !flag;
    case Http2Frame::kHeaders:
    case Http2Frame::kRstStream:
    case Http2Frame::kWindowUpdate:
      return false;
    default:
      return true;
  }
}

}  // namespace paceline::receive
