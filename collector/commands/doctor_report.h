// What `paceline doctor` saw of a page, and what it says about it. No browser and no network here.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paceline::commands {

// One request of the agent's.
struct SeenRequest {
  std::string url;
  std::string method;
  // 0: no answer.
  int status = 0;
  std::string content_type;
  // Chromium's words, as "net::ERR_CONNECTION_REFUSED" or "csp"; empty: none.
  std::string failure;
  // Of a post.
  std::string body;
  // Of an answer that is no success.
  std::string answer;
};

struct SeenViolation {
  // "script-src-elem".
  std::string directive;
  // An address, "inline", "wasm-eval".
  std::string blocked;
};

// The tag in the page.
struct SeenTag {
  std::string src;
  std::string site;
};

// What the page's own posts say, decoded.
struct SeenPosts {
  // 32 hexadecimal digits; empty: nothing was decoded.
  std::string session_id;
  std::string site;
  // "LCP", "FCP": from Beacons.
  std::set<std::string> vitals;
  bool raw = false;
  bool conversion = false;
};

struct DoctorObservations {
  std::string url;
  // Why the page could not be opened; empty: it could.
  std::string page_error;
  int page_status = 0;
  std::vector<SeenTag> tags;
  std::vector<SeenViolation> violations;
  // The page may compile WebAssembly.
  bool wasm_allowed = false;
  // Paths under /agent/, and posts to /v1/beacon and /v1/entries.
  std::vector<SeenRequest> agent_files;
  std::vector<SeenRequest> posts;
  SeenPosts said;
  bool expects_conversion = false;
  // What was clicked is not in the page.
  std::string missing_click;
  // What the collector answered about the session; nothing: it was not asked.
  struct Collector {
    std::string error;
    std::set<std::string> vitals;
    uint32_t conversions = 0;
  };
  std::optional<Collector> collector;
};

enum class CheckState { kOk, kBlocked, kMissing, kNotAsked };

struct Check {
  CheckState state = CheckState::kOk;
  // "script", "policy", …
  std::string name;
  // What was seen, and what to do.
  std::string text;
};

// The checks, in the order in which one depends on the other; stops where nothing more can be said.
std::vector<Check> Judge(const DoctorObservations& seen);

// "[ok]      script   …" a line each.
std::string FormatChecks(const std::vector<Check>& checks);

// None is blocked or missing.
bool AllWell(const std::vector<Check>& checks);

// Whether it was the agent that the page's policy blocked, and not something else of the page's.
bool IsAboutAgent(const SeenViolation& violation);

// Decodes the bodies of posts: Beacons and EntryBatches.
SeenPosts ReadPosts(const std::vector<SeenRequest>& posts);

}  // namespace paceline::commands
