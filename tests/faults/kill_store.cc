// Kills a process that writes to the store, again and again, and counts what it had acknowledged.
//
//   kill_store [--rounds N] [--seed N]
//
// Each round a child opens the data directory, sends beacons and raw batches from several threads
// (some twice), and prints the identity of each one that was acknowledged; the parent kills it with
// SIGKILL at a random moment, once while it runs at full rate, once soon after it has opened. Then
// the parent opens the directory itself: everything that was acknowledged so far has to be there
// exactly once, and a recount has to find no difference.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "collector/store/store.h"
#include "tests/unit/collector/store/record_builder.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

constexpr uint32_t kThreads = 8;
// Of a session: two documents.
constexpr uint32_t kDocumentsPerSession = 2;
constexpr uint32_t kRecordsPerDocument = 5;

// What the child prints, and the parent reads: one fixed-size line of a pipe, written in one piece.
struct Acknowledged {
  uint32_t session;
  uint32_t document;
  uint32_t sequence;
  bool operator<(const Acknowledged& other) const {
    return std::tie(session, document, sequence) <
           std::tie(other.session, other.document, other.sequence);
  }
};

v1::JournalRecord MakeRecord(const Acknowledged& id) {
  // Every third document is sent raw.
  if (id.document % 3 == 0) {
    return BuildRaw({.session = id.session,
                     .document = id.document,
                     .sequence = id.sequence,
                     .starts = id.sequence == 0,
                     .paint_100us = id.sequence == 0 ? 9'000u : 0u,
                     .shifts = {0.01, 0.02},
                     .shifts_at_100us = 20'000 * (id.sequence + 1),
                     .clicks = 1});
  }
  return BeaconBuilder(id.session, id.document, id.sequence)
      .Vital(v1::METRIC_CLS, 1'000 * (id.sequence + 1))
      .Vital(v1::METRIC_LCP, 20'000 + id.session % 5'000)
      .Click()
      .Build();
}

// Sends until it is killed. Threads take sessions in turn, from `first_session` on.
void SendUntilKilled(Store* store, uint32_t first_session, uint32_t thread, int pipe) {
  for (uint32_t session = first_session + thread;; session += kThreads) {
    for (uint32_t sequence = 0; sequence < kRecordsPerDocument; ++sequence) {
      for (uint32_t k = 0; k < kDocumentsPerSession; ++k) {
        const Acknowledged id{session, session * kDocumentsPerSession + k, sequence};
        for (uint32_t attempt = 0; attempt < 1 + sequence % 2; ++attempt) {
          const AppendResult result = AppendAndWait(store, MakeRecord(id));
          if (result.outcome != AppendOutcome::kStored &&
              result.outcome != AppendOutcome::kDuplicate) {
            std::fprintf(stderr, "append: %s\n", result.status.ToString().c_str());
            _exit(3);
          }
          if (write(pipe, &id, sizeof(id)) != sizeof(id)) _exit(3);
        }
      }
    }
  }
}

// Erasing a session that nobody has changes nothing that is counted, but has everything in memory
// written to tables, and tables rewritten: kills meet that too.
void RewriteUntilKilled(Store* store) {
  for (uint32_t session = 0;; ++session) {
    const auto erased = store->Erase(
        {.site = "academy", .session_id = SessionId(~session), .now_unix_ms = kNoon}, nullptr);
    if (!erased.ok()) {
      std::fprintf(stderr, "erase: %s\n", erased.status().ToString().c_str());
      _exit(3);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
}

[[noreturn]] void RunChild(const std::string& dir, uint32_t first_session, int pipe) {
  // Views are flushed often, so that kills meet flushes too.
  auto store = Store::Open({.data_dir = dir, .flush_interval_ms = 50});
  if (!store.ok()) {
    std::fprintf(stderr, "open: %s\n", store.status().ToString().c_str());
    _exit(3);
  }
  std::vector<std::thread> threads;
  for (uint32_t i = 0; i < kThreads; ++i) {
    threads.emplace_back(SendUntilKilled, store->get(), first_session, i, pipe);
  }
  threads.emplace_back(RewriteUntilKilled, store->get());
  for (std::thread& thread : threads) thread.join();
  _exit(3);
}

// Forks a child, kills it after `lifetime`, and adds what it had acknowledged. False when it ended
// otherwise.
bool KillOneChild(const std::string& dir, uint32_t first_session,
                  std::chrono::milliseconds lifetime, std::set<Acknowledged>* acknowledged) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    // Another program, not this one's copy: RocksDB's threads would be missing in a copy.
    close(ends[0]);
    const std::string session = std::to_string(first_session);
    const std::string pipe_end = std::to_string(ends[1]);
    execl("/proc/self/exe", "kill_store", "--child", dir.c_str(), session.c_str(), pipe_end.c_str(),
          nullptr);
    _exit(3);
  }
  close(ends[1]);
  std::thread killer([&] {
    std::this_thread::sleep_for(lifetime);
    kill(child, SIGKILL);
  });
  Acknowledged id{};
  while (read(ends[0], &id, sizeof(id)) == sizeof(id)) acknowledged->insert(id);
  close(ends[0]);
  killer.join();
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

// How often each record is in the journeys.
std::map<Acknowledged, int> CountStored(const Store& store) {
  std::map<Acknowledged, int> counts;
  const absl::Status read =
      store.ReadSessions("academy", 0, ~uint64_t{0} >> 1, [&](const v1::SessionRecord& session) {
        const auto records = store.ReadJourney(session);
        if (!records.ok()) std::abort();
        for (const v1::JournalRecord& record : *records) {
          const BeaconId id = IdOf(record);
          const auto number = [](const std::string& bytes) {
            uint32_t value = 0;
            for (size_t i = bytes.size() - 4; i < bytes.size(); ++i) {
              value = value << 8 | static_cast<unsigned char>(bytes[i]);
            }
            return value;
          };
          ++counts[{number(id.session_id), number(id.document_id), id.sequence}];
        }
        return true;
      });
  if (!read.ok()) std::abort();
  return counts;
}

// Opens what a kill left behind. Returns the number of things that are wrong.
int Inspect(const std::string& dir, const std::set<Acknowledged>& acknowledged) {
  auto store = Store::Open({.data_dir = dir});
  if (!store.ok()) {
    std::printf("cannot be opened: %s\n", store.status().ToString().c_str());
    return 1;
  }
  int wrong = 0;
  const std::map<Acknowledged, int> counts = CountStored(**store);
  for (const Acknowledged& id : acknowledged) {
    const auto count = counts.find(id);
    if (count != counts.end() && count->second == 1) continue;
    std::printf("acknowledged, but there %d times: session %u document %u sequence %u\n",
                count == counts.end() ? 0 : count->second, id.session, id.document, id.sequence);
    ++wrong;
  }
  const auto report = (*store)->Verify(nullptr);
  if (!report.ok()) {
    std::printf("verify: %s\n", report.status().ToString().c_str());
    return wrong + 1;
  }
  for (const Difference& difference : report->differences) {
    std::printf("%s\n  stored    %s\n  recounted %s\n", difference.what.c_str(),
                difference.stored.c_str(), difference.recounted.c_str());
    ++wrong;
  }
  if (report->records != counts.size()) {
    std::printf("%llu records in the journeys, %zu of them in sessions\n",
                static_cast<unsigned long long>(report->records), counts.size());
    ++wrong;
  }
  std::printf("%zu acknowledged, %zu stored, %llu folded again, %llu facts, %llu cells, %d wrong\n",
              acknowledged.size(), counts.size(),
              static_cast<unsigned long long>((*store)->GetStats().records_refolded_at_start),
              static_cast<unsigned long long>(report->facts),
              static_cast<unsigned long long>(report->rollup_cells), wrong);
  std::fflush(stdout);
  return wrong;
}

int Run(int rounds, uint32_t seed) {
  std::string pattern = (std::filesystem::temp_directory_path() / "paceline-kill-XXXXXX").string();
  const std::string root = mkdtemp(pattern.data());
  const std::string dir = root + "/data";
  std::mt19937 random(seed);
  std::set<Acknowledged> acknowledged;
  int wrong = 0;
  for (int round = 0; round < rounds && wrong == 0; ++round) {
    const auto first_session = static_cast<uint32_t>(round + 1) * 100'000;
    const std::chrono::milliseconds lifetime(round % 2 == 0 ? 400 + random() % 1'200
                                                            : random() % 200);
    std::printf("round %d, killed after %lld ms: ", round + 1,
                static_cast<long long>(lifetime.count()));
    std::fflush(stdout);
    if (!KillOneChild(dir, first_session, lifetime, &acknowledged)) {
      std::printf("the child ended by itself\n");
      ++wrong;
      break;
    }
    wrong += Inspect(dir, acknowledged);
  }
  // A test in which nothing was acknowledged proves nothing.
  if (acknowledged.empty()) ++wrong;
  std::filesystem::remove_all(root);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace paceline::store

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "--child") == 0) {
    paceline::store::RunChild(argv[2], static_cast<uint32_t>(std::atoi(argv[3])),
                              std::atoi(argv[4]));
  }
  int rounds = 12;
  uint32_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--rounds") == 0) rounds = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--seed") == 0) {
      seed = static_cast<uint32_t>(std::strtoul(argv[i + 1], nullptr, 10));
    }
  }
  return paceline::store::Run(rounds, seed);
}
