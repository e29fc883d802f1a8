// The module's memory: malloc and what stands on it, for a program that allocates little and in few
// sizes, its vectors doubling theirs. A block is a power of two of bytes; one that is freed waits
// in the list of its size, and is the next to be given out. Nothing is split or joined, so what a
// page holds is at most the sum of what each size needed at its peak: a page that is open all day
// stays flat. Emscripten's own allocators are five to twenty times as large.
#include <cstddef>
#include <cstdint>
#include <new>

extern "C" char __heap_base;

namespace {

constexpr size_t kPageBytes = 64 * 1024;
// Before what is given out, so that it lies on a multiple of 8.
struct alignas(8) Header {
  // While it is given out, its size's number; else the next free one.
  union {
    unsigned size_number;
    Header* next;
  };
};
constexpr unsigned kSizes = 32;

Header* g_free[kSizes];
uintptr_t g_end = 0;

Header* Extend(size_t bytes) {
  if (g_end == 0) g_end = (reinterpret_cast<uintptr_t>(&__heap_base) + 7) & ~uintptr_t{7};
  const uintptr_t begin = g_end;
  g_end += bytes;
  const size_t pages = (g_end + kPageBytes - 1) / kPageBytes;
  const size_t present = __builtin_wasm_memory_size(0);
  // Out of memory: ends the program, as everything here does that cannot go on.
  if (pages > present && __builtin_wasm_memory_grow(0, pages - present) == SIZE_MAX)
    __builtin_trap();
  return reinterpret_cast<Header*>(begin);
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
  const unsigned number = 32 - static_cast<unsigned>(__builtin_clz(size + sizeof(Header) - 1));
  Header* block = g_free[number];
  if (block != nullptr) {
    g_free[number] = block->next;
  } else {
    block = Extend(size_t{1} << number);
  }
  block->size_number = number;
  return block + 1;
}

// Not inlined: every vector calls it at its end.
[[gnu::noinline]] void free(void* data) {
  if (data == nullptr) return;
  Header* block = static_cast<Header*>(data) - 1;
  const unsigned number = block->size_number;
  block->next = g_free[number];
  g_free[number] = block;
}

}  // extern "C"

void* operator new(size_t size) { return malloc(size); }
void operator delete(void* data) noexcept { free(data); }
