// Inside store/: the checksum (CRC-32C) of RocksDB's log and of its manifests.
#pragma once

#include <cstddef>
#include <cstdint>

namespace paceline::store {

// The checksum of what has `checksum` and of `bytes` behind it, by the processor's own instruction
// where it has one. Distributions build RocksDB for the oldest processor they support: from its
// table the checksum cost 2 % of all that a beacon costs.
//
// The linker puts it in the place of rocksdb::crc32c::Extend (`--wrap`, in CMakeLists.txt).
uint32_t ExtendChecksum(uint32_t checksum, const char* bytes,
                        size_t size) __asm__("__wrap__ZN7rocksdb6crc32c6ExtendEjPKcm");

// RocksDB's own.
uint32_t ExtendChecksumByTable(uint32_t checksum, const char* bytes,
                               size_t size) __asm__("__real__ZN7rocksdb6crc32c6ExtendEjPKcm");

}  // namespace paceline::store
