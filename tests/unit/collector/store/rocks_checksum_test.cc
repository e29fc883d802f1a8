#include "collector/store/rocks_checksum.h"

#include <gtest/gtest.h>

#include <string>

namespace rocksdb::crc32c {
// Not in an installed header.
uint32_t Extend(uint32_t checksum, const char* bytes, size_t size);
}  // namespace rocksdb::crc32c

namespace paceline::store {
namespace {

uint32_t Checksum(const std::string& bytes) {
  return ExtendChecksum(0, bytes.data(), bytes.size());
}

// RFC 3720 B.4.
TEST(RocksChecksum, IsCrc32c) {
  EXPECT_EQ(Checksum("123456789"), 0xe3069283u);
  EXPECT_EQ(Checksum(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Checksum(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(Checksum(""), 0u);
}

TEST(RocksChecksum, IsWhatRocksDbMakesOfAnyBytesAnywhere) {
  std::string bytes;
  uint32_t random = 1;
  for (int i = 0; i < 1000; ++i) {
    bytes.push_back(static_cast<char>((random = random * 1664525u + 1013904223u) >> 24));
  }
  for (size_t from = 0; from < 17; ++from) {
    for (size_t size = 0; from + size <= bytes.size(); size += 1 + size / 16) {
      EXPECT_EQ(ExtendChecksum(random, bytes.data() + from, size),
                ExtendChecksumByTable(random, bytes.data() + from, size))
          << from << " " << size;
    }
  }
}

TEST(RocksChecksum, TakesTheLastChecksumFurther) {
  const uint32_t of_half = Checksum("12345");
  EXPECT_EQ(ExtendChecksum(of_half, "6789", 4), Checksum("123456789"));
}

TEST(RocksChecksum, IsCalledInThePlaceOfRocksDbs) {
  // Volatile: compilers hold two functions to be two.
  uint32_t (*volatile called)(uint32_t, const char*, size_t) = &rocksdb::crc32c::Extend;
  EXPECT_EQ(called, &ExtendChecksum);
}

}  // namespace
}  // namespace paceline::store
