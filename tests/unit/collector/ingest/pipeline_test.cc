#include "collector/ingest/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "collector/store/fold.h"
#include "collector/store/page_fact.h"
#include "collector/store/record_view.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A pipeline whose store is a list.
class PipelineTest : public testing::Test {
 protected:
  explicit PipelineTest(PipelineOptions options = Options())
      : pipeline_(std::move(options), [this](store::NewRecord record, store::AppendCallback done) {
          EXPECT_TRUE(records_.emplace_back().ParseFromString(record.bytes));
          store::RecordView view;
          EXPECT_TRUE(store::ReadRecord(record.bytes, &view));
          EXPECT_EQ(record.content_hash, view.content_hash)
              << "it is decided by again after a restart";
          EXPECT_EQ(record.received_unix_ms, records_.back().received_unix_ms());
          hashes_.push_back(record.content_hash);
          ids_.push_back(std::move(record.id));
          done({answer_, absl::UnavailableError("disk full: /secret/path")});
        }) {}

  static PipelineOptions Options() {
    PipelineOptions options;
    options.sites = {{"academy", {}}, {"guarded", {"https://Guarded.example/"}}};
    return options;
  }

  SubmitResult Submit(Submission submission) {
    SubmitResult result;
    int calls = 0;
    pipeline_.Submit(std::move(submission), [&](SubmitResult r) {
      result = std::move(r);
      ++calls;
    });
    EXPECT_EQ(calls, 1);
    return result;
  }

  SubmitResult SubmitFrom(const std::string& origin) {
    v1::Beacon beacon = SampleBeacon();
    beacon.set_site("guarded");
    Submission submission = SubmissionOf(beacon);
    submission.source.origin = origin;
    return Submit(std::move(submission));
  }

  store::AppendOutcome answer_ = store::AppendOutcome::kStored;
  std::vector<store::BeaconId> ids_;
  std::vector<uint64_t> hashes_;
  std::vector<v1::JournalRecord> records_;
  Pipeline pipeline_;
};

TEST_F(PipelineTest, RunsItsStepsInThisOrder) {
  EXPECT_THAT(Pipeline::StepNames(), ElementsAre("scan", "decode", "validate", "authorize", "limit",
                                                 "read", "scrub", "enrich", "decide", "append"));
}

