// A directory for stores, removed at the end, and what tests look for in its files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "collector/store/store.h"
#include "gtest/gtest.h"
#include "rocksdb/sst_file_reader.h"
#include "tests/unit/collector/store/store_fixture.h"

namespace paceline::store {

inline std::string CurrentManifest(const std::string& directory) {
  std::ifstream file(directory + "/CURRENT");
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a machine that loses power now has on its disk, had everything written reached it. RocksDB
// replaces files in the background: what was replaced meanwhile is copied again.
inline void CopyAsItStands(const std::string& from, const std::string& to) {
  while (true) {
    const std::string manifest = CurrentManifest(from);
    std::error_code failed;
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, failed);
    if (!failed && CurrentManifest(from) == manifest) break;
    std::filesystem::remove_all(to);
  }
  std::filesystem::remove(to + "/LOCK");
}

class DataDir : public testing::Test {
 protected:
  // Never flushes by itself.
  static constexpr uint64_t kNever = 3'600'000;

  DataDir() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "paceline-store-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~DataDir() override { std::filesystem::remove_all(root_); }

  std::string Dir(const std::string& name = "data") const { return (root_ / name).string(); }

  static std::unique_ptr<Store> MustOpen(const std::string& dir, bool read_only = false) {
    auto store =
        Store::Open({.data_dir = dir, .read_only = read_only, .flush_interval_ms = kNever});
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  // Views flushed, and equal to a recount of so many records.
  static void ExpectVerified(Store* store, uint64_t records) {
    ASSERT_TRUE(store->FlushViews().ok());
    const auto report = store->Verify(nullptr);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->records, records);
    for (const Difference& difference : report->differences) {
      ADD_FAILURE() << difference.what << "\n" << difference.stored << "\n" << difference.recounted;
    }
  }

  // Files under `dir` in which `bytes` stand, compressed or not.
  static std::vector<std::string> FilesWith(const std::string& dir, const std::string& bytes) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(file)), {});
      if (content.find(bytes) != std::string::npos || IsInTable(entry.path(), bytes)) {
        files.push_back(entry.path().filename());
      }
    }
    return files;
  }

  static bool IsInTable(const std::filesystem::path& path, const std::string& bytes) {
    if (path.extension() != ".sst") return false;
    rocksdb::SstFileReader table{rocksdb::Options()};
    EXPECT_TRUE(table.Open(path).ok());
    const std::unique_ptr<rocksdb::Iterator> at(table.NewIterator(rocksdb::ReadOptions()));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      if (at->key().ToString().find(bytes) != std::string::npos ||
          at->value().ToString().find(bytes) != std::string::npos) {
        return true;
      }
    }
    EXPECT_TRUE(at->status().ok());
    return false;
  }

  std::filesystem::path root_;
};

// A beacon of a visitor whom the site calls `user`, with marks that no other has.
inline v1::JournalRecord BeaconOf(uint32_t session, uint32_t sequence, const std::string& user,
                                  const std::string& page = "home") {
  v1::JournalRecord record = BeaconBuilder(session, session, sequence)
                                 .PageView(0, page)
                                 .Vital(v1::METRIC_LCP, 9'000)
                                 .Build();
  v1::Beacon* beacon = record.mutable_beacon();
  beacon->add_strings("userId");
  beacon->mutable_context()->add_tag_refs(static_cast<uint32_t>(beacon->strings_size()));
  beacon->add_strings(user);
  beacon->mutable_context()->add_tag_refs(static_cast<uint32_t>(beacon->strings_size()));
  return record;
}

}  // namespace paceline::store
