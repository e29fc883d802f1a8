#include "core/base/pod_vector.h"

#include <cstdlib>
#include <cstring>

namespace paceline::core {
namespace {

constexpr size_t kMinCapacity = 8;

}  // namespace

PodBuffer::PodBuffer(const PodBuffer& other) : PodBuffer(other.element_bytes_) { *this = other; }

PodBuffer::PodBuffer(PodBuffer&& other) noexcept : PodBuffer(other.element_bytes_) {
  *this = std::move(other);
}

PodBuffer& PodBuffer::operator=(const PodBuffer& other) {
  if (this == &other) return *this;
  size_ = 0;
  if (other.size_ != 0) {
    std::memcpy(Insert(0, other.size_), other.data_, other.size_ * element_bytes_);
  }
  return *this;
}

PodBuffer& PodBuffer::operator=(PodBuffer&& other) noexcept {
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(data_, other.data_);
  return *this;
}

PodBuffer::~PodBuffer() { std::free(data_); }

void* PodBuffer::Insert(size_t index, size_t count) {
  if (size_ + count > capacity_) {
    capacity_ = 2 * (size_ + count);
    if (capacity_ < kMinCapacity) capacity_ = kMinCapacity;
    void* grown = std::malloc(capacity_ * element_bytes_);
    if (grown == nullptr) std::abort();
    if (size_ != 0) std::memcpy(grown, data_, size_ * element_bytes_);
    std::free(data_);
    data_ = grown;
  }
  char* place = static_cast<char*>(data_) + index * element_bytes_;
  std::memmove(place + count * element_bytes_, place, (size_ - index) * element_bytes_);
  size_ += count;
  return place;
}

void PodBuffer::Erase(size_t index, size_t count) {
  if (count == 0) return;
  char* place = static_cast<char*>(data_) + index * element_bytes_;
  size_ -= count;
  std::memmove(place, place + count * element_bytes_, (size_ - index) * element_bytes_);
}

}  // namespace paceline::core
