// Conversions that other systems tell of: records of their session, in whatever order they come.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {
namespace {

v1::JournalRecord Told(uint32_t session, uint32_t id, int64_t value_minor,
                       const std::string& alias = "") {
  v1::JournalRecord record;
  record.set_received_unix_ms(kNoon + 3'600'000);
  record.set_content_hash(id);
  v1::ExternalConversion* conversion = record.mutable_external_conversion();
  conversion->set_site("academy");
  conversion->set_session_id(SessionId(session));
  conversion->set_document_id(DocumentId(id));
  conversion->set_source("api");
  conversion->set_id("order-" + std::to_string(id));
  conversion->set_type("purchase_completed");
  conversion->set_value_minor(value_minor);
  conversion->set_currency("EUR");
  conversion->set_occurred_unix_ms(kNoon + 1'800'000);
  conversion->add_attributes()->set_key("course");
  if (!alias.empty()) conversion->add_alias_ids(alias);
  return record;
}

v1::JournalRecord Page(uint32_t session, uint32_t sequence) {
  return BeaconBuilder(session, 1, sequence).Vital(v1::METRIC_LCP, 12'000).Build();
}

v1::SessionRecord SessionOf(const Views& views, uint32_t number) {
  return views.ReadSession("academy", SessionId(number))->value_or(v1::SessionRecord());
}

class ExternalConversions : public testing::Test {
 protected:
  MemoryKeyValue disk_;
  Process process_{&disk_};
  const Views& views() const { return process_.views(); }
  AppendOutcome Append(v1::JournalRecord record) {
    return AppendAndWait(process_.committer.get(), record).outcome;
  }
};

TEST_F(ExternalConversions, AmendTheirSessionAndLeaveItsPageViewsAlone) {
  EXPECT_EQ(Append(Page(1, 0)), AppendOutcome::kStored);
  const v1::SessionRecord before = SessionOf(views(), 1);
  EXPECT_EQ(Append(Told(1, 100, 12'000)), AppendOutcome::kStored);
  EXPECT_EQ(Append(Page(1, 1)), AppendOutcome::kStored);
  const v1::SessionRecord after = SessionOf(views(), 1);
  ASSERT_EQ(after.external_conversions_size(), 1);
  EXPECT_EQ(after.external_conversions(0).value_minor(), 12'000);
  EXPECT_EQ(after.external_conversions(0).attributes_size(), 0);
  EXPECT_EQ(after.records_size(), 3);
  EXPECT_EQ(after.began_unix_ms(), before.began_unix_ms());
  EXPECT_EQ(after.last_seen_unix_ms(), before.last_seen_unix_ms());
  EXPECT_EQ(after.weight_micro(), before.weight_micro());
  EXPECT_EQ(FactsOf(views(), 1).size(), 1u);
}

TEST_F(ExternalConversions, CountOnceAndConflictWhenTheySaySomethingElse) {
  EXPECT_EQ(Append(Told(1, 100, 12'000)), AppendOutcome::kStored);
  EXPECT_EQ(Append(Told(1, 100, 12'000)), AppendOutcome::kDuplicate);
  v1::JournalRecord other = Told(1, 100, 1);
  other.set_content_hash(7);
  EXPECT_EQ(Append(std::move(other)), AppendOutcome::kConflict);
  EXPECT_EQ(SessionOf(views(), 1).external_conversions_size(), 1);
}

TEST_F(ExternalConversions, ThatComeFirstDoNotDecideWhatTheSessionIs) {
  EXPECT_EQ(Append(Told(1, 100, 12'000)), AppendOutcome::kStored);
  EXPECT_EQ(SessionOf(views(), 1).began_unix_ms(), kNoon + 1'800'000);
  EXPECT_EQ(Append(Page(1, 0)), AppendOutcome::kStored);
  EXPECT_EQ(Append(Page(2, 0)), AppendOutcome::kStored);
  const v1::SessionRecord session = SessionOf(views(), 1);
  const v1::SessionRecord plain = SessionOf(views(), 2);
  EXPECT_EQ(session.began_unix_ms(), plain.began_unix_ms());
  EXPECT_EQ(session.weight_micro(), plain.weight_micro());
  EXPECT_EQ(session.dimensions().device_type(), "phone");
  int listed = 0;
  EXPECT_TRUE(views()
                  .ReadSessions("academy", 0, kNoon * 2,
                                [&](const v1::SessionRecord&) { return ++listed > 0; })
                  .ok());
  EXPECT_EQ(listed, 2) << "it is in the index once, although it began anew";
}

TEST_F(ExternalConversions, AreFoundByTheirIdsBeforeAndAfterAFlush) {
  EXPECT_EQ(Append(Told(1, 100, 12'000, DocumentId(777))), AppendOutcome::kStored);
  for (int flushed = 0; flushed < 2; ++flushed) {
    for (const uint32_t id : {100u, 777u}) {
      EXPECT_EQ(views().ReadExternalId("academy", DocumentId(id)).value(), SessionId(1));
    }
    EXPECT_EQ(views().ReadExternalId("academy", DocumentId(5)).value(), std::nullopt);
    EXPECT_EQ(views().ReadExternalId("other", DocumentId(100)).value(), std::nullopt);
    ASSERT_TRUE(process_.committer->FlushViews().ok());
  }
}

TEST_F(ExternalConversions, AreRecountedByVerify) {
  EXPECT_EQ(Append(Told(1, 100, 12'000, DocumentId(777))), AppendOutcome::kStored);
  EXPECT_EQ(Append(Page(1, 0)), AppendOutcome::kStored);
  EXPECT_EQ(Append(Told(1, 101, -2'000)), AppendOutcome::kStored);
  ASSERT_TRUE(process_.committer->FlushViews().ok());
  VerifyReport report = VerifyViews(disk_).value();
  EXPECT_TRUE(report.differences.empty());
  EXPECT_EQ(report.sessions, 1u);

  Batch batch;
  batch.Put(Family::kSessions, ExternalIdKey("academy", DocumentId(100)), SessionId(9));
  ASSERT_TRUE(disk_.Write(batch, KeyValue::Durability::kSynced).ok());
  report = VerifyViews(disk_).value();
  EXPECT_EQ(report.differences.size(), 1u);
}

TEST_F(ExternalConversions, HaveRoomInASessionThatHasNone) {
  for (size_t i = 0; i < kMaxRecordsPerSession; ++i) {
    ASSERT_EQ(Append(Page(1, static_cast<uint32_t>(i))), AppendOutcome::kStored);
  }
  EXPECT_EQ(Append(Page(1, kMaxRecordsPerSession)), AppendOutcome::kSessionLimit);
  for (size_t i = 0; i < kMoreExternalRecords; ++i) {
    ASSERT_EQ(Append(Told(1, static_cast<uint32_t>(10'000 + i), 1)), AppendOutcome::kStored);
  }
  EXPECT_EQ(Append(Told(1, 99'999, 1)), AppendOutcome::kSessionLimit);
}

}  // namespace
}  // namespace paceline::store
