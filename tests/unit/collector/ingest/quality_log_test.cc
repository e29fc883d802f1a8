#include "collector/ingest/quality_log.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

constexpr uint64_t kSecond = 1'000;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kDayMs = 24 * 60 * kMinute;
// Noon.
constexpr uint64_t kNow = kSampleOrigin + kDayMs / 2;
constexpr auto kToday = static_cast<uint32_t>(kNow / kDayMs);

// A collector that only counts, on a directory that outlives it.
class QualityLogTest : public testing::Test {
 protected:
  QualityLogTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "quality_log_test.XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    Start(kNow);
  }
  ~QualityLogTest() override {
    End();
    std::filesystem::remove_all(directory_);
  }

  void Start(uint64_t now) {
    store::Store::Options options;
    options.data_dir = directory_;
    auto opened = store::Store::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    PipelineOptions settings;
    settings.sites = {{"academy", {}}, {"guarded", {"https://guarded.example"}}};
    pipeline_ = std::make_unique<Pipeline>(
        settings, [](const store::NewRecord&, store::AppendCallback done) {
          done({store::AppendOutcome::kStored, absl::OkStatus()});
        });
    ASSERT_TRUE(pipeline_->RememberTraffic(*store_, now).ok());
    log_ = std::make_unique<QualityLog>(pipeline_.get(), store_.get());
  }
  void End() {
    log_.reset();
    pipeline_.reset();
    store_.reset();
  }

  void Send(uint32_t sequence, uint64_t received, const std::string& site = "academy") {
    v1::Beacon beacon = SampleBeacon();
    beacon.set_site(site);
    beacon.set_sequence(sequence);
    beacon.set_origin_unix_ms(kNow);
    beacon.set_sent_unix_ms(received);
    Submission submission = SubmissionOf(beacon);
    submission.source.received_unix_ms = received;
    submission.source.origin = site == "guarded" ? "https://elsewhere.example" : "";
    pipeline_->Submit(std::move(submission), [](const SubmitResult&) {});
  }

  // One in half a minute. Returns when the last came.
  uint64_t SendForAnHour(uint64_t from) {
    for (uint32_t i = 0; i < 120; ++i) Send(i, from + i * kMinute / 2);
    return from + 119 * kMinute / 2;
  }

  v1::QualityDay Day(uint32_t day, uint64_t now, const std::string& site = "academy") const {
    const auto days = log_->Read(site, day, day, now);
    EXPECT_TRUE(days.ok()) << days.status();
    const auto found = days->find(day);
    return found == days->end() ? v1::QualityDay() : found->second;
  }
  static uint64_t Outcomes(const v1::QualityDay& day, v1::Outcome outcome) {
    const auto found = day.outcomes().find(outcome);
    return found == day.outcomes().end() ? 0 : found->second;
  }

  std::string directory_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<QualityLog> log_;
};

TEST_F(QualityLogTest, TellsWhatIsNotSavedYet) {
  Send(0, kNow);
  Send(3, kNow);
  const v1::QualityDay day = Day(kToday, kNow);
  EXPECT_EQ(Outcomes(day, v1::OUTCOME_ACCEPTED), 2u);
  EXPECT_EQ(day.stored(), 2u);
  EXPECT_EQ(day.missing(), 2);
  EXPECT_EQ(day.last_unix_ms(), kNow);
  EXPECT_EQ(Day(kToday - 1, kNow).outcomes_size(), 0);
}

TEST_F(QualityLogTest, KeepsSitesAndWhatNamesNoneApart) {
  Send(0, kNow);
  Send(0, kNow, "guarded");
  Send(0, kNow, "unknown");
  pipeline_->CountRefused(v1::OUTCOME_REFUSED_TOO_LARGE);
  ASSERT_TRUE(log_->Save(kNow).ok());
  Send(1, kNow, "guarded");
  EXPECT_EQ(Outcomes(Day(kToday, kNow), v1::OUTCOME_ACCEPTED), 1u);
  EXPECT_EQ(Outcomes(Day(kToday, kNow, "guarded"), v1::OUTCOME_REFUSED_ORIGIN), 2u);
  const v1::QualityDay nobodys = Day(kToday, kNow, "");
  EXPECT_EQ(Outcomes(nobodys, v1::OUTCOME_REFUSED_UNKNOWN_SITE), 1u);
  EXPECT_EQ(Outcomes(nobodys, v1::OUTCOME_REFUSED_TOO_LARGE), 1u);
  EXPECT_EQ(Outcomes(nobodys, v1::OUTCOME_REFUSED_ORIGIN), 0u);
}

