#include "collector/commands/doctor.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "collector/commands/doctor_browser.h"
#include "collector/commands/doctor_report.h"
#include "collector/commands/install.h"

namespace paceline::commands {
namespace {

using Json = DoctorBrowser::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLoadTimeout{30};
constexpr seconds kAnswerTimeout{10};
// Between the last thing to wait for and what it leads to: an idle moment, a frame.
constexpr milliseconds kSettle{1000};
constexpr char kBinding[] = "pacelineDoctorSaw";

// Runs first in every document of the tab.
constexpr char kWatchPolicy[] =
    "addEventListener('securitypolicyviolation', (event) => globalThis.pacelineDoctorSaw("
    "JSON.stringify([event.effectiveDirective, event.blockedURI])), true);";

constexpr char kFindTags[] =
    "[...document.querySelectorAll('script[data-site]')].map((tag) => ({src: tag.src, site: "
    "tag.dataset.site}))";

// The smallest module there is.
constexpr char kTryWasm[] =
    "(() => { try { return Boolean(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, "
    "0, 0]))); } catch { return false; } })()";

std::string PathOf(const std::string& url) {
  const size_t start =
      url.find('/', url.find("://") == std::string::npos ? 0 : url.find("://") + 3);
  if (start == std::string::npos) return "/";
  return url.substr(start, url.find_first_of("?#", start) - start);
}

bool IsPost(const SeenRequest& request) {
  const std::string path = PathOf(request.url);
  return request.method == "POST" &&
         (absl::EndsWith(path, "/v1/beacon") || absl::EndsWith(path, "/v1/entries"));
}

bool IsAgentFile(const SeenRequest& request) {
  const std::string path = PathOf(request.url);
  const std::string name = path.substr(path.rfind('/') + 1);
  return absl::StartsWith(name, "paceline") &&
         (absl::EndsWith(name, ".js") || absl::EndsWith(name, ".wasm"));
}

// Turns the browser's events into what was seen.
class Watcher {
 public:
  void OnEvent(const std::string& method, const Json& params) {
    if (method == "Network.requestWillBeSent") return OnRequest(params);
    if (method == "Network.responseReceived") return OnResponse(params);
    if (method == "Network.loadingFailed") return OnFailure(params);
    if (method == "Page.loadEventFired") loaded_ = true;
    if (method == "Runtime.bindingCalled" && params.value("name", "") == kBinding) {
      const Json pair = Json::parse(params.value("payload", ""), nullptr, false);
      if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string()) {
        violations_.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
      }
    }
  }

  bool loaded() const { return loaded_; }
  bool HasEngine() const {
    return Any([](const SeenRequest& request) {
      return absl::EndsWith(PathOf(request.url), ".wasm") && request.status > 0;
    });
  }
  bool HasAgent() const { return Any(IsAgentFile); }
  // Nothing more is to be waited for: a file of the agent's was blocked, or is not there.
  bool HasTrouble() const {
    return Any([](const SeenRequest& request) {
             return IsAgentFile(request) && (!request.failure.empty() || request.status >= 400);
           }) ||
           std::any_of(violations_.begin(), violations_.end(), IsAboutAgent);
  }
  size_t Posts() const {
    return Count([](const SeenRequest&) { return true; });
  }
  bool AllPostsAnswered() const {
    return Count([](const SeenRequest& post) {
             return post.status > 0 || !post.failure.empty();
           }) == Posts();
  }

  void Report(DoctorObservations* seen) const {
    seen->violations = violations_;
    for (const std::string& id : order_) {
      const SeenRequest& request = requests_.at(id);
      if (IsPost(request)) seen->posts.push_back(request);
      if (IsAgentFile(request)) seen->agent_files.push_back(request);
      if (id == document_) seen->page_status = request.status;
    }
    seen->said = ReadPosts(seen->posts);
  }

