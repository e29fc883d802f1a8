// Preloaded into a server, makes its disk slow: every sync takes PACELINE_SYNC_DELAY_US more.
#include <dlfcn.h>
#include <time.h>

#include <cstdlib>

namespace {

using Sync = int (*)(int);

int SlowSync(const char* name, int file) {
  static const long delay_us = [] {
    const char* text = std::getenv("PACELINE_SYNC_DELAY_US");
    return text == nullptr ? 0 : std::atol(text);
  }();
  const timespec delay{delay_us / 1'000'000, delay_us % 1'000'000 * 1000};
  nanosleep(&delay, nullptr);
  return reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

extern "C" int fsync(int file) { return SlowSync("fsync", file); }
extern "C" int fdatasync(int file) { return SlowSync("fdatasync", file); }