TEST_F(QualityLogTest, CountsOnAfterARestart) {
  Send(0, kNow);
  Send(2, kNow);
  ASSERT_TRUE(log_->Save(kNow).ok());
  ASSERT_TRUE(log_->Save(kNow + kSecond).ok());
  End();
  Start(kNow + kMinute);
  EXPECT_EQ(Day(kToday, kNow + kMinute).stored(), 2u);
  Send(3, kNow + kMinute);
  ASSERT_TRUE(log_->Save(kNow + kMinute).ok());
  const v1::QualityDay day = Day(kToday, kNow + kMinute);
  EXPECT_EQ(day.stored(), 3u);
  EXPECT_EQ(day.missing(), 1);
  EXPECT_EQ(Outcomes(day, v1::OUTCOME_ACCEPTED), 3u);
}

TEST_F(QualityLogTest, NotesWhatServersSawBesideWhatCame) {
  Send(0, kNow);
  ASSERT_TRUE(log_->WriteServerPageViews("academy", {{kToday - 1, 80}, {kToday, 3}}).ok());
  ASSERT_TRUE(log_->WriteServerPageViews("academy", {{kToday, 40}}).ok());
  ASSERT_TRUE(log_->Save(kNow).ok());
  End();
  Start(kNow);
  EXPECT_EQ(Day(kToday, kNow).server_page_views(), 40);
  EXPECT_EQ(Day(kToday, kNow).stored(), 1);
  EXPECT_EQ(Day(kToday - 1, kNow).server_page_views(), 80);
  EXPECT_EQ(Day(kToday, kNow, "guarded").server_page_views(), 0);
}

TEST_F(QualityLogTest, CountsWhatComesLateOnTheDayOnWhichItComes) {
  Send(0, kNow);
  Send(2, kNow);
  ASSERT_TRUE(log_->Save(kNow).ok());
  Send(1, kNow + kDayMs);
  ASSERT_TRUE(log_->Save(kNow + kDayMs).ok());
  EXPECT_EQ(Day(kToday, kNow + kDayMs).missing(), 1);
  EXPECT_EQ(Day(kToday + 1, kNow + kDayMs).missing(), -1);
  EXPECT_EQ(Day(kToday + 1, kNow + kDayMs).stored(), 1u);
}

TEST_F(QualityLogTest, TellsOfASilenceThatGoesOnAndKeepsOneThatIsOver) {
  const uint64_t last = SendForAnHour(kNow);
  const uint64_t later = last + 40 * kMinute;
  v1::QualityDay day = Day(kToday, later);
  ASSERT_EQ(day.gaps_size(), 1);
  EXPECT_EQ(day.gaps(0).began_unix_ms(), last);
  EXPECT_EQ(day.gaps(0).ended_unix_ms(), 0u);
  EXPECT_EQ(day.hourly(), 120u);
  ASSERT_TRUE(log_->Save(later).ok());
  Send(120, later);
  ASSERT_TRUE(log_->Save(later).ok());
  ASSERT_TRUE(log_->Save(later).ok());
  End();
  Start(later);
  day = Day(kToday, later);
  ASSERT_EQ(day.gaps_size(), 1);
  EXPECT_EQ(day.gaps(0).ended_unix_ms(), later);
}

TEST_F(QualityLogTest, RemembersASilenceOverARestartAndBlamesNoSiteForTheCollectorsOwn) {
  const uint64_t last = SendForAnHour(kNow);
  ASSERT_TRUE(log_->Save(last).ok());
  End();
  const uint64_t restart = last + 120 * kMinute;
  Start(restart);
  EXPECT_EQ(Day(kToday, restart + kMinute).gaps_size(), 0) << "nobody listened until just now";
  const v1::QualityDay day = Day(kToday, restart + 15 * kMinute);
  ASSERT_EQ(day.gaps_size(), 1);
  EXPECT_EQ(day.gaps(0).began_unix_ms(), last);
  Send(120, restart + kMinute);
  EXPECT_EQ(Day(kToday, restart + kMinute).gaps_size(), 0);
}

}  // namespace
}  // namespace paceline::ingest
