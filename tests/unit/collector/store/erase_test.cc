#include "collector/store/erase.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "collector/store/keys.h"
#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

// Sixteen bytes that stand in no file by chance.
const std::string kErasedSession = "erase-me-wholly!";
constexpr char kErasedUser[] = "u-0123456789abcde";
constexpr char kOtherUser[] = "u-fedcba987654321";
constexpr char kErasedPage[] = "courses/only-the-erased-one-was-here";

class EraseTest : public DataDir {
 protected:
  static v1::JournalRecord Theirs(uint32_t sequence) {
    v1::JournalRecord record = BeaconOf(1, sequence, kErasedUser, kErasedPage);
    record.mutable_beacon()->set_session_id(kErasedSession);
    return record;
  }
  // Two sessions of others about the one that is erased, all on disk in files of different age.
  std::unique_ptr<Store> WithThreeSessions() {
    auto store = MustOpen(Dir());
    for (uint32_t sequence = 0; sequence < 3; ++sequence) {
      AppendAndWait(store.get(), BeaconOf(7, sequence, kOtherUser));
      AppendAndWait(store.get(), Theirs(sequence));
      AppendAndWait(store.get(), BeaconOf(9, sequence, kOtherUser, "pricing"));
      EXPECT_TRUE(store->FlushViews().ok());
    }
    return store;
  }
  static uint64_t PageViews(const Store& store) {
    uint64_t views = 0;
    EXPECT_TRUE(store
                    .ReadRollups("academy", Resolution::kHour, 0, kNoon * 2, "", std::nullopt,
                                 [&](const RollupRow& row) { views += row.cell.page_views(); })
                    .ok());
    return views;
  }
  void ExpectNoTrace() {
    for (const std::string& trace :
         {kErasedSession, std::string(kErasedUser), std::string(kErasedPage)}) {
      const auto files = FilesWith(Dir(), trace);
      EXPECT_TRUE(files.empty()) << trace << " is in " << files[0];
    }
    EXPECT_FALSE(FilesWith(Dir(), kOtherUser).empty());
  }
};

TEST_F(EraseTest, SessionLeavesNoTraceInAnyFile) {
  auto store = WithThreeSessions();
  EXPECT_EQ(PageViews(*store), 3u);
  ASSERT_FALSE(FilesWith(Dir(), kErasedSession).empty());

  const auto report = store->Erase(
      {.site = "academy", .session_id = kErasedSession, .now_unix_ms = kNoon}, nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->sessions, 1u);
  EXPECT_EQ(report->records, 3u);
  EXPECT_EQ(report->page_views, 1u);
  // While the collector runs, and after it has stopped.
  ExpectNoTrace();
  EXPECT_EQ(PageViews(*store), 2u);
  EXPECT_EQ(store->ReadSession("academy", kErasedSession).status().code(),
            absl::StatusCode::kNotFound);
  ExpectVerified(store.get(), 6);
  store.reset();
  ExpectNoTrace();
  ExpectVerified(MustOpen(Dir()).get(), 6);
}

TEST_F(EraseTest, NothingMoreIsTakenOfAnErasedSession) {
  auto store = WithThreeSessions();
  ASSERT_TRUE(
      store->Erase({.site = "academy", .session_id = kErasedSession, .now_unix_ms = kNoon}, nullptr)
          .ok());
  // A retry of what was erased, and something new.
  EXPECT_EQ(AppendAndWait(store.get(), Theirs(1)).outcome, AppendOutcome::kErased);
  EXPECT_EQ(AppendAndWait(store.get(), Theirs(17)).outcome, AppendOutcome::kErased);
  store.reset();
  store = MustOpen(Dir());
  EXPECT_EQ(AppendAndWait(store.get(), Theirs(18)).outcome, AppendOutcome::kErased);
  EXPECT_EQ(AppendAndWait(store.get(), BeaconOf(7, 3, kOtherUser)).outcome, AppendOutcome::kStored);
  ExpectVerified(store.get(), 7);
}

