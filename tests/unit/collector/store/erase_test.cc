#include "collector/store/erase.h"

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
      store->Erase({.site = "academy", .pseudonym = kErasedUser, .now_unix_ms = kNoon}, nullptr);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->sessions, 2u);
  EXPECT_EQ(report->records, 4u);
  ExpectNoTrace();
  ExpectVerified(store.get(), 6);
  // Another visit is another matter.
  EXPECT_EQ(AppendAndWait(store.get(), BeaconOf(12, 0, kErasedUser)).outcome,
            AppendOutcome::kStored);
}

TEST_F(EraseTest, UserOfAnotherSiteStays) {
  auto store = WithThreeSessions();
  const auto report =
      store->Erase({.site = "another", .pseudonym = kErasedUser, .now_unix_ms = kNoon}, nullptr);
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
       {EraseRequest{.site = "academy"}, EraseRequest{.pseudonym = "u"},
        EraseRequest{.site = "academy", .session_id = kErasedSession, .pseudonym = "u"}}) {
    EXPECT_EQ(store->Erase(request, nullptr).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace paceline::store
