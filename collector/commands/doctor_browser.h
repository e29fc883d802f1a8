// A Chromium of the system's, driven by the DevTools protocol over a pair of pipes
// (--remote-debugging-pipe): JSON messages with a NUL between them. No port is opened, nothing is
// downloaded, and the profile is a folder of its own that goes with the object.
//
// Not thread-safe: one thread calls, and events are handled while it waits.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace paceline::commands {

class DoctorBrowser {
 public:
  using Json = nlohmann::json;
  using EventHandler = std::function<void(const std::string& method, const Json& params)>;

  // The first of PACELINE_CHROMIUM, chromium, chromium-browser and google-chrome that is there;
  // NotFound says what to install.
  static absl::StatusOr<std::string> Find();
  static absl::StatusOr<std::unique_ptr<DoctorBrowser>> Launch(const std::string& path);
  // Ends the browser and removes its profile.
  ~DoctorBrowser();

  DoctorBrowser(const DoctorBrowser&) = delete;
  DoctorBrowser& operator=(const DoctorBrowser&) = delete;

  // Opens an empty tab, in front of all others, and answers its DevTools session.
  absl::StatusOr<std::string> OpenTab();

  // The result of a command; an error carries the browser's message.
  absl::StatusOr<Json> Call(const std::string& method, const Json& params,
                            const std::string& session);

  // The value of an expression in the page, as JSON. Its Content-Security-Policy holds.
  absl::StatusOr<Json> Evaluate(const std::string& expression, const std::string& session);

  // Called for every event of any tab, while a call or RunUntil waits.
  void OnEvent(EventHandler handler) { on_event_ = std::move(handler); }

  // Handles events until `done` says so (true) or the time has passed (false).
  bool RunUntil(const std::function<bool()>& done, std::chrono::milliseconds timeout);

 private:
  DoctorBrowser() = default;

  absl::Status Start(const std::string& path);
  // Reads for at most `timeout` and handles what came. Unavailable: the browser is gone.
  absl::Status Pump(std::chrono::milliseconds timeout);
  void Handle(const Json& message);

  int pid_ = -1;
  int to_browser_ = -1;
  int from_browser_ = -1;
  std::string profile_;
  std::string unread_;
  int last_id_ = 0;
  // The answer that a call waits for.
  int awaited_id_ = 0;
  Json answer_;
  EventHandler on_event_;
};

}  // namespace paceline::commands