TEST_F(PipelineTest, AppendsAValidBeaconOnce) {
  const SubmitResult result = Submit(SubmissionOf(SampleBeacon()));
  EXPECT_EQ(result.outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_THAT(result.message, IsEmpty());
  ASSERT_EQ(records_.size(), 1u);
  EXPECT_EQ(ids_[0].site, "academy");
  EXPECT_EQ(ids_[0].session_id, "0123456789abcdef");
  EXPECT_EQ(ids_[0].document_id, "document");
  EXPECT_EQ(records_[0].received_unix_ms(), kSampleSent + 40);
  EXPECT_EQ(records_[0].clock_offset_ms(), 0);
  EXPECT_EQ(records_[0].weight_micro(), 1'000'000u);
  EXPECT_THAT(records_[0].page_groups(), ElementsAre("/courses/:id"));
  EXPECT_EQ(records_[0].beacon().SerializeAsString(), SampleBeacon().SerializeAsString());
}

TEST_F(PipelineTest, AppendsAnEntryBatch) {
  EXPECT_EQ(Submit(SubmissionOf(SampleEntryBatch())).outcome, v1::OUTCOME_ACCEPTED);
  ASSERT_EQ(records_.size(), 1u);
  EXPECT_TRUE(records_[0].has_entry_batch());
}

TEST_F(PipelineTest, HashesTheBytesAsTheyCame) {
  v1::Beacon beacon = SampleBeacon();
  Submit(SubmissionOf(beacon));
  Submit(SubmissionOf(beacon));
  // Scrubbed away, but other bytes.
  beacon.set_strings(0, "/courses/42?changed");
  Submit(SubmissionOf(beacon));
  EXPECT_EQ(hashes_[0], hashes_[1]);
  EXPECT_NE(hashes_[0], hashes_[2]);
  EXPECT_EQ(records_[0].beacon().strings(0), records_[2].beacon().strings(0));
}

TEST_F(PipelineTest, StoresAPlainBeaconAsItCarefullyWould) {
  v1::Beacon plain = SampleBeacon();
  plain.add_strings("0123456789abcde");
  v1::Beacon careful = plain;
  // Nobody refers to it, so that nothing else differs.
  careful.set_strings(3, "0123456789abcdef");
  Submit(SubmissionOf(plain));
  Submit(SubmissionOf(careful));
  ASSERT_EQ(records_.size(), 2u);
  EXPECT_EQ(records_[1].beacon().strings(3), ":token");
  records_[1].mutable_beacon()->set_strings(3, plain.strings(3));
  EXPECT_NE(records_[1].content_hash(), 0u) << "of the bytes before they were scrubbed";
  records_[1].clear_content_hash();
  EXPECT_EQ(records_[0].SerializeAsString(), records_[1].SerializeAsString());
  EXPECT_EQ(ids_[0].session_id, ids_[1].session_id);
  EXPECT_EQ(ids_[0].sequence, ids_[1].sequence);
}

TEST_F(PipelineTest, ReadsCallsWhereTheyStand) {
  v1::Beacon beacon = SampleBeacon();
  for (const char* text : {"track", "lesson_opened", "conversion", "booking", "currency", "eur"}) {
    beacon.add_strings(text);
  }
  v1::Event* track = beacon.add_events();
  track->set_at_100us(77);
  track->mutable_call()->set_name_ref(4);
  track->mutable_call()->add_argument_refs(5);
  beacon.add_events()->mutable_layout_shift()->set_value_nano(5);
  v1::Event::Call* conversion = beacon.add_events()->mutable_call();
  conversion->set_name_ref(6);
  for (const uint32_t ref : {7u, 8u, 9u}) conversion->add_argument_refs(ref);
  conversion->set_lcp_100us(12'345);
  // Refused as it carefully would be: the texts are 9.
  v1::Beacon wrong = beacon;
  wrong.mutable_events(1)->mutable_call()->add_argument_refs(10);
  // Protobuf whose fields stand in another order says the same.
  v1::Beacon late;
  late.add_strings("late");
  Submission in_disorder = SubmissionOf(beacon);
  in_disorder.body += late.SerializeAsString();
  // What means nothing goes.
  v1::Beacon odd = beacon;
  odd.mutable_events(1)->mutable_call()->set_name_ref(2);

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Submit(SubmissionOf(beacon)).outcome, v1::OUTCOME_ACCEPTED);
  }
  EXPECT_EQ(pipeline_.marks().Total(Mark::kNotPlain), 0u);
  EXPECT_EQ(Submit(SubmissionOf(wrong)).outcome, v1::OUTCOME_REFUSED_INVALID);
  EXPECT_EQ(Submit(in_disorder).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(Submit(SubmissionOf(odd)).outcome, v1::OUTCOME_ACCEPTED);

  const v1::Beacon& stored = records_[0].beacon();
  ASSERT_EQ(stored.events_size(), 4);
  EXPECT_EQ(stored.events(1).action().name_ref(), 5u);
  EXPECT_EQ(stored.events(1).at_100us(), 77u);
  EXPECT_EQ(stored.events(2).layout_shift().value_nano(), 5u);
  EXPECT_EQ(stored.events(3).conversion().lcp_100us(), 12'345u);
  ASSERT_EQ(stored.events(3).conversion().currency_ref(), 10u);
  EXPECT_EQ(stored.strings(9), "EUR");
  EXPECT_EQ(hashes_[0], hashes_[1]) << "of the bytes as they came: the second is a duplicate";
  EXPECT_EQ(records_[2].beacon().strings(9), "late");
  EXPECT_EQ(records_[2].beacon().events(3).conversion().currency_ref(), 11u);
  EXPECT_EQ(records_[3].beacon().events_size(), 3);
}

TEST_F(PipelineTest, TellsTheSameBytesOfAnotherKindApart) {
  // Field 11 of either: to the one an entry, to the other a page view, and each passes over the
  // rest.
  v1::Entry entry;
  entry.mutable_page_view_start()->set_navigation_type(v1::NAVIGATION_TYPE_NAVIGATE);
  v1::PageView view;
  view.set_navigation_type(v1::NAVIGATION_TYPE_NAVIGATE);
  const std::string both = entry.SerializeAsString() + view.SerializeAsString();
  Submission submission = SubmissionOf(SampleHeader<v1::Beacon>());
  submission.body += std::string{11 << 3 | 2, static_cast<char>(both.size())} + both;
  ASSERT_EQ(Submit(submission).outcome, v1::OUTCOME_ACCEPTED);
  submission.kind = Submission::Kind::kEntryBatch;
  ASSERT_EQ(Submit(submission).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_TRUE(records_[1].has_entry_batch());
  EXPECT_NE(hashes_[0], hashes_[1]);
}

TEST_F(PipelineTest, StoresNeitherAddressNorUserAgent) {
  Submission submission = SubmissionOf(SampleBeacon());
  submission.source.remote_address = "203.0.113.7";
  Submit(std::move(submission));
  const std::string stored = records_.at(0).SerializeAsString();
  EXPECT_EQ(stored.find("203.0.113.7"), std::string::npos);
  EXPECT_EQ(stored.find("AppleWebKit"), std::string::npos);
}

TEST_F(PipelineTest, PrefersTheVisitorsUserAgentToTheServices) {
  v1::Beacon beacon = SampleBeacon();
  beacon.add_strings("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0");
  beacon.mutable_context()->set_user_agent_ref(4);
  Submit(SubmissionOf(beacon));
  EXPECT_EQ(records_.at(0).dimensions().browser(), "Firefox");
}

TEST_F(PipelineTest, EndsEachBadBodyWithItsOutcome) {
  Submission empty;
  EXPECT_EQ(Submit(empty).outcome, v1::OUTCOME_REFUSED_EMPTY);
  Submission garbage;
  garbage.body = "garbage";
  EXPECT_EQ(Submit(garbage).outcome, v1::OUTCOME_REFUSED_MALFORMED);
  Submission large;
  large.body.resize(10'000'000);
  EXPECT_EQ(Submit(large).outcome, v1::OUTCOME_REFUSED_TOO_LARGE);
  v1::Beacon invalid = SampleBeacon();
  invalid.set_session_id("short");
  EXPECT_EQ(Submit(SubmissionOf(invalid)).outcome, v1::OUTCOME_REFUSED_INVALID);
  EXPECT_THAT(records_, IsEmpty());
}

TEST_F(PipelineTest, RefusesASiteThatIsNotInTheSettings) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_site("acadmy");
  const SubmitResult result = Submit(SubmissionOf(beacon));
  EXPECT_EQ(result.outcome, v1::OUTCOME_REFUSED_UNKNOWN_SITE);
  EXPECT_THAT(result.message, HasSubstr("\"acadmy\""));
  EXPECT_THAT(records_, IsEmpty());
}

TEST_F(PipelineTest, RefusesOriginsTheSiteDoesNotAllow) {
  const SubmitResult result = SubmitFrom("https://elsewhere.example");
  EXPECT_EQ(result.outcome, v1::OUTCOME_REFUSED_ORIGIN);
  EXPECT_THAT(result.message, HasSubstr("https://guarded.example"));
  EXPECT_EQ(SubmitFrom("https://guarded.example:8443").outcome, v1::OUTCOME_REFUSED_ORIGIN);
  EXPECT_EQ(SubmitFrom("http://guarded.example").outcome, v1::OUTCOME_REFUSED_ORIGIN);
  EXPECT_EQ(SubmitFrom("null").outcome, v1::OUTCOME_REFUSED_ORIGIN);
  EXPECT_THAT(records_, IsEmpty());
}

TEST_F(PipelineTest, TakesAllowedOriginsAndServices) {
  EXPECT_EQ(SubmitFrom("https://guarded.example").outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(SubmitFrom("").outcome, v1::OUTCOME_ACCEPTED);
}

TEST_F(PipelineTest, LeavesOutSessionsOutsideTheSample) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_sample_rate_ppm(1);
  const SubmitResult result = Submit(SubmissionOf(beacon));
  EXPECT_EQ(result.outcome, v1::OUTCOME_SAMPLED_OUT);
  EXPECT_THAT(records_, IsEmpty());
}

TEST_F(PipelineTest, KeepsSessionsForDrillDownWithoutWeight) {
  v1::Beacon beacon = SampleBeacon();
  beacon.set_sample_rate_ppm(1);
  beacon.set_kept_unsampled(true);
  EXPECT_EQ(Submit(SubmissionOf(beacon)).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(records_.at(0).weight_micro(), 0u);
}

TEST_F(PipelineTest, WeighsSampledSessionsByTheirRate) {
  // MurmurHash3's finaliser maps 0 to 0: a session that is in every sample.
  v1::Beacon beacon = SampleBeacon();
  beacon.set_session_id(std::string(4, '\0') + "456789abcdef");
  beacon.set_sample_rate_ppm(250'000);
  beacon.set_kept_unsampled(true);
  EXPECT_EQ(Submit(SubmissionOf(beacon)).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(records_.at(0).weight_micro(), 4'000'000u) << "sampled counts, whatever else it is";
}

TEST_F(PipelineTest, PassesOnWhatTheStoreSays) {
  const std::pair<store::AppendOutcome, v1::Outcome> kExpected[] = {
      {store::AppendOutcome::kStored, v1::OUTCOME_ACCEPTED},
      {store::AppendOutcome::kDuplicate, v1::OUTCOME_DUPLICATE},
      {store::AppendOutcome::kConflict, v1::OUTCOME_CONFLICT},
      {store::AppendOutcome::kSessionLimit, v1::OUTCOME_REFUSED_SESSION_LIMIT},
      {store::AppendOutcome::kErased, v1::OUTCOME_REFUSED_ERASED},
      {store::AppendOutcome::kOverloaded, v1::OUTCOME_OVERLOADED},
      {store::AppendOutcome::kUnavailable, v1::OUTCOME_UNAVAILABLE},
  };
  for (const auto& [said, outcome] : kExpected) {
    answer_ = said;
    const SubmitResult result = Submit(SubmissionOf(SampleBeacon()));
    EXPECT_EQ(result.outcome, outcome);
    EXPECT_EQ(result.message.find("/secret"), std::string::npos) << "not for the sender's eyes";
    EXPECT_EQ(pipeline_.outcomes().Total(outcome), 1u);
  }
}

TEST_F(PipelineTest, CountsEveryBeaconUnderExactlyOneOutcome) {
  Submit(SubmissionOf(SampleBeacon()));
  Submit(SubmissionOf(SampleEntryBatch()));
  Submit(Submission());
  pipeline_.CountRefused(v1::OUTCOME_REFUSED_TOO_LARGE);
  uint64_t total = 0;
  for (const OutcomeCounter::Count& count : pipeline_.outcomes().Snapshot()) {
    total += count.count;
    if (count.outcome == v1::OUTCOME_ACCEPTED && count.kind != ItemKind::kUnread) {
      EXPECT_EQ(count.count, 1u) << ItemKindName(count.kind);
    }
    if (count.outcome == v1::OUTCOME_REFUSED_TOO_LARGE && count.kind == ItemKind::kUnread) {
      EXPECT_EQ(count.count, 1u);
    }
  }
  EXPECT_EQ(total, 4u);
}

TEST_F(PipelineTest, CountsBySiteAndWhatIsMissing) {
  v1::Beacon beacon = SampleBeacon();
  Submit(SubmissionOf(beacon));
  beacon.set_sequence(3);
  Submit(SubmissionOf(beacon));
  SubmitFrom("https://elsewhere.example");
  beacon.set_site("unknown");
  Submit(SubmissionOf(beacon));
  const auto sites = pipeline_.SiteOutcomes();
  ASSERT_EQ(sites.size(), 2u);
  EXPECT_EQ(sites[0].first, "academy");
  EXPECT_EQ(sites[0].second->Total(v1::OUTCOME_ACCEPTED), 2u);
  EXPECT_EQ(sites[1].second->Total(v1::OUTCOME_REFUSED_ORIGIN), 1u);
  const std::vector<SiteFigures> figures = pipeline_.traffic().Read(kSampleSent);
  EXPECT_EQ(figures[0].stored, 2u);
  EXPECT_EQ(figures[0].missing, 2u);
  answer_ = store::AppendOutcome::kDuplicate;
  Submit(SubmissionOf(SampleBeacon()));
  EXPECT_EQ(pipeline_.traffic().Read(kSampleSent)[0].stored, 2u) << "was there before";
}

TEST_F(PipelineTest, MarksWhatItHasFound) {
  v1::Beacon beacon = SampleBeacon();
  Submit(SubmissionOf(beacon));
  for (const Mark mark : {Mark::kNotPlain, Mark::kScrubbed, Mark::kClockCorrected, Mark::kBot}) {
    EXPECT_EQ(pipeline_.marks().Total(mark), 0u) << MarkName(mark);
  }
  beacon.set_strings(0, "/courses/42?secret");
  Submission submission = SubmissionOf(beacon);
  submission.source.user_agent = "Googlebot/2.1";
  // Ten years late.
  submission.source.received_unix_ms += 315'360'000'000;
  EXPECT_EQ(Submit(submission).outcome, v1::OUTCOME_ACCEPTED);
  for (const Mark mark : {Mark::kNotPlain, Mark::kScrubbed, Mark::kClockCorrected, Mark::kBot}) {
    EXPECT_EQ(pipeline_.marks().Total(mark), 1u) << MarkName(mark);
  }
}

TEST_F(PipelineTest, MarksWhatIsBeyondWhatViewsHaveOfADocument) {
  const auto marked = [&] { return pipeline_.marks().Total(Mark::kBeyondDocument); };
  v1::Beacon beacon = SampleBeacon();
  beacon.mutable_page_views(0)->set_index(store::kMaxPageViewsPerDocument - 1);
  beacon.mutable_events(0)->set_page_view(store::kMaxPageViewsPerDocument - 1);
  EXPECT_EQ(Submit(SubmissionOf(beacon)).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(marked(), 0u);
  beacon.mutable_page_views(0)->set_index(store::kMaxPageViewsPerDocument);
  beacon.mutable_events(0)->set_page_view(store::kMaxPageViewsPerDocument);
  EXPECT_EQ(Submit(SubmissionOf(beacon)).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(marked(), 1u);
  v1::EntryBatch batch = SampleEntryBatch();
  batch.set_sequence(store::kMaxRawBatchesPerDocument - 1);
  Submit(SubmissionOf(batch));
  EXPECT_EQ(marked(), 1u);
  batch.set_sequence(store::kMaxRawBatchesPerDocument);
  EXPECT_EQ(Submit(SubmissionOf(batch)).outcome, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(marked(), 2u);
}

TEST_F(PipelineTest, KeepsOffsetAndAgeApart) {
  constexpr uint64_t kDay = 86'400'000;
  Submission kept = SubmissionOf(SampleBeacon());
  kept.source.received_unix_ms += kDay;
  kept.source.age_ms = kDay;
  Submit(kept);
  EXPECT_EQ(records_[0].clock_offset_ms(), 0);
  EXPECT_EQ(records_[0].age_ms(), kDay);
}

TEST(OutcomeNameTest, IsTheMetricsLabel) {
  EXPECT_EQ(OutcomeName(v1::OUTCOME_ACCEPTED), "accepted");
  EXPECT_EQ(OutcomeName(v1::OUTCOME_REFUSED_UNKNOWN_SITE), "refused_unknown_site");
  EXPECT_EQ(OutcomeCounter().Snapshot().size(), (v1::Outcome_ARRAYSIZE - 1) * 3u)
      << "every outcome, also at 0";
}

}  // namespace
}  // namespace paceline::ingest
