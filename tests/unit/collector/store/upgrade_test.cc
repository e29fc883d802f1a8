// Directories of older formats: today's code brings them up, and newer ones stay as they are.
#include <filesystem>
#include <string>

#include "collector/store/keys.h"
#include "collector/store/rebuild.h"
#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

constexpr uint64_t kDayMs = 86'400'000;

class UpgradeTest : public DataDir {
 protected:
  // One visit on each of four days.
  void MakeDirectory() {
    const auto store = MustOpen(Dir());
    for (uint32_t day = 0; day < 4; ++day) {
      const uint64_t at = kNoon + day * kDayMs;
      AppendAndWait(
          store.get(),
          BeaconBuilder(day, day, 0).Vital(v1::METRIC_LCP, 9'000).Origin(at).Received(at).Build());
    }
  }
  // Makes the directory what `version` wrote: journeys and rollups have the same form in all, the
  // other views had others.
  void MakeOlder(uint32_t version) {
    const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    ASSERT_TRUE(disk.ok()) << disk.status();
    Batch batch;
    for (const Family family : {Family::kSessions, Family::kFacts}) {
      const auto cursor = (*disk)->NewCursor(family);
      for (cursor->Seek(""); cursor->valid(); cursor->Next()) {
        batch.Delete(family, std::string(cursor->key()));
      }
    }
    for (uint32_t session = 0; session < 4; ++session) {
      const uint64_t at = kNoon + session * kDayMs;
      v1::SessionRecord record;
      record.set_site("academy");
      record.set_session_id(SessionId(session));
      record.set_began_unix_ms(at);
      batch.Put(Family::kSessions, SessionKey("academy", SessionId(session)),
                record.SerializeAsString());
      batch.Put(Family::kSessions, SessionIndexKey("academy", at, SessionId(session)), "");
      // site session:16 document:8 sequence:4; a content hash and a commit.
      batch.Put(Family::kSeen,
                "\x07"
                "academy" +
                    SessionId(session) + DocumentId(session) + std::string(4, '\0'),
                "\x09\x01\x02\x03\x04\x05\x06\x07\x08\x10\x01");
      v1::PageViewFact fact;
      fact.set_site("academy");
      fact.set_session_id(SessionId(session));
      batch.Put(Family::kFacts, FactKey("academy", at, SessionId(session), DocumentId(session), 0),
                fact.SerializeAsString());
    }
    // Version 1 had no slices 6 to 10.
    const auto cursor = (*disk)->NewCursor(Family::kRollups);
    for (cursor->Seek(""); version == 1 && cursor->valid(); cursor->Next()) {
      const auto cell = DecodeRollupKey(cursor->key());
      ASSERT_TRUE(cell);
      if (cell->slice % 128 >= 6) batch.Delete(Family::kRollups, std::string(cursor->key()));
    }
    SetVersion(version, &batch);
    ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kSynced).ok());
  }
  static void SetVersion(uint32_t version, Batch* batch) {
    v1::ViewsState state;
    state.set_complete_to_commit(4);
    state.set_format_version(version);
    batch->Put(Family::kMeta, std::string(kViewsMetaKey), state.SerializeAsString());
  }
  static uint64_t PageViews(const Store& store) {
    uint64_t views = 0;
    EXPECT_TRUE(store
                    .ReadRollups("academy", Resolution::kHour, 0, kNoon * 2, "", std::nullopt,
                                 [&](const RollupRow& row) { views += row.cell.page_views(); })
                    .ok());
    return views;
  }
};

TEST_F(UpgradeTest, OlderFormatsBecomeTodays) {
  for (const uint32_t version : {1u, 2u}) {
    std::filesystem::remove_all(Dir());
    MakeDirectory();
    MakeOlder(version);
    EXPECT_EQ(Store::Open({.data_dir = Dir(), .read_only = true}).status().code(),
              absl::StatusCode::kFailedPrecondition);
    for (int start = 0; start < 2; ++start) {
      const auto store = MustOpen(Dir());
      ASSERT_NE(store, nullptr);
      ExpectVerified(store.get(), 4);
      EXPECT_EQ(PageViews(*store), 4u);
      for (uint32_t session = 0; session < 4; ++session) {
        const auto record = store->ReadSession("academy", SessionId(session));
        ASSERT_TRUE(record.ok()) << record.status();
        EXPECT_EQ(store->ReadFacts(*record)->size(), 1u);
      }
      EXPECT_EQ(store->GetStats().last_commit, 4u);
      EXPECT_EQ(store->GetStats().records_refolded_at_start, 0u);
    }
    const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    const auto seen = (*disk)->NewCursor(Family::kSeen);
    // Of itself, only copies of meta are left.
    seen->Seek("");
    EXPECT_TRUE(seen->valid() && seen->key().starts_with("\xff"));
  }
}

TEST_F(UpgradeTest, RollupsOlderThanTheJourneysStay) {
  MakeDirectory();
  ASSERT_TRUE(MustOpen(Dir())->ApplyRetention({.journeys_days = 1}, kNoon + 3 * kDayMs).ok());
  MakeOlder(2);
  const auto store = MustOpen(Dir());
  EXPECT_EQ(PageViews(*store), 4u);
  EXPECT_TRUE(store->ReadSession("academy", SessionId(3)).ok());
  EXPECT_EQ(store->ReadSession("academy", SessionId(0)).status().code(),
            absl::StatusCode::kNotFound);
  ExpectVerified(store.get(), 2);
  EXPECT_EQ(store->GetStats().last_commit, 4u);
}

TEST_F(UpgradeTest, NewerFormatIsRefusedAndLeftAsItIs) {
  MakeDirectory();
  {
    const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
    Batch batch;
    SetVersion(kFormatVersion + 1, &batch);
    ASSERT_TRUE((*disk)->Write(batch, KeyValue::Durability::kSynced).ok());
  }
  for (const bool read_only : {false, true}) {
    const absl::Status refused = Store::Open({.data_dir = Dir(), .read_only = read_only}).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(refused.message().find("use a newer one"), std::string::npos) << refused;
  }
  const auto disk = RocksKeyValue::Open({.data_dir = Dir()});
  const auto cursor = (*disk)->NewCursor(Family::kFacts);
  cursor->Seek("");
  EXPECT_TRUE(cursor->valid());
}

}  // namespace
}  // namespace paceline::store
