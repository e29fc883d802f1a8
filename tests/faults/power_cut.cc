// Preloaded into a program, keeps account of what it has synced in one directory, so that
// support/power_cut.mjs can make everything else vanish, as a loss of power may.
//
//   POWER_CUT_DATA    the directory; what is in folders below it is not looked at
//   POWER_CUT_SYNCED  where the account is kept, on the same file system:
//     INODE             another link to each file, so that deleting it can be undone
//     INODE.length      how long the file was when it was synced last; not there: never synced
//     names             the directory when it was synced last: lines of "INODE NAME"
//   POWER_CUT_LIES    files whose names end so are not synced, and the program is told that they
//                     are: a disk that lies, for the test of the test
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

namespace {

using Sync = int (*)(int);
using Rename = int (*)(const char*, const char*);

// Held while anything is synced or renamed, so that the account is of one moment.
std::mutex mutex;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

const std::string& Data() {
  static const std::string data = Variable("POWER_CUT_DATA");
  return data;
}

std::string InAccount(const std::string& name) {
  static const std::string account = Variable("POWER_CUT_SYNCED");
  return account + "/" + name;
}

bool IsLiedAbout(std::string_view path) {
  static const std::string end = Variable("POWER_CUT_LIES");
  return !end.empty() && path.size() >= end.size() && path.substr(path.size() - end.size()) == end;
}

// Empty when it is not known.
std::string PathOf(int file) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = readlink(link.c_str(), path, sizeof(path));
  return size <= 0 ? "" : std::string(path, static_cast<size_t>(size));
}

// Puts `text` in the place of what was there, in one step: the program may be killed meanwhile.
void Write(const std::string& name, const std::string& text) {
  const std::string fresh = InAccount(name + ".new");
  std::FILE* file = std::fopen(fresh.c_str(), "w");
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr && std::fclose(file) == 0 && written) {
    static const auto rename = reinterpret_cast<Rename>(dlsym(RTLD_NEXT, "rename"));
    if (rename(fresh.c_str(), InAccount(name).c_str()) == 0) return;
  }
  // Without an account nothing that follows would mean anything.
  std::abort();
}

// As `text` of each entry of the directory, with a link to it.
std::string Names() {
  std::string names;
  DIR* const directory = opendir(Data().c_str());
  if (directory == nullptr) std::abort();
  while (const dirent* entry = readdir(directory)) {
    const std::string path = Data() + "/" + entry->d_name;
    struct stat found {};
    if (lstat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    const std::string inode = std::to_string(found.st_ino);
    const bool is_linked = access(InAccount(inode).c_str(), F_OK) == 0;
    // Deleted since it was read: then it may as well have been before.
    if (!is_linked && link(path.c_str(), InAccount(inode).c_str()) != 0) continue;
    names += inode + " " + entry->d_name + "\n";
  }
  closedir(directory);
  return names;
}

int SyncAndNote(const char* name, int file) {
  const auto sync = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name));
  struct stat found {};
  if (Data().empty() || fstat(file, &found) != 0) return sync(file);
  const std::string path = PathOf(file);
  const bool is_directory = path == Data();
  const bool is_within = path.rfind(Data() + "/", 0) == 0;
  if (IsLiedAbout(path)) return 0;
  if (!is_directory && (!is_within || !S_ISREG(found.st_mode))) return sync(file);

  const std::lock_guard lock(mutex);
  if (is_directory) {
    const std::string names = Names();
    const int result = sync(file);
    if (result == 0) Write("names", names);
    return result;
  }
  // What is written while it is synced may be left out.
  if (fstat(file, &found) != 0) return sync(file);
  const int result = sync(file);
  if (result != 0) return result;
  const std::string inode = std::to_string(found.st_ino);
  if (access(InAccount(inode).c_str(), F_OK) != 0) {
    // Fails when the file is deleted already, and then nobody will miss it.
    linkat(AT_FDCWD, path.c_str(), AT_FDCWD, InAccount(inode).c_str(), 0);
  }
  Write(inode + ".length", std::to_string(found.st_size));
  return result;
}

}  // namespace

extern "C" int fsync(int file) { return SyncAndNote("fsync", file); }
extern "C" int fdatasync(int file) { return SyncAndNote("fdatasync", file); }
extern "C" int rename(const char* from, const char* to) {
  const std::lock_guard lock(mutex);
  return reinterpret_cast<Rename>(dlsym(RTLD_NEXT, "rename"))(from, to);
}
