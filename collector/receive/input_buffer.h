// Inside receive/: bytes that were read and not used yet, in one piece.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace paceline::receive {

class InputBuffer {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  // Room for `size` bytes behind what is there.
  char* Prepare(size_t size) {
    if (capacity_ - end_ < size) Move(size);
    return bytes_.get() + end_;
  }
  // `size` bytes of the prepared room were filled.
  void Commit(size_t size) { end_ += size; }
  void Consume(size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Gives the room back when it is larger than `kept`, and empty.
  void Shrink(size_t kept) {
    if (!empty() || capacity_ <= kept) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
  }

 private:
  void Move(size_t size) {
    const size_t used = end_ - begin_;
    if (used + size <= capacity_) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, used);
    } else {
      std::unique_ptr<char[]> larger(new char[used + size]);
      if (used > 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
      bytes_ = std::move(larger);
      capacity_ = used + size;
    }
    begin_ = 0;
    end_ = used;
  }

  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace paceline::receive