TEST_F(EraseTest, UserIsErasedWithAllSessionsAndMayComeBack) {
  auto store = WithThreeSessions();
  AppendAndWait(store.get(), BeaconOf(11, 0, kErasedUser));
  const auto report =
      store->Erase({.site = "academy", .pseudonyms = {kErasedUser}, .now_unix_ms = kNoon}, nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->sessions, 2u);
  EXPECT_EQ(report->records, 4u);
  ExpectNoTrace();
  ExpectVerified(store.get(), 6);
  // Another visit is another matter.
  EXPECT_EQ(AppendAndWait(store.get(), BeaconOf(12, 0, kErasedUser)).outcome,
            AppendOutcome::kStored);
}

// Retention has dropped the records, which alone name the user in full, or even the session.
TEST_F(EraseTest, WhatRetentionHasLeftIsErasedToo) {
  constexpr uint64_t kDay = 86'400'000;
  auto store = WithThreeSessions();
  for (int day = 1; day <= 4; ++day) {
    ASSERT_TRUE(store->ApplyRetention({}, kNoon + day * kDay).ok());
  }
  ASSERT_TRUE(store->ApplyRetention({.journeys_days = 2}, kNoon + 5 * kDay).ok());
  ASSERT_EQ(store->ReadSession("academy", kErasedSession)->page_views_size(), 1);
  auto report = store->Erase(
      {.site = "academy", .pseudonyms = {kErasedUser}, .now_unix_ms = kNoon + 5 * kDay}, nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->sessions, 1u);
  EXPECT_EQ(report->page_views, 1u);
  ExpectNoTrace();
  EXPECT_EQ(PageViews(*store), 2u);
  ExpectVerified(store.get(), 0);

  ASSERT_TRUE(
      store->ApplyRetention({.journeys_days = 2, .sessions_days = 2}, kNoon + 5 * kDay).ok());
  ASSERT_FALSE(store->ReadSession("academy", SessionId(9)).ok());
  ASSERT_FALSE(FilesWith(Dir(), SessionId(9)).empty());
  report = store->Erase(
      {.site = "academy", .session_id = SessionId(9), .now_unix_ms = kNoon + 5 * kDay}, nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->page_views, 1u);
  EXPECT_TRUE(FilesWith(Dir(), SessionId(9)).empty());
  EXPECT_EQ(PageViews(*store), 1u);
}

TEST_F(EraseTest, WhatWasDamagedAndSetAsideGoes) {
  auto store = WithThreeSessions();
  const std::filesystem::path lost = std::filesystem::path(Dir()) / "lost";
  std::filesystem::create_directories(lost);
  std::ofstream(lost / "000009.sst") << kErasedSession;
  ASSERT_TRUE(
      store->Erase({.site = "academy", .session_id = kErasedSession, .now_unix_ms = kNoon}, nullptr)
          .ok());
  EXPECT_FALSE(std::filesystem::exists(lost));
}

TEST_F(EraseTest, UserOfAnotherSiteStays) {
  auto store = WithThreeSessions();
  const auto report =
      store->Erase({.site = "another", .pseudonyms = {kErasedUser}, .now_unix_ms = kNoon}, nullptr);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->sessions, 0u);
  ExpectVerified(store.get(), 9);
}

TEST_F(EraseTest, ErasingTheNewestRecordDoesNotUseItsNumberAgain) {
  auto store = WithThreeSessions();
  AppendAndWait(store.get(), Theirs(3));
  ASSERT_TRUE(
      store->Erase({.site = "academy", .session_id = kErasedSession, .now_unix_ms = kNoon}, nullptr)
          .ok());
  const uint64_t last = store->GetStats().last_commit;
  store.reset();
  store = MustOpen(Dir());
  AppendAndWait(store.get(), BeaconOf(7, 3, kOtherUser));
  EXPECT_EQ(store->GetStats().last_commit, last + 1);
  ExpectVerified(store.get(), 7);
}

TEST_F(EraseTest, NobodyIsNotErased) {
  const auto store = MustOpen(Dir());
  for (const EraseRequest& request :
       {EraseRequest{.site = "academy"}, EraseRequest{.pseudonyms = {"u"}},
        EraseRequest{.site = "academy", .session_id = kErasedSession, .pseudonyms = {"u"}}}) {
    EXPECT_EQ(store->Erase(request, nullptr).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace paceline::store
