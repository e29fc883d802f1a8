// The latest few of many things: the oldest gives its place to the newest. All zeros at first.
#pragma once

#include <cstddef>
#include <cstdint>

namespace paceline::core {

template <typename T, size_t kSize>
class Ring {
 public:
  void Add(const T& element) { elements_[count_++ % kSize] = element; }

  // In no order; zeros stand for those that have not come yet.
  const T* begin() const { return elements_; }
  const T* end() const { return elements_ + kSize; }

 private:
  T elements_[kSize] = {};
  uint32_t count_ = 0;
};

}  // namespace paceline::core
