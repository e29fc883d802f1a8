#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "collector/commands/console.h"
#include "collector/commands/maintenance.h"
#include "collector/commands/times.h"
#include "collector/store/store.h"

namespace paceline::commands {
namespace {

// One object a line: what it is, whose, and the stored message as protobuf's JSON.
class JsonLines {
 public:
  explicit JsonLines(std::string kind) : kind_(std::move(kind)) {}

  absl::Status Write(const v1::SessionRecord& session, const google::protobuf::Message& message) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) {
      return absl::DataLossError("a stored text is not UTF-8");
    }
    const std::string line =
        absl::StrCat("{\"kind\":\"", kind_, "\",\"site\":\"", session.site(), "\",\"session\":\"",
                     absl::BytesToHexString(session.session_id()), "\",\"data\":", json, "}\n");
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) {
      return absl::UnavailableError("stdout cannot be written");
    }
    ++lines_;
    return absl::OkStatus();
  }
  uint64_t lines() const { return lines_; }

 private:
  const std::string kind_;
  uint64_t lines_ = 0;
};

absl::Status ExportSession(const store::Store& store, const std::string& what,
                           const v1::SessionRecord& session, JsonLines* lines) {
  if (what == "sessions") return lines->Write(session, session);
  if (what == "facts") {
    const auto facts = store.ReadFacts(session);
    if (!facts.ok()) return facts.status();
    for (const v1::PageViewFact& fact : *facts) {
      if (const absl::Status written = lines->Write(session, fact); !written.ok()) return written;
    }
    return absl::OkStatus();
  }
  const auto records = store.ReadJourney(session);
  if (!records.ok()) return records.status();
  for (const v1::JournalRecord& record : *records) {
    if (const absl::Status written = lines->Write(session, record); !written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace

int RunExport(const ExportOptions& options, const config::Settings& settings) {
  const auto from = ParseTime(options.from, 0);
  if (!from.ok()) return Fail(from.status());
  const auto to = ParseTime(options.to, std::numeric_limits<int64_t>::max());
  if (!to.ok()) return Fail(to.status());
  store::Store::Options store_options;
  store_options.data_dir = settings.data_dir;
  store_options.read_only = true;
  const auto store = store::Store::Open(std::move(store_options));
  if (!store.ok()) return Fail(store.status());

  JsonLines lines(options.what);
  ProgressLine progress;
  absl::Status status;
  uint64_t sessions = 0;
  const absl::Status read =
      (*store)->ReadSessions(options.site, *from, *to, [&](const v1::SessionRecord& session) {
        status = ExportSession(**store, options.what, session, &lines);
        progress.Say("export", ++sessions, 0, "sessions");
        return status.ok();
      });
  if (!read.ok()) return Fail(read);
  if (!status.ok()) return Fail(status);
  if (std::fflush(stdout) != 0) return Fail(absl::UnavailableError("stdout cannot be written"));
  std::fprintf(stderr, "exported %llu lines of %llu sessions\n",
               static_cast<unsigned long long>(lines.lines()),
               static_cast<unsigned long long>(sessions));
  return 0;
}

}  // namespace paceline::commands
