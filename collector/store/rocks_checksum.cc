#include "collector/store/rocks_checksum.h"

#include <cstring>

namespace paceline::store {

#if defined(__x86_64__)

namespace {

__attribute__((target("sse4.2"))) uint32_t ExtendByInstruction(uint32_t checksum, const char* bytes,
                                                               size_t size) {
  uint64_t state = ~checksum;
  for (; size >= sizeof(uint64_t); bytes += sizeof(uint64_t), size -= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    state = __builtin_ia32_crc32di(state, word);
  }
  auto last = static_cast<uint32_t>(state);
  for (; size > 0; ++bytes, --size) {
    last = __builtin_ia32_crc32qi(last, static_cast<unsigned char>(*bytes));
  }
  return ~last;
}

}  // namespace

uint32_t ExtendChecksum(uint32_t checksum, const char* bytes, size_t size) {
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  return has_instruction ? ExtendByInstruction(checksum, bytes, size)
                         : ExtendChecksumByTable(checksum, bytes, size);
}

#else

uint32_t ExtendChecksum(uint32_t checksum, const char* bytes, size_t size) {
  return ExtendChecksumByTable(checksum, bytes, size);
}

#endif

}  // namespace paceline::store