  // Requests whose answer says more than its status.
  std::vector<std::pair<std::string, SeenRequest*>> RefusedPosts() {
    std::vector<std::pair<std::string, SeenRequest*>> refused;
    for (auto& [id, request] : requests_) {
      if (IsPost(request) && request.status >= 400) refused.emplace_back(id, &request);
    }
    return refused;
  }

 private:
  void OnRequest(const Json& params) {
    const std::string id = params.value("requestId", "");
    const Json request = params.value("request", Json::object());
    SeenRequest& seen = requests_[id];
    if (seen.url.empty()) order_.push_back(id);
    seen.url = request.value("url", "");
    seen.method = request.value("method", "");
    if (params.value("type", "") == "Document" && document_.empty()) document_ = id;
    for (const Json& part : request.value("postDataEntries", Json::array())) {
      std::string bytes;
      if (absl::Base64Unescape(part.value("bytes", ""), &bytes)) seen.body += bytes;
    }
  }

  void OnResponse(const Json& params) {
    const auto found = requests_.find(params.value("requestId", ""));
    if (found == requests_.end()) return;
    const Json response = params.value("response", Json::object());
    found->second.status = response.value("status", 0);
    found->second.content_type = response.value("mimeType", "");
  }

  void OnFailure(const Json& params) {
    const auto found = requests_.find(params.value("requestId", ""));
    // What has a status has arrived: leaving a page cuts off the rest of an answer nobody reads.
    if (found == requests_.end() || found->second.status > 0) return;
    const std::string reason = params.value("blockedReason", "");
    found->second.failure = reason.empty() ? params.value("errorText", "failed") : reason;
  }

  template <typename Condition>
  bool Any(const Condition& condition) const {
    return std::any_of(requests_.begin(), requests_.end(),
                       [&](const auto& one) { return condition(one.second); });
  }
  template <typename Condition>
  size_t Count(const Condition& condition) const {
    return static_cast<size_t>(std::count_if(
        requests_.begin(), requests_.end(),
        [&](const auto& one) { return IsPost(one.second) && condition(one.second); }));
  }

  std::map<std::string, SeenRequest> requests_;
  std::vector<std::string> order_;
  std::string document_;
  std::vector<SeenViolation> violations_;
  bool loaded_ = false;
};

absl::Status Prepare(DoctorBrowser& browser, const std::string& tab) {
  const std::pair<const char*, Json> commands[] = {
      {"Page.enable", Json::object()},
      {"Runtime.enable", Json::object()},
      {"Network.enable", {{"maxPostDataSize", 1 << 20}}},
      {"Network.setCacheDisabled", {{"cacheDisabled", true}}},
      {"Runtime.addBinding", {{"name", kBinding}}},
      {"Page.addScriptToEvaluateOnNewDocument", {{"source", kWatchPolicy}}},
  };
  for (const auto& [method, params] : commands) {
    const absl::StatusOr<Json> done = browser.Call(method, params, tab);
    if (!done.ok()) return done.status();
  }
  return absl::OkStatus();
}

// Clicks the middle of what the selector finds, as a visitor would. False: it finds nothing.
absl::StatusOr<bool> Click(DoctorBrowser& browser, const std::string& tab,
                           const std::string& selector) {
  const absl::StatusOr<Json> place = browser.Evaluate(
      absl::StrCat("(() => { const found = document.querySelector(", Json(selector).dump(),
                   "); if (!found) return null; found.scrollIntoView({block: 'center', behavior: "
                   "'instant'}); const box = found.getBoundingClientRect(); return [box.x + "
                   "box.width / 2, box.y + box.height / 2]; })()"),
      tab);
  if (!place.ok()) return place.status();
  if (!place->is_array()) return false;
  for (const char* type : {"mousePressed", "mouseReleased"}) {
    const absl::StatusOr<Json> done = browser.Call("Input.dispatchMouseEvent",
                                                   {{"type", type},
                                                    {"x", (*place)[0]},
                                                    {"y", (*place)[1]},
                                                    {"button", "left"},
                                                    {"clickCount", 1}},
                                                   tab);
    if (!done.ok()) return done.status();
  }
  return true;
}

void NoteAnswer(const Json& journey, DoctorObservations::Collector* collector) {
  for (const Json& view : journey.value("pageViews", Json::array())) {
    for (const Json& vital : view.value("vitals", Json::array())) {
      const std::string metric = vital.value("metric", "");
      collector->vitals.insert(absl::StartsWith(metric, "METRIC_") ? metric.substr(7) : metric);
    }
  }
  collector->conversions =
      journey.value("session", Json::object()).value("conversions", uint32_t{0});
}

// For a query's value (RFC 3986): the page may call its site anything.
std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~", c)) {
      encoded += c;
    } else {
      absl::StrAppend(&encoded, "%", absl::Hex(byte, absl::kZeroPad2));
    }
  }
  return encoded;
}

