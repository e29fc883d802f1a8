// Room on the disk.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace paceline::store {

// What is free where `data_dir` is, as `env` says (null: as the system says). Everything, when that
// cannot be found out.
inline uint64_t FreeBytes(const std::string& data_dir, rocksdb::Env* env) {
  uint64_t free = 0;
  const std::shared_ptr<rocksdb::FileSystem> files =
      env == nullptr ? rocksdb::FileSystem::Default() : env->GetFileSystem();
  const rocksdb::IOStatus known =
      files->GetFreeSpace(data_dir, rocksdb::IOOptions(), &free, nullptr);
  return known.ok() ? free : std::numeric_limits<uint64_t>::max();
}

}  // namespace paceline::store
