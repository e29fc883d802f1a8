// How RocksDB is set up, and why. Small memory: about 100 MB in all, however much is stored.
#pragma once

#include <vector>

#include "rocksdb/db.h"

namespace paceline::store {

rocksdb::DBOptions DatabaseOptions();

// "default", which RocksDB insists on and we leave empty, then ours, in the order of Family.
std::vector<rocksdb::ColumnFamilyDescriptor> FamilyDescriptors();

}  // namespace paceline::store
