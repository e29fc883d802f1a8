#include "collector/commands/doctor_browser.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace paceline::commands {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kCallTimeout{30};
constexpr std::chrono::milliseconds kPollInterval{50};
// Where --remote-debugging-pipe reads and writes.
constexpr int kBrowserReads = 3;
constexpr int kBrowserWrites = 4;
// Above everything that the child has to keep in place.
constexpr int kSafeDescriptor = 16;

// Quiet on closed networks. fetchLater is off because it sends where DevTools cannot see the
// answer; the agent then uses what other browsers have.
constexpr const char* kFlags[] = {"--headless=new",
                                  "--remote-debugging-pipe",
                                  "--disable-gpu",
                                  "--disable-quic",
                                  "--no-first-run",
                                  "--disable-background-networking",
                                  "--disable-component-update",
                                  "--disable-sync",
                                  "--disable-dev-shm-usage",
                                  "--disable-features=FetchLaterAPI"};

absl::Status Failed(const char* what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

// What the child does between fork and exec; async-signal-safe calls only.
[[noreturn]] void BecomeBrowser(int reads, int writes, const char* path, char* const* arguments) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(reads, kBrowserReads);
  dup2(writes, kBrowserWrites);
  const int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  execv(path, arguments);
  _exit(127);
}

bool IsExecutable(const std::string& path) { return access(path.c_str(), X_OK) == 0; }

}  // namespace

absl::StatusOr<std::string> DoctorBrowser::Find() {
  const char* const named = std::getenv("PACELINE_CHROMIUM");
  if (named != nullptr && *named != '\0') {
    if (IsExecutable(named)) return std::string(named);
    return absl::NotFoundError(
        absl::StrCat("PACELINE_CHROMIUM names ", named, ", which is no program"));
  }
  const char* const path = std::getenv("PATH");
  for (const char* name :
       {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}) {
    for (const absl::string_view folder : absl::StrSplit(path == nullptr ? "" : path, ':')) {
      const std::string candidate = absl::StrCat(folder, "/", name);
      if (IsExecutable(candidate)) return candidate;
    }
  }
  return absl::NotFoundError(
      "no Chromium found: install chromium or google-chrome, or name one by PACELINE_CHROMIUM");
}

absl::StatusOr<std::unique_ptr<DoctorBrowser>> DoctorBrowser::Launch(const std::string& path) {
  std::unique_ptr<DoctorBrowser> browser(new DoctorBrowser());
  if (absl::Status status = browser->Start(path); !status.ok()) return status;
  const absl::StatusOr<Json> version = browser->Call("Browser.getVersion", Json::object(), "");
  if (!version.ok()) {
    return absl::UnavailableError(
        absl::StrCat(path, " does not start: ", version.status().message()));
  }
  return browser;
}

