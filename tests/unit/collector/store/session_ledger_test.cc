#include "collector/store/session_ledger.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

class Ledger : public testing::Test {
 protected:
  Ledger() : views_(&disk_, &disk_, 0), ledger_(&views_, kMaxBytes) {}

  AppendOutcome Decide(const BeaconId& id, uint64_t hash = 1, const std::string& bytes = "bytes") {
    const auto decision = ledger_.Decide({id, kNoon, hash, bytes}, commit_, folded_to_commit_);
    EXPECT_TRUE(decision.ok());
    last_ = *decision;
    if (last_.outcome == AppendOutcome::kStored) ++commit_;
    return last_.outcome;
  }

  static constexpr size_t kMaxBytes = 100'000;
  MemoryKeyValue disk_;
  Views views_;
  SessionLedger ledger_;
  SessionLedger::Decision last_;
  uint64_t commit_ = 1;
  uint64_t folded_to_commit_ = 0;
};

TEST_F(Ledger, TellsIdentitiesApartInEachOfTheirParts) {
  const BeaconId id{"academy", SessionId(1), DocumentId(1), 1};
  EXPECT_EQ(Decide(id), AppendOutcome::kStored);
  BeaconId other = id;
  other.site = "academz";
  EXPECT_EQ(Decide(other), AppendOutcome::kStored);
  other = id;
  other.session_id = SessionId(2);
  EXPECT_EQ(Decide(other), AppendOutcome::kStored);
  other = id;
  other.document_id = DocumentId(2);
  EXPECT_EQ(Decide(other), AppendOutcome::kStored);
  other = id;
  other.sequence = 2;
  EXPECT_EQ(Decide(other), AppendOutcome::kStored);
  other = id;
  other.external = true;
  EXPECT_EQ(Decide(other), AppendOutcome::kStored) << "no page can take its place";
  EXPECT_EQ(Decide(id), AppendOutcome::kDuplicate);
  EXPECT_EQ(Decide(id, 2), AppendOutcome::kConflict);
}

TEST_F(Ledger, SaysWhetherASessionIsNew) {
  Decide({"academy", SessionId(1), DocumentId(1), 0});
  EXPECT_TRUE(last_.session_is_new);
  Decide({"academy", SessionId(1), DocumentId(1), 1});
  EXPECT_FALSE(last_.session_is_new);
}

TEST_F(Ledger, ReadsWhatItHasForgottenFromTheViews) {
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Hash(5).Build();
  const NewRecord made = ToNewRecord(record);
  EXPECT_EQ(Decide(made.id, made.content_hash, made.bytes), AppendOutcome::kStored);
  ASSERT_TRUE(views_.Fold({DayOf(kNoon), 1}, made.bytes, true, nullptr).ok());
  ledger_.Clear();
  EXPECT_EQ(Decide(made.id, 5, made.bytes), AppendOutcome::kDuplicate);
  ASSERT_TRUE(views_.Flush(&disk_, Views::Cells::kNow).ok());
  views_.Forget();
  ledger_.Clear();
  EXPECT_EQ(Decide(made.id, 5, made.bytes), AppendOutcome::kDuplicate);
  EXPECT_EQ(Decide(made.id, 6, made.bytes), AppendOutcome::kConflict);
}

TEST_F(Ledger, KeepsWhatTheViewsHaveNotCaughtUpWith) {
  const auto first_of = [](uint32_t session) {
    return BeaconId{"academy", SessionId(session), DocumentId(session), 0};
  };
  uint32_t sessions = 0;
  while (ledger_.bytes() <= kMaxBytes) {
    ASSERT_EQ(Decide(first_of(++sessions)), AppendOutcome::kStored);
  }
  for (uint32_t more = 0; more < 100; ++more) Decide(first_of(++sessions));
  EXPECT_GT(ledger_.bytes(), kMaxBytes);
  EXPECT_EQ(Decide(first_of(1)), AppendOutcome::kDuplicate) << "only the ledger knows it";
  folded_to_commit_ = commit_;
  for (uint32_t more = 0; more < 100; ++more) Decide(first_of(++sessions));
  EXPECT_LE(ledger_.bytes(), kMaxBytes + 1'000);
}

// Somebody sends again what was sent long ago, of one session after the other.
TEST_F(Ledger, IsBoundedWhileAllAreDuplicates) {
  constexpr uint32_t kSessions = 1'000;
  for (uint32_t session = 0; session < kSessions; ++session) {
    const NewRecord made = ToNewRecord(BeaconBuilder(session, session, 0).Hash(7).Build());
    ASSERT_TRUE(views_.Fold({DayOf(kNoon), session + 1}, made.bytes, true, nullptr).ok());
    const bool is_due = views_.IsFull();
    ASSERT_TRUE(!is_due || views_.Flush(&disk_, Views::Cells::kWhenDue).ok());
  }
  folded_to_commit_ = kSessions;
  for (uint32_t session = 0; session < kSessions; ++session) {
    ASSERT_EQ(Decide({"academy", SessionId(session), DocumentId(session), 0}, 7),
              AppendOutcome::kDuplicate);
    ASSERT_LE(ledger_.bytes(), kMaxBytes + 1'000);
  }
  EXPECT_GT(ledger_.bytes(), kMaxBytes / 2) << "the bound was never near";
}

}  // namespace
}  // namespace paceline::store
