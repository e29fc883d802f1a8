#include "collector/store/journey_reader.h"

#include <vector>

#include "collector/store/memory_key_value.h"
#include "gtest/gtest.h"

namespace paceline::store {
namespace {

void Put(MemoryKeyValue* disk, uint32_t day, uint64_t commit) {
  v1::JournalRecord record;
  record.set_content_hash(commit);
  Batch batch;
  batch.Put(Family::kJourneys, EncodeJourneyKey({day, commit}), record.SerializeAsString());
  ASSERT_TRUE(disk->Write(batch, KeyValue::Durability::kSynced).ok());
}

std::vector<uint64_t> CommitsBetween(const MemoryKeyValue& disk, uint64_t from, uint64_t to) {
  std::vector<uint64_t> commits;
  EXPECT_TRUE(ForEachRecord(disk, from, to, [&](JourneyKey key, const v1::JournalRecord& record) {
                EXPECT_EQ(record.content_hash(), key.commit);
                commits.push_back(key.commit);
                return absl::OkStatus();
              }).ok());
  return commits;
}

TEST(JourneyReader, MergesDaysThatOverlapBecauseTheClockWasSetBack) {
  MemoryKeyValue disk;
  for (const uint64_t commit : {1, 2, 5, 6, 9}) Put(&disk, 100, commit);
  for (const uint64_t commit : {3, 4, 7, 10}) Put(&disk, 101, commit);
  Put(&disk, 99, 8);
  EXPECT_EQ(CommitsBetween(disk, 0, 100), (std::vector<uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(CommitsBetween(disk, 4, 8), (std::vector<uint64_t>{4, 5, 6, 7, 8}));
  EXPECT_EQ(LastCommit(disk).value(), 10u);
}

TEST(JourneyReader, EmptyHasNoLastCommit) {
  const MemoryKeyValue disk;
  EXPECT_EQ(LastCommit(disk).value(), 0u);
  EXPECT_TRUE(CommitsBetween(disk, 0, 10).empty());
}

TEST(JourneyReader, UnreadableRecordIsDataLoss) {
  MemoryKeyValue disk;
  Batch batch;
  batch.Put(Family::kJourneys, EncodeJourneyKey({1, 1}), "\xff\xff\xff");
  ASSERT_TRUE(disk.Write(batch, KeyValue::Durability::kSynced).ok());
  const absl::Status read = ForEachRecord(
      disk, 0, 9, [](JourneyKey, const v1::JournalRecord&) { return absl::OkStatus(); });
  EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace paceline::store
