// Preloaded into a program, makes the disk under one directory a bad one, for as long as somebody
// wishes it (bad_disk.test.mjs).
//
//   BAD_DISK_DATA   the directory; files in it and below it are on the bad disk
//   BAD_DISK_WISHES a directory: what is named there is so
//     nearly_full     1 MiB is free
//     full            nothing is free, and nothing can be written
//     failing_sync    nothing can be synced
//     slow_sync       every sync takes 300 ms more
#include <dlfcn.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace {

constexpr long kSlowSyncNs = 300'000'000;
constexpr unsigned long kNearlyFullBytes = 1 << 20;

using Sync = int (*)(int);
using Write = ssize_t (*)(int, const void*, size_t);
using PositionedWrite = ssize_t (*)(int, const void*, size_t, off_t);
using Statvfs = int (*)(const char*, struct statvfs*);
using Statvfs64 = int (*)(const char*, struct statvfs64*);

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool IsWished(const char* what) {
  static const std::string wishes = Variable("BAD_DISK_WISHES");
  return !wishes.empty() && access((wishes + "/" + what).c_str(), F_OK) == 0;
}

bool IsOnDisk(int file) {
  static const std::string data = Variable("BAD_DISK_DATA");
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = readlink(link.c_str(), path, sizeof(path));
  return size > 0 && !data.empty() &&
         std::string(path, static_cast<size_t>(size)).rfind(data, 0) == 0;
}

int BadSync(const char* name, int file) {
  if (IsOnDisk(file)) {
    if (IsWished("failing_sync")) {
      errno = EIO;
      return -1;
    }
    const timespec delay{0, kSlowSyncNs};
    if (IsWished("slow_sync")) nanosleep(&delay, nullptr);
  }
  return reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name))(file);
}

bool CannotWrite(int file) {
  // Most writes are to sockets: they are told apart only when somebody wishes it.
  if (!IsWished("full") || !IsOnDisk(file)) return false;
  errno = ENOSPC;
  return true;
}

// What is free.
template <typename Found>
int Lessen(int result, Found* found) {
  if (result != 0) return result;
  if (IsWished("nearly_full")) {
    found->f_bfree = found->f_bavail = kNearlyFullBytes / found->f_frsize;
  }
  if (IsWished("full")) found->f_bfree = found->f_bavail = 0;
  return 0;
}

}  // namespace

extern "C" int fsync(int file) { return BadSync("fsync", file); }
extern "C" int fdatasync(int file) { return BadSync("fdatasync", file); }

extern "C" ssize_t write(int file, const void* bytes, size_t size) {
  static const auto next = reinterpret_cast<Write>(dlsym(RTLD_NEXT, "write"));
  return CannotWrite(file) ? -1 : next(file, bytes, size);
}

extern "C" ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  static const auto next = reinterpret_cast<PositionedWrite>(dlsym(RTLD_NEXT, "pwrite"));
  return CannotWrite(file) ? -1 : next(file, bytes, size, offset);
}

extern "C" int statvfs(const char* path, struct statvfs* found) {
  static const auto next = reinterpret_cast<Statvfs>(dlsym(RTLD_NEXT, "statvfs"));
  return Lessen(next(path, found), found);
}

// What programs call that are compiled for large files.
extern "C" int statvfs64(const char* path, struct statvfs64* found) {
  static const auto next = reinterpret_cast<Statvfs64>(dlsym(RTLD_NEXT, "statvfs64"));
  return Lessen(next(path, found), found);
}

extern "C" ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
  static const auto next = reinterpret_cast<PositionedWrite>(dlsym(RTLD_NEXT, "pwrite64"));
  return CannotWrite(file) ? -1 : next(file, bytes, size, offset);
}
