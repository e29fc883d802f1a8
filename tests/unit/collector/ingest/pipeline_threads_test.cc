// The pipeline as the collector runs it: submitted to by many threads, over the committer, while
// others read its figures.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "collector/ingest/pipeline.h"
#include "tests/unit/collector/ingest/sample_beacon.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::ingest {
namespace {

constexpr uint32_t kThreads = 4;
constexpr uint32_t kSessionsEach = 60;

v1::Beacon BeaconOf(uint32_t session, uint32_t sequence) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_session_id(store::SessionId(session));
  beacon.set_sequence(sequence);
  // So many pages that the groups that are known change.
  beacon.set_strings(0, absl::StrCat("/courses/topic-", session, "/lessons/", sequence));
  return beacon;
}

// One of each way through the pipeline: plain, careful, known already, refused early and late.
std::vector<Submission> SubmissionsOf(uint32_t session) {
  const v1::Beacon plain = BeaconOf(session, 0);
  v1::Beacon scrubbed = BeaconOf(session, 1);
  scrubbed.set_strings(0, "/courses/42?mail=a@example.com");
  v1::EntryBatch batch = SampleEntryBatch();
  batch.set_session_id(store::SessionId(session));
  batch.set_sequence(2);
  v1::Beacon unknown = BeaconOf(session, 3);
  unknown.set_site("unknown");
  Submission malformed = SubmissionOf(plain);
  malformed.body = "\xff";
  return {SubmissionOf(plain), SubmissionOf(scrubbed), SubmissionOf(batch),
          SubmissionOf(plain), SubmissionOf(unknown),  std::move(malformed)};
}

TEST(PipelineThreadsTest, EachSubmissionEndsOnceWhoeverSendsIt) {
  store::MemoryKeyValue disk;
  store::Process process(&disk, 20);
  PipelineOptions options;
  options.sites = {{"academy", {}}, {"guarded", {"https://guarded.example"}}};
  options.site_per_second = 1'000'000;
  Pipeline pipeline(options, [&](store::NewRecord record, store::AppendCallback done) {
    process.committer->Append(std::move(record), std::move(done));
  });

  std::atomic<bool> is_over = false;
  std::thread reader([&] {
    while (!is_over) {
      for (const auto& [site, outcomes] : pipeline.SiteOutcomes()) {
        EXPECT_LE(outcomes->Total(v1::OUTCOME_ACCEPTED), 3u * kThreads * kSessionsEach);
        pipeline.HasRoom(site);
      }
      pipeline.traffic().Read(kSampleSent);
      pipeline.marks().Total(Mark::kScrubbed);
    }
  });
  std::atomic<uint64_t> answers = 0;
  std::vector<std::thread> senders;
  for (uint32_t thread = 0; thread < kThreads; ++thread) {
    senders.emplace_back([&, thread] {
      for (uint32_t i = 0; i < kSessionsEach; ++i) {
        // Every other session is sent by all threads, as when a retry overtakes.
        const uint32_t session = 1 + i + (i % 2 == 0 ? 0 : 1'000 * (thread + 1));
        for (Submission& submission : SubmissionsOf(session)) {
          pipeline.Submit(std::move(submission), [&](const SubmitResult& result) {
            EXPECT_NE(result.outcome, v1::OUTCOME_UNSPECIFIED);
            ++answers;
          });
        }
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  process.committer->WaitUntilFolded();
  while (answers < 6ull * kThreads * kSessionsEach) std::this_thread::yield();
  is_over = true;
  reader.join();

  // Half of the sessions are everybody's and stored once.
  constexpr uint64_t kSessions = kSessionsEach / 2 + kThreads * kSessionsEach / 2;
  constexpr uint64_t kAll = kThreads * kSessionsEach;
  const OutcomeCounter& outcomes = pipeline.outcomes();
  EXPECT_EQ(outcomes.Total(v1::OUTCOME_ACCEPTED), 3 * kSessions);
  EXPECT_EQ(outcomes.Total(v1::OUTCOME_DUPLICATE), 4 * kAll - 3 * kSessions);
  EXPECT_EQ(outcomes.Total(v1::OUTCOME_REFUSED_UNKNOWN_SITE), kAll);
  EXPECT_EQ(outcomes.Total(v1::OUTCOME_REFUSED_MALFORMED), kAll);
  EXPECT_EQ(pipeline.traffic().Read(kSampleSent)[0].stored, 3 * kSessions);
  process.committer.reset();
  const auto report = store::VerifyViews(disk);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->records, 3 * kSessions);
  EXPECT_TRUE(report->differences.empty());
}

}  // namespace
}  // namespace paceline::ingest
