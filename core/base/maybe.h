// A value that may not be there, of a kind that is plain bytes. Unlike std::optional it is all
// zeros while it is not, without gaps: an object that has many of them is emptied at once, and not
// flag by flag.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

namespace paceline::core {

template <typename Value>
class Maybe {
 public:
  static_assert(std::is_trivially_copyable_v<Value>);

  constexpr Maybe() = default;
  constexpr Maybe(std::nullopt_t) {}
  constexpr Maybe(const Value& value) : value_(value), has_value_(1) {}

  constexpr bool has_value() const { return has_value_ != 0; }
  constexpr explicit operator bool() const { return has_value(); }
  constexpr Value& operator*() { return value_; }
  constexpr const Value& operator*() const { return value_; }
  constexpr Value* operator->() { return &value_; }
  constexpr const Value* operator->() const { return &value_; }

 private:
  Value value_{};
  // As wide as what it stands behind is aligned.
  uint64_t has_value_ = 0;
};

}  // namespace paceline::core
