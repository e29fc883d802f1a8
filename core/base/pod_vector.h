// A vector of trivially copyable elements. What grows, copies, inserts and erases is the same code
// for all of them, over bytes: std::vector brings code of its own for every element type, and the
// page pays for each. Behaves as std::vector where it has a function of the same name. Ends the
// program when out of memory.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace paceline::core {

// The part that does not know the element's type. Nothing but zeros when empty.
class PodBuffer {
 protected:
  PodBuffer() = default;
  PodBuffer(PodBuffer&& other) noexcept { *this = std::move(other); }
  PodBuffer& operator=(PodBuffer&& other) noexcept;
  ~PodBuffer();

  // Makes place for `count` elements before `index`; returns where they begin.
  void* Insert(size_t index, size_t count, size_t element_bytes);
  void Erase(size_t index, size_t count, size_t element_bytes);

  size_t size_ = 0;
  size_t capacity_ = 0;
  void* data_ = nullptr;
};

template <typename T>
class PodVector : protected PodBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  PodVector() = default;
  PodVector(std::initializer_list<T> elements) { append(elements.begin(), elements.size()); }
  PodVector(const PodVector& other) : PodBuffer() { append(other.data(), other.size()); }
  PodVector(PodVector&& other) noexcept = default;
  PodVector& operator=(const PodVector& other) {
    if (this == &other) return *this;
    clear();
    append(other.data(), other.size());
    return *this;
  }
  PodVector& operator=(PodVector&& other) noexcept = default;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return static_cast<T*>(data_); }
  const T* data() const { return static_cast<const T*>(data_); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T& operator[](size_t index) { return data()[index]; }
  const T& operator[](size_t index) const { return data()[index]; }
  T& back() { return data()[size_ - 1]; }
  const T& back() const { return data()[size_ - 1]; }

  // By value: it may be an element of this very vector.
  void push_back(T element) { *static_cast<T*>(Insert(size_, 1, sizeof(T))) = element; }
  void pop_back() { --size_; }
  void append(const T* first, size_t count) {
    if (count != 0) std::memcpy(Insert(size_, count, sizeof(T)), first, count * sizeof(T));
  }
  void insert(size_t index, const T* first, size_t count) {
    std::memcpy(Insert(index, count, sizeof(T)), first, count * sizeof(T));
  }
  T* insert(const T* before, T element) {
    T* place = static_cast<T*>(Insert(static_cast<size_t>(before - data()), 1, sizeof(T)));
    *place = element;
    return place;
  }
  void erase(const T* first, const T* last) {
    Erase(static_cast<size_t>(first - data()), static_cast<size_t>(last - first), sizeof(T));
  }
  void erase(const T* element) { erase(element, element + 1); }
  void assign(size_t count, T element) {
    clear();
    while (size_ < count) push_back(element);
  }
  void clear() { size_ = 0; }
};

}  // namespace paceline::core