absl::Status DoctorBrowser::Start(const std::string& path) {
  std::error_code error;
  std::string folder =
      (std::filesystem::temp_directory_path(error) / "paceline-doctor-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return Failed("a folder for the browser's profile");
  profile_ = folder;

  std::array<int, 2> down{};
  std::array<int, 2> up{};
  if (pipe2(down.data(), O_CLOEXEC) != 0 || pipe2(up.data(), O_CLOEXEC) != 0) return Failed("pipe");
  const int reads = fcntl(down[0], F_DUPFD_CLOEXEC, kSafeDescriptor);
  const int writes = fcntl(up[1], F_DUPFD_CLOEXEC, kSafeDescriptor);
  close(down[0]);
  close(up[1]);
  to_browser_ = down[1];
  from_browser_ = up[0];

  std::vector<std::string> words = {path, absl::StrCat("--user-data-dir=", profile_)};
  for (const char* flag : kFlags) words.emplace_back(flag);
  // Chromium refuses to run as root inside its sandbox.
  if (geteuid() == 0) words.emplace_back("--no-sandbox");
  words.emplace_back("about:blank");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::signal(SIGPIPE, SIG_IGN);
  pid_ = fork();
  if (pid_ == 0) BecomeBrowser(reads, writes, path.c_str(), arguments.data());
  close(reads);
  close(writes);
  return pid_ < 0 ? Failed("fork") : absl::OkStatus();
}

DoctorBrowser::~DoctorBrowser() {
  if (to_browser_ >= 0) close(to_browser_);
  if (from_browser_ >= 0) close(from_browser_);
  if (pid_ > 0) {
    // Its children, too.
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  // What is being killed may still write for a moment.
  for (int i = 0; i < 20 && !profile_.empty(); ++i) {
    std::filesystem::remove_all(profile_, ignored);
    if (!std::filesystem::exists(profile_, ignored)) break;
    usleep(50'000);
  }
}

absl::StatusOr<std::string> DoctorBrowser::OpenTab() {
  const absl::StatusOr<Json> target = Call("Target.createTarget", {{"url", "about:blank"}}, "");
  if (!target.ok()) return target.status();
  const std::string id = target->value("targetId", "");
  const absl::StatusOr<Json> attached =
      Call("Target.attachToTarget", {{"targetId", id}, {"flatten", true}}, "");
  if (!attached.ok()) return attached.status();
  const absl::StatusOr<Json> front = Call("Target.activateTarget", {{"targetId", id}}, "");
  if (!front.ok()) return front.status();
  return attached->value("sessionId", "");
}

absl::StatusOr<DoctorBrowser::Json> DoctorBrowser::Call(const std::string& method,
                                                        const Json& params,
                                                        const std::string& session) {
  Json message = {{"id", ++last_id_}, {"method", method}, {"params", params}};
  if (!session.empty()) message["sessionId"] = session;
  // With its NUL.
  const std::string text = message.dump(-1, ' ', true, Json::error_handler_t::replace);
  const char* next = text.c_str();
  size_t left = text.size() + 1;
  while (left > 0) {
    const ssize_t written = write(to_browser_, next, left);
    if (written <= 0) return Failed("the browser is gone");
    next += written;
    left -= static_cast<size_t>(written);
  }
  awaited_id_ = last_id_;
  answer_ = Json();
  const Clock::time_point end = Clock::now() + kCallTimeout;
  while (answer_.is_null()) {
    if (Clock::now() > end) {
      return absl::DeadlineExceededError(absl::StrCat("the browser did not answer ", method));
    }
    if (absl::Status status = Pump(kPollInterval); !status.ok()) return status;
  }
  awaited_id_ = 0;
  if (answer_.contains("error")) {
    return absl::InternalError(absl::StrCat(method, ": ", answer_["error"].value("message", "")));
  }
  return answer_.value("result", Json::object());
}

absl::StatusOr<DoctorBrowser::Json> DoctorBrowser::Evaluate(const std::string& expression,
                                                            const std::string& session) {
  const absl::StatusOr<Json> result = Call("Runtime.evaluate",
                                           {{"expression", expression},
                                            {"returnByValue", true},
                                            {"awaitPromise", true},
                                            {"allowUnsafeEvalBlockedByCSP", false}},
                                           session);
  if (!result.ok()) return result.status();
  if (result->contains("exceptionDetails")) {
    return absl::InternalError((*result)["exceptionDetails"].value("text", "it threw"));
  }
  return result->value("result", Json::object()).value("value", Json());
}

bool DoctorBrowser::RunUntil(const std::function<bool()>& done, std::chrono::milliseconds timeout) {
  const Clock::time_point end = Clock::now() + timeout;
  while (!done()) {
    if (Clock::now() > end || !Pump(kPollInterval).ok()) return false;
  }
  return true;
}

absl::Status DoctorBrowser::Pump(std::chrono::milliseconds timeout) {
  pollfd waiting{from_browser_, POLLIN, 0};
  const int ready = poll(&waiting, 1, static_cast<int>(timeout.count()));
  if (ready == 0 || (ready < 0 && errno == EINTR)) return absl::OkStatus();
  if (ready < 0) return Failed("poll");
  std::array<char, 65536> bytes{};
  const ssize_t size = read(from_browser_, bytes.data(), bytes.size());
  if (size <= 0) return absl::UnavailableError("the browser is gone");
  unread_.append(bytes.data(), static_cast<size_t>(size));
  for (size_t end = unread_.find('\0'); end != std::string::npos; end = unread_.find('\0')) {
    const std::string text = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    const Json message = Json::parse(text, nullptr, false);
    if (message.is_object()) Handle(message);
  }
  return absl::OkStatus();
}

void DoctorBrowser::Handle(const Json& message) {
  if (message.contains("id")) {
    if (message.value("id", 0) == awaited_id_) answer_ = message;
    return;
  }
  if (on_event_) on_event_(message.value("method", ""), message.value("params", Json::object()));
}

}  // namespace paceline::commands