// Asks in a tab of its own: that way any address that a browser can reach can be asked.
absl::StatusOr<DoctorObservations::Collector> AskCollector(DoctorBrowser& browser,
                                                           const std::string& address,
                                                           const std::string& token,
                                                           const SeenPosts& said) {
  DoctorObservations::Collector collector;
  if (said.session_id.empty()) {
    collector.error = "no beacon was read, so there is no session to ask for";
    return collector;
  }
  const absl::StatusOr<std::string> tab = browser.OpenTab();
  if (!tab.ok()) return tab.status();
  if (!token.empty()) {
    if (auto on = browser.Call("Network.enable", Json::object(), *tab); !on.ok())
      return on.status();
    const absl::StatusOr<Json> set =
        browser.Call("Network.setExtraHTTPHeaders",
                     {{"headers", {{"Authorization", absl::StrCat("Bearer ", token)}}}}, *tab);
    if (!set.ok()) return set.status();
  }
  const std::string url = absl::StrCat(absl::StripSuffix(address, "/"), "/api/v1/sessions/",
                                       said.session_id, "?site=", PercentEncoded(said.site));
  const absl::StatusOr<Json> opened = browser.Call("Page.navigate", {{"url", url}}, *tab);
  if (!opened.ok()) return opened.status();
  if (opened->contains("errorText")) {
    collector.error = absl::StrCat(address, " cannot be asked: ", opened->value("errorText", ""));
    return collector;
  }
  const absl::StatusOr<Json> text = browser.Evaluate("document.body.innerText", *tab);
  if (!text.ok()) return text.status();
  const Json journey =
      Json::parse(text->is_string() ? text->get<std::string>() : "", nullptr, false);
  if (!journey.is_object() || !journey.contains("session")) {
    collector.error =
        absl::StrCat(address, " does not know the session: ",
                     journey.is_object()
                         ? journey.value("error", Json::object()).value("message", "no reason")
                         : "this is not the collector's private address, or it wants auth.token");
    return collector;
  }
  NoteAnswer(journey, &collector);
  return collector;
}

