#include "collector/commands/doctor_report.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "collector/receive/decompress.h"
#include "collector/store/read_calls.h"
#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::commands {
namespace {

constexpr uint64_t kMaxPlainBytes = 4 << 20;
constexpr size_t kNameWidth = 11;
constexpr size_t kStateWidth = 10;

std::string_view StateName(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "[ok]";
    case CheckState::kBlocked:
      return "[blocked]";
    case CheckState::kMissing:
      return "[missing]";
    case CheckState::kNotAsked:
      return "[-]";
  }
  return "[-]";
}

std::string Padded(std::string_view text, size_t width) {
  std::string padded(text);
  padded.resize(std::max(width, padded.size() + 1), ' ');
  return padded;
}

// Pages and answers name what they like: no control characters of theirs reach the terminal.
std::string Printable(std::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = '?';
  }
  return printable;
}

Check CheckPage(const DoctorObservations& seen) {
  if (seen.page_status >= 400) {
    return {CheckState::kMissing, "page", absl::StrCat(seen.url, " answers ", seen.page_status)};
  }
  if (!seen.page_error.empty()) {
    return {CheckState::kMissing, "page",
            absl::StrCat(seen.url, " cannot be opened: ", seen.page_error)};
  }
  return {CheckState::kOk, "page", seen.url};
}

Check CheckTag(const DoctorObservations& seen) {
  if (!seen.tags.empty()) {
    const SeenTag& tag = seen.tags.front();
    if (seen.tags.size() > 1) {
      return {CheckState::kBlocked, "script",
              absl::StrCat("the page has ", seen.tags.size(),
                           " tags with data-site; keep one, the others do nothing")};
    }
    return {CheckState::kOk, "script",
            absl::StrCat("<script src=\"", tag.src, "\" data-site=\"", tag.site, "\">")};
  }
  if (!seen.posts.empty()) {
    return {CheckState::kOk, "script", "no tag, but the agent runs: it is bundled"};
  }
  return {CheckState::kMissing, "script",
          "there is no <script … data-site=\"…\"> in the page, and nothing else sends beacons; "
          "`paceline install --site URL` prints the tag"};
}

// What to add to the policy for one thing that it blocked.
std::string Cure(const SeenViolation& violation) {
  if (absl::StartsWith(violation.blocked, "wasm")) {
    return "add 'wasm-unsafe-eval' to script-src (vitals still arrive: the collector computes "
           "them)";
  }
  const bool connects = absl::StartsWith(violation.directive, "connect-src");
  const size_t path = violation.blocked.find('/', violation.blocked.find("://") + 3);
  return absl::StrCat("add ", violation.blocked.substr(0, path), " to ",
                      connects ? "connect-src" : "script-src");
}

Check CheckPolicy(const DoctorObservations& seen) {
  std::vector<std::string> cures;
  for (const SeenViolation& violation : seen.violations) {
    if (!IsAboutAgent(violation)) continue;
    std::string cure =
        absl::StrCat(violation.directive, " blocks ", violation.blocked, ": ", Cure(violation));
    if (std::find(cures.begin(), cures.end(), cure) == cures.end()) cures.push_back(cure);
  }
  if (cures.empty()) {
    return {CheckState::kOk, "policy", "the page's policy blocks nothing of the agent"};
  }
  return {CheckState::kBlocked, "policy", absl::StrJoin(cures, "; ")};
}

bool IsAgentScript(const SeenRequest& file) { return !absl::StrContains(file.url, "paceline-"); }

// Of the tag's script, or of its engine.
Check CheckFile(const DoctorObservations& seen, const char* name, bool script,
                const char* when_missing) {
  for (const SeenRequest& file : seen.agent_files) {
    if (IsAgentScript(file) != script) continue;
    if (!file.failure.empty()) {
      return {CheckState::kBlocked, name, absl::StrCat(file.url, ": ", file.failure)};
    }
    if (file.status >= 400) {
      return {CheckState::kMissing, name,
              absl::StrCat(file.url, " answers ", file.status,
                           "; the proxy has to hand /agent/ on to the collector")};
    }
  }
  const auto found = std::find_if(
      seen.agent_files.begin(), seen.agent_files.end(),
      [&](const SeenRequest& file) { return IsAgentScript(file) == script && file.status > 0; });
  if (found != seen.agent_files.end()) {
    return {CheckState::kOk, name, absl::StrCat(found->url, " ", found->status)};
  }
  return {CheckState::kMissing, name, when_missing};
}

