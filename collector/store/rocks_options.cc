#include "collector/store/rocks_options.h"

#include <cstdarg>
#include <memory>
#include <string>

#include "collector/store/key_value.h"
#include "collector/store/keys.h"
#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/write_buffer_manager.h"

namespace paceline::store {
namespace {

constexpr size_t kBlockCacheBytes = 48u << 20;
// A shard has to hold any block, and few threads read.
constexpr int kBlockCacheShardBits = 2;
// Of journeys and facts, which are read in runs and take less in larger blocks, and of the rest,
// which is read by key.
constexpr size_t kRunBlockBytes = 32u << 10;
constexpr size_t kBlockBytes = 4u << 10;
// Of all families together.
constexpr size_t kWriteBuffersBytes = 48u << 20;
constexpr size_t kJourneysWriteBufferBytes = 16u << 20;
constexpr size_t kViewsWriteBufferBytes = 8u << 20;
// Larger than journeys get: they are compacted once, from the first level to the last.
constexpr uint64_t kJourneysLevelBytes = uint64_t{1} << 50;
// Recovery reads no more than this again.
constexpr uint64_t kMaxLogBytes = 64u << 20;
constexpr double kBloomBitsPerKey = 10;
// Of a write buffer, for the filter before its keys.
constexpr double kMemtableFilterRatio = 0.02;
// Each file at the bottom has a dictionary: a block of records, all much like each other, would be
// over before the compressor has learnt what they are like. Halves the journeys.
constexpr uint32_t kDictionaryBytes = 128u << 10;
constexpr uint32_t kDictionarySampleBytes = 2u << 20;
// The CPU that choosing the dictionary's parts well would take is better spent on compressing, and
// so is that of a higher level on larger blocks and a larger dictionary.
constexpr bool kTrainsDictionary = false;
constexpr int kBottomLevel = 3;
// Of a file, held in memory until its dictionary is there.
constexpr uint64_t kDictionaryBufferBytes = 4u << 20;

// What stands before the time in keys that are (tag ·) site · time · ids. Where the last of them
// went is remembered: the next, which began about then, is not searched for from the top.
//
// Whole keys only. RocksDB 7.8 keeps such places of keys and of deleted ranges in one, though they
// are in two lists; no range begins with a whole key.
class BeforeTime : public rocksdb::SliceTransform {
 public:
  BeforeTime(size_t tag_bytes, size_t ids_bytes) : tag_bytes_(tag_bytes), ids_bytes_(ids_bytes) {}

  const char* Name() const override { return "paceline.BeforeTime"; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return key.size() > tag_bytes_ && key.size() == Before(key) + sizeof(uint64_t) + ids_bytes_;
  }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), Before(key)};
  }

 private:
  size_t Before(const rocksdb::Slice& key) const {
    return tag_bytes_ + 1 + static_cast<unsigned char>(key[tag_bytes_]);
  }

  const size_t tag_bytes_;
  const size_t ids_bytes_;
};

// RocksDB keeps no log of events: on a full disk it cannot, and an assertion of RocksDB 7.8 about
// that, which Debian's build has in it, would end the process. What fails comes back as a status.
class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::ColumnFamilyOptions FamilyOptions(Family family,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  // Index and filter blocks count against the cache, or memory would grow with the data; and in
  // parts, or a lookup would read a file's whole filter, megabytes, when it is not in the cache.
  table.cache_index_and_filter_blocks = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  // Most lookups in these ask for what is not there: a new beacon, a new session, a new page view.
  if (family == Family::kSeen || family == Family::kSessions || family == Family::kFacts) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  }
  const bool in_runs = family == Family::kJourneys || family == Family::kFacts;
  table.block_size = in_runs ? kRunBlockBytes : kBlockBytes;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size =
      family == Family::kJourneys ? kJourneysWriteBufferBytes : kViewsWriteBufferBytes;
  options.max_write_buffer_number = 3;
  // Above the last level is what was flushed lately, and of the journeys never more than a few
  // files.
  options.compression =
      family == Family::kJourneys ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
  // Halves what stays for months.
  options.bottommost_compression = rocksdb::kZSTD;
  options.bottommost_compression_opts.enabled = true;
  options.bottommost_compression_opts.max_dict_bytes = kDictionaryBytes;
  options.bottommost_compression_opts.zstd_max_train_bytes = kDictionarySampleBytes;
  options.bottommost_compression_opts.max_dict_buffer_bytes = kDictionaryBufferBytes;
  options.bottommost_compression_opts.use_zstd_dict_trainer = kTrainsDictionary;
  options.bottommost_compression_opts.level = kBottomLevel;
  if (family == Family::kSessions) {
    options.memtable_prefix_bloom_size_ratio = kMemtableFilterRatio;
    options.memtable_whole_key_filtering = true;
    options.memtable_insert_with_hint_prefix_extractor =
        std::make_shared<BeforeTime>(1, kSessionIdBytes);
  }
  if (family == Family::kFacts) {
    options.memtable_insert_with_hint_prefix_extractor =
        std::make_shared<BeforeTime>(0, kSessionIdBytes + kDocumentIdBytes + sizeof(uint32_t));
  }
  options.level_compaction_dynamic_level_bytes = true;
  // In key order, they overlap with nothing that is there, so levels between would only cost.
  if (family == Family::kJourneys) options.max_bytes_for_level_base = kJourneysLevelBytes;
  return options;
}

}  // namespace

rocksdb::DBOptions DatabaseOptions() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // A torn tail was never acknowledged, and is dropped. Damage before it is not passed over in
  // silence, as point-in-time recovery would, with all that was acknowledged behind it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_total_wal_size = kMaxLogBytes;
  // Files written in the background reach the disk steadily, not all at once before an fsync that a
  // page waits for.
  options.bytes_per_sync = 1u << 20;
  options.max_background_jobs = 2;
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(kWriteBuffersBytes);
  // Each change of files starts a manifest anew. It names the first and the last key of every file,
  // and is not to remember keys that were erased.
  options.max_manifest_file_size = 1;
  options.info_log = std::make_shared<NoLog>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> FamilyDescriptors() {
  const std::shared_ptr<rocksdb::Cache> cache =
      rocksdb::NewLRUCache(kBlockCacheBytes, kBlockCacheShardBits);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  rocksdb::ColumnFamilyOptions unused;
  unused.write_buffer_size = 64u << 10;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, unused);
  for (size_t i = 0; i < kFamilyCount; ++i) {
    descriptors.emplace_back(std::string(kFamilyNames[i]),
                             FamilyOptions(static_cast<Family>(i), cache));
  }
  return descriptors;
}

}  // namespace paceline::store