// Opens the page, lives a short visit there, and leaves it by going to another tab.
absl::Status Visit(DoctorBrowser& browser, const DoctorOptions& options, Watcher& watcher,
                   DoctorObservations* seen) {
  const absl::StatusOr<std::string> tab = browser.OpenTab();
  if (!tab.ok()) return tab.status();
  if (absl::Status status = Prepare(browser, *tab); !status.ok()) return status;
  const absl::StatusOr<Json> opened = browser.Call("Page.navigate", {{"url", options.url}}, *tab);
  if (!opened.ok()) return opened.status();
  seen->page_error = opened->value("errorText", "");
  if (!seen->page_error.empty()) return absl::OkStatus();
  if (!browser.RunUntil([&] { return watcher.loaded(); }, kLoadTimeout)) {
    seen->page_error = "it did not finish loading within 30 seconds";
    return absl::OkStatus();
  }
  const absl::StatusOr<Json> tags = browser.Evaluate(kFindTags, *tab);
  if (!tags.ok()) return tags.status();
  for (const Json& tag : *tags) seen->tags.push_back({tag.value("src", ""), tag.value("site", "")});
  const absl::StatusOr<Json> wasm = browser.Evaluate(kTryWasm, *tab);
  if (!wasm.ok()) return wasm.status();
  seen->wasm_allowed = wasm->is_boolean() && wasm->get<bool>();

  if (!seen->tags.empty() || watcher.HasAgent()) {
    browser.RunUntil(
        [&] { return watcher.HasEngine() || watcher.HasTrouble() || !seen->wasm_allowed; },
        seconds(options.timeout_seconds));
  }
  browser.RunUntil([] { return false; }, kSettle);
  if (!options.click.empty()) {
    const absl::StatusOr<bool> clicked = Click(browser, *tab, options.click);
    if (!clicked.ok()) return clicked.status();
    if (!*clicked) seen->missing_click = options.click;
    browser.RunUntil([] { return false; }, kSettle);
  }
  // Another tab hides this one: the agent says its last words, and its answers can be watched.
  const absl::StatusOr<std::string> other = browser.OpenTab();
  if (!other.ok()) return other.status();
  browser.RunUntil([&] { return watcher.Posts() > 0; }, seen->tags.empty() || watcher.HasTrouble()
                                                            ? kSettle
                                                            : milliseconds(kAnswerTimeout));
  browser.RunUntil([] { return false; }, kSettle);
  browser.RunUntil([&] { return watcher.AllPostsAnswered(); }, kAnswerTimeout);
  for (auto& [id, post] : watcher.RefusedPosts()) {
    const absl::StatusOr<Json> body =
        browser.Call("Network.getResponseBody", {{"requestId", id}}, *tab);
    // The last words of a page have no answer that could be read.
    if (body.ok()) post->answer = std::string(absl::StripSuffix(body->value("body", ""), "\n"));
  }
  return absl::OkStatus();
}

absl::StatusOr<DoctorObservations> Examine(const DoctorOptions& options,
                                           const config::Settings& settings) {
  const absl::StatusOr<WebAddress> address = ParseWebAddress(options.url);
  if (!address.ok()) return address.status();
  const absl::StatusOr<std::string> path = DoctorBrowser::Find();
  if (!path.ok()) return path.status();
  absl::StatusOr<std::unique_ptr<DoctorBrowser>> browser = DoctorBrowser::Launch(*path);
  if (!browser.ok()) return browser.status();

  DoctorObservations seen;
  seen.url = options.url;
  seen.expects_conversion = options.expect_conversion;
  Watcher watcher;
  (*browser)->OnEvent(
      [&](const std::string& method, const Json& params) { watcher.OnEvent(method, params); });
  if (absl::Status status = Visit(**browser, options, watcher, &seen); !status.ok()) return status;
  (*browser)->OnEvent(nullptr);
  watcher.Report(&seen);
  if (options.collector.empty() || !seen.page_error.empty()) return seen;
  auto collector = AskCollector(**browser, options.collector, settings.auth_token, seen.said);
  if (!collector.ok()) return collector.status();
  seen.collector = *std::move(collector);
  return seen;
}

}  // namespace

int RunDoctor(const DoctorOptions& options, const config::Settings& settings) {
  absl::StatusOr<DoctorObservations> seen;
  try {
    seen = Examine(options, settings);
  } catch (const Json::exception& error) {
    seen = absl::InternalError(absl::StrCat("the browser answers in another form: ", error.what()));
  }
  if (!seen.ok()) {
    std::fprintf(stderr, "error: %s\n", std::string(seen.status().message()).c_str());
    return 2;
  }
  const std::vector<Check> checks = Judge(*seen);
  const std::string text = FormatChecks(checks);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::printf(AllWell(checks) ? "All is well.\n" : "Something is to be done.\n");
  return AllWell(checks) ? 0 : 1;
}

}  // namespace paceline::commands
