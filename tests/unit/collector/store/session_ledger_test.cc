#include "collector/store/session_ledger.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

class Ledger : public testing::Test {
 protected:
  Ledger() : views_(&disk_, &disk_, 0), ledger_(&views_) {}

  AppendOutcome Decide(const BeaconId& id, uint64_t hash = 1, const std::string& bytes = "bytes") {
    const auto decision = ledger_.Decide({id, kNoon, hash, bytes});
    EXPECT_TRUE(decision.ok());
    last_ = *decision;
    return last_.outcome;
  }

  MemoryKeyValue disk_;
  Views views_;
  SessionLedger ledger_;
  SessionLedger::Decision last_;
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

}  // namespace
}  // namespace paceline::store
