// Bytes that grow: a text or a message that is being written. What std::string is elsewhere, in a
// fraction of its code.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/pod_vector.h"

namespace paceline::core {

class Bytes : public PodVector<char> {
 public:
  Bytes() = default;
  explicit Bytes(std::string_view text) { Append(text); }

  // Valid until the next change.
  std::string_view view() const { return {data(), size()}; }
  operator std::string_view() const { return view(); }  // NOLINT: a text like any other

  // `text` may not be a part of these very bytes.
  void Append(std::string_view text) { append(text.data(), text.size()); }
  void Assign(std::string_view text) {
    clear();
    Append(text);
  }
  void Insert(size_t index, std::string_view text) { insert(index, text.data(), text.size()); }
  // To at least `size` bytes; what is new has any value.
  void Extend(size_t size) {
    if (size > this->size()) PodBuffer::Insert(this->size(), size - this->size(), 1);
  }
  // Of what was there, the first `size` bytes.
  void Truncate(size_t size) { erase(begin() + size, end()); }

  friend bool operator==(const Bytes& bytes, std::string_view text) { return bytes.view() == text; }
};

}  // namespace paceline::core
