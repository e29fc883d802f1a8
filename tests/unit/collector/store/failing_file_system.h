// A file system that refuses what it is given, or forgets what was not synced.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "rocksdb/file_system.h"

namespace paceline::store {

struct Faults {
  std::atomic<bool> fail_append = false;
  std::atomic<bool> fail_sync = false;
  // What the disk says is free.
  std::atomic<uint64_t> free_bytes = uint64_t{1} << 40;
  // How long each sync takes.
  std::atomic<int> sync_ms = 0;

  // What a loss of power leaves of each file, in bytes. Names are those RocksDB uses.
  std::mutex mutex;
  std::map<std::string, uint64_t> synced_bytes;

  void Synced(const std::string& name, uint64_t bytes) {
    const std::lock_guard lock(mutex);
    synced_bytes[name] = bytes;
  }
  void Renamed(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex);
    synced_bytes[to] = synced_bytes[from];
    synced_bytes.erase(from);
  }
};

class FailingFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::string name, std::unique_ptr<rocksdb::FSWritableFile> file, Faults* faults)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), faults_(faults) {
    faults_->Synced(name_, 0);
  }

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (faults_->fail_append) return rocksdb::IOStatus::NoSpace("no space left on device");
    size_ += data.size();
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& verification,
                           rocksdb::IODebugContext* debug) override {
    if (faults_->fail_append) return rocksdb::IOStatus::NoSpace("no space left on device");
    size_ += data.size();
    return FSWritableFileOwnerWrapper::Append(data, options, verification, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    if (faults_->fail_sync) return rocksdb::IOStatus::IOError("sync failed");
    std::this_thread::sleep_for(std::chrono::milliseconds(faults_->sync_ms));
    faults_->Synced(name_, size_);
    return FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    if (faults_->fail_sync) return rocksdb::IOStatus::IOError("sync failed");
    std::this_thread::sleep_for(std::chrono::milliseconds(faults_->sync_ms));
    faults_->Synced(name_, size_);
    return FSWritableFileOwnerWrapper::Fsync(options, debug);
  }

 private:
  const std::string name_;
  uint64_t size_ = 0;
  Faults* faults_;
};

class FailingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit FailingFileSystem(Faults* faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
  const char* Name() const override { return "FailingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (made.ok()) *file = std::make_unique<FailingFile>(name, std::move(*file), faults_);
    return made;
  }
  rocksdb::IOStatus GetFreeSpace(const std::string&, const rocksdb::IOOptions&, uint64_t* bytes,
                                 rocksdb::IODebugContext*) override {
    *bytes = faults_->free_bytes;
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus renamed = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (renamed.ok()) faults_->Renamed(from, to);
    return renamed;
  }

 private:
  Faults* faults_;
};

}  // namespace paceline::store
