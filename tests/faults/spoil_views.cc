// Puts page views and rollup cells of 1970 into a directory that nobody has open: views that no
// recount gives, and that nothing but a rebuild takes away.
//
//   spoil_views DATA_DIR SITE    prints how many entries it has put there
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "collector/store/keys.h"
#include "collector/store/rocks_key_value.h"

namespace paceline::store {
namespace {

constexpr uint64_t kEntriesOfEach = 20;

std::string FirstValue(const KeyValueReader& disk, Family family) {
  const std::unique_ptr<Cursor> cursor = disk.NewCursor(family);
  cursor->Seek("");
  return cursor->valid() ? std::string(cursor->value()) : std::string();
}

int Run(const std::string& data_dir, const std::string& site) {
  const auto disk = RocksKeyValue::Open({.data_dir = data_dir});
  if (!disk.ok()) {
    std::fprintf(stderr, "%s\n", disk.status().ToString().c_str());
    return 1;
  }
  const std::string fact = FirstValue(**disk, Family::kFacts);
  const std::string cell = FirstValue(**disk, Family::kRollups);
  if (fact.empty() || cell.empty()) {
    std::fprintf(stderr, "there are no views in %s\n", data_dir.c_str());
    return 1;
  }
  Batch batch;
  for (uint64_t i = 0; i < kEntriesOfEach; ++i) {
    const std::string session(kSessionIdBytes, static_cast<char>(i));
    const std::string document(kDocumentIdBytes, static_cast<char>(i));
    batch.Put(Family::kFacts, FactKey(site, i, session, document, 0), fact);
    batch.Put(Family::kRollups,
              EncodeRollupKey({site, Resolution::kMinute, 0, i * kMillisecondsPerDay, ""}), cell);
  }
  if (const auto written = (*disk)->Write(batch, KeyValue::Durability::kSynced); !written.ok()) {
    std::fprintf(stderr, "%s\n", written.ToString().c_str());
    return 1;
  }
  std::printf("%zu\n", batch.changes().size());
  return 0;
}

}  // namespace
}  // namespace paceline::store

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: spoil_views DATA_DIR SITE\n");
    return 2;
  }
  return paceline::store::Run(argv[1], argv[2]);
}