Check CheckWasm(const DoctorObservations& seen) {
  if (seen.wasm_allowed) return {CheckState::kOk, "webassembly", "allowed"};
  return {CheckState::kBlocked, "webassembly",
          "the page's policy forbids it: add 'wasm-unsafe-eval' to script-src. Vitals still "
          "arrive, the collector computes them"};
}

std::string WhatToDo(const SeenRequest& post) {
  switch (post.status) {
    case 403:
      return "the site's `origins` in the settings do not list this page's";
    case 404:
      return "the collector has no such site, or the proxy does not hand /v1/ on";
    case 413:
      return "the proxy or the collector allows smaller bodies only";
    case 503:
      return "the collector is overloaded or cannot write; its log says why";
    default:
      return "the collector's log may say why";
  }
}

Check CheckBeacon(const DoctorObservations& seen) {
  if (seen.posts.empty()) {
    return {CheckState::kMissing, "beacon",
            "nothing was sent. The agent waits for consent, the session is not in the sample, or "
            "Global Privacy Control is set"};
  }
  const SeenRequest* good = nullptr;
  for (const SeenRequest& post : seen.posts) {
    if (!post.failure.empty()) {
      return {CheckState::kBlocked, "beacon", absl::StrCat("POST ", post.url, ": ", post.failure)};
    }
    if (post.status >= 400) {
      return {CheckState::kMissing, "beacon",
              absl::StrCat("POST ", post.url, " answers ", post.status, ": ", WhatToDo(post),
                           post.answer.empty() ? "" : absl::StrCat(" (", post.answer, ")"))};
    }
    if (post.status >= 200) good = &post;
  }
  if (good == nullptr) {
    return {CheckState::kMissing, "beacon",
            absl::StrCat("POST ", seen.posts.front().url, " got no answer in time")};
  }
  return {CheckState::kOk, "beacon",
          absl::StrCat(seen.posts.size(), " sent, stored: POST ", good->url, " ", good->status)};
}

Check CheckVitals(const DoctorObservations& seen) {
  if (!seen.said.vitals.empty()) {
    return {CheckState::kOk, "vitals",
            absl::StrCat("sent: ", absl::StrJoin(seen.said.vitals, ", "))};
  }
  if (seen.said.raw) {
    return {CheckState::kOk, "vitals", "sent as entries, which the collector turns into vitals"};
  }
  return {CheckState::kMissing, "vitals", "none of the beacons had any"};
}

Check CheckConversion(const DoctorObservations& seen) {
  if (!seen.missing_click.empty()) {
    return {CheckState::kMissing, "conversion",
            absl::StrCat("nothing in the page fits the selector ", seen.missing_click)};
  }
  const bool known = seen.collector && seen.collector->conversions > 0;
  if (seen.said.conversion || known) {
    return {CheckState::kOk, "conversion", known ? "seen, and known to the collector" : "sent"};
  }
  if (!seen.expects_conversion) {
    return {CheckState::kNotAsked, "conversion",
            "none was seen; not asked for: --expect-conversion makes that an error"};
  }
  return {CheckState::kMissing, "conversion",
          "none was sent; --click SELECTOR names what leads to one"};
}

