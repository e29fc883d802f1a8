#include "core/base/pod_vector.h"

#include <cstdlib>

namespace paceline::core {
namespace {

constexpr size_t kMinCapacity = 8;

}  // namespace

PodBuffer& PodBuffer::operator=(PodBuffer&& other) noexcept {
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(data_, other.data_);
  return *this;
}

PodBuffer::~PodBuffer() { std::free(data_); }

void* PodBuffer::Insert(size_t index, size_t count, size_t element_bytes) {
  const size_t size = size_ + count;
  if (size > capacity_) {
    capacity_ = size < kMinCapacity ? kMinCapacity : 2 * size;
    void* grown = std::malloc(capacity_ * element_bytes);
    if (grown == nullptr) std::abort();
    if (size_ != 0) std::memcpy(grown, data_, size_ * element_bytes);
    std::free(data_);
    data_ = grown;
  }
  char* place = static_cast<char*>(data_) + index * element_bytes;
  std::memmove(place + count * element_bytes, place, (size_ - index) * element_bytes);
  size_ = size;
  return place;
}

void PodBuffer::Erase(size_t index, size_t count, size_t element_bytes) {
  if (count == 0) return;
  char* place = static_cast<char*>(data_) + index * element_bytes;
  size_ -= count;
  std::memmove(place, place + count * element_bytes, (size_ - index) * element_bytes);
}

}  // namespace paceline::core
