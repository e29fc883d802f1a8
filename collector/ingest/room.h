// How much may wait to be stored, and whose it is.
//
// A site may have as much waiting as is still free for everybody (the dynamic threshold of
// Choudhury and Hahne, 1998): one that floods gets half of the room, and however many do, something
// is left for the others. What waits is bounded in records and in bytes.
//
// Thread-safe and lock-free.
#pragma once

#include <atomic>
#include <cstddef>

namespace paceline::ingest {

class Room {
 public:
  // What waits, of one site or of all.
  struct Share {
    std::atomic<size_t> records = 0;
    std::atomic<size_t> bytes = 0;
  };

  Room(size_t max_records, size_t max_bytes) : max_records_(max_records), max_bytes_(max_bytes) {}

  // Takes room for a record; false when the site has its share already.
  bool Take(Share* site, size_t bytes) {
    const size_t records = all_.records.fetch_add(1, std::memory_order_relaxed) + 1;
    const size_t all_bytes = all_.bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    const size_t own_records = site->records.fetch_add(1, std::memory_order_relaxed) + 1;
    const size_t own_bytes = site->bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (records + own_records <= max_records_ + 1 && all_bytes + own_bytes <= max_bytes_) {
      return true;
    }
    Give(site, bytes);
    return false;
  }

  // The record waits no longer.
  void Give(Share* site, size_t bytes) {
    site->records.fetch_sub(1, std::memory_order_relaxed);
    site->bytes.fetch_sub(bytes, std::memory_order_relaxed);
    all_.records.fetch_sub(1, std::memory_order_relaxed);
    all_.bytes.fetch_sub(bytes, std::memory_order_relaxed);
  }

  // Whether the site has less than a third of what it may have, which is a quarter of all when it
  // is alone: then whoever can wait need not.
  bool IsRoomy(const Share& site) const {
    return all_.records.load(std::memory_order_relaxed) +
                   3 * site.records.load(std::memory_order_relaxed) <
               max_records_ &&
           all_.bytes.load(std::memory_order_relaxed) +
                   3 * site.bytes.load(std::memory_order_relaxed) <
               max_bytes_;
  }

 private:
  const size_t max_records_;
  const size_t max_bytes_;
  Share all_;
};

}  // namespace paceline::ingest