Check CheckCollector(const DoctorObservations& seen) {
  if (!seen.collector) {
    return {CheckState::kNotAsked, "collector",
            "not asked; --collector http://127.0.0.1:8080 names its private address"};
  }
  if (!seen.collector->error.empty()) {
    return {CheckState::kMissing, "collector", seen.collector->error};
  }
  if (seen.collector->vitals.empty()) {
    return {CheckState::kMissing, "collector", "it knows the session, but has no vitals of it"};
  }
  return {CheckState::kOk, "collector",
          absl::StrCat("knows session ", seen.said.session_id, " with ",
                       absl::StrJoin(seen.collector->vitals, ", "))};
}

std::string PlainBody(const std::string& body) {
  std::string plain;
  if (!receive::IsCompressed(body)) return body;
  receive::Decompress(body, kMaxPlainBytes, &plain);
  return plain;
}

template <typename Message>
void Note(const Message& message, SeenPosts* said) {
  said->session_id = absl::BytesToHexString(message.session_id());
  said->site = message.site();
}

void NoteBeacon(v1::Beacon beacon, SeenPosts* said) {
  Note(beacon, said);
  store::ReadCalls(&beacon);
  for (const v1::Event& event : beacon.events()) {
    if (event.has_vital()) {
      said->vitals.insert(v1::Metric_Name(event.vital().metric()).substr(sizeof("METRIC_") - 1));
    }
    said->conversion = said->conversion || event.has_conversion();
  }
}

void NoteEntries(const v1::EntryBatch& batch, SeenPosts* said) {
  Note(batch, said);
  said->raw = true;
  for (const v1::Entry& entry : batch.entries()) {
    if (!entry.has_call()) continue;
    const uint32_t ref = entry.call().name_ref();
    const bool inside = ref > 0 && ref <= static_cast<uint32_t>(batch.strings_size());
    said->conversion =
        said->conversion || (inside && batch.strings(static_cast<int>(ref) - 1) == "conversion");
  }
}

}  // namespace

std::vector<Check> Judge(const DoctorObservations& seen) {
  std::vector<Check> checks = {CheckPage(seen)};
  if (checks.back().state != CheckState::kOk) return checks;
  checks.push_back(CheckTag(seen));
  if (checks.back().state == CheckState::kMissing) return checks;
  checks.push_back(CheckPolicy(seen));
  if (!seen.tags.empty()) {
    checks.push_back(CheckFile(seen, "agent", true, "the tag's script was not loaded"));
    if (checks.back().state != CheckState::kOk) return checks;
  }
  checks.push_back(CheckWasm(seen));
  if (seen.wasm_allowed) {
    checks.push_back(CheckFile(seen, "engine", false,
                               "it was not loaded: the page was never idle, or the agent waits "
                               "for consent"));
  }
  checks.push_back(CheckBeacon(seen));
  if (!seen.posts.empty()) checks.push_back(CheckVitals(seen));
  checks.push_back(CheckConversion(seen));
  checks.push_back(CheckCollector(seen));
  return checks;
}

std::string FormatChecks(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& check : checks) {
    absl::StrAppend(&text, Padded(StateName(check.state), kStateWidth),
                    Padded(check.name, kNameWidth + 1), Printable(check.text), "\n");
  }
  return text;
}

bool AllWell(const std::vector<Check>& checks) {
  return std::none_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.state == CheckState::kBlocked || check.state == CheckState::kMissing;
  });
}

bool IsAboutAgent(const SeenViolation& violation) {
  return absl::StartsWith(violation.blocked, "wasm") ||
         absl::StrContains(violation.blocked, "/agent/") ||
         absl::StrContains(violation.blocked, "paceline") ||
         absl::StrContains(violation.blocked, "/v1/");
}

SeenPosts ReadPosts(const std::vector<SeenRequest>& posts) {
  SeenPosts said;
  for (const SeenRequest& post : posts) {
    const std::string body = PlainBody(post.body);
    v1::Beacon beacon;
    v1::EntryBatch batch;
    if (absl::StrContains(post.url, "/v1/beacon")) {
      if (beacon.ParseFromString(body)) NoteBeacon(beacon, &said);
    } else if (batch.ParseFromString(body)) {
      NoteEntries(batch, &said);
    }
  }
  return said;
}

}  // namespace paceline::commands
