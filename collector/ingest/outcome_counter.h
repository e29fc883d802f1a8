// Counts how beacons ended. Every beacon ends in exactly one outcome; a loss is never silent.
//
// Thread-safe and wait-free.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "paceline/v1/ingest.pb.h"

namespace paceline::ingest {

// What came through the door.
enum class ItemKind : uint8_t {
  kBeacon = 0,
  kEntryBatch = 1,
  // Refused before anybody could tell: too large, or empty, while it was read.
  kUnread = 2,
};

// "beacon", "entry_batch", "unread": the label of the metric.
std::string_view ItemKindName(ItemKind kind);

// "accepted", "refused_malformed", …: Outcome in lower case, without its prefix; the label of the
// metric.
std::string_view OutcomeName(v1::Outcome outcome);

class OutcomeCounter {
 public:
  struct Count {
    v1::Outcome outcome;
    ItemKind kind;
    uint64_t count;
  };

  void Add(v1::Outcome outcome, ItemKind kind);

  // Every pair of outcome and kind, also those at 0, so that a time series exists before its first
  // loss.
  std::vector<Count> Snapshot() const;

  // Of all kinds.
  uint64_t Total(v1::Outcome outcome) const;

 private:
  static constexpr size_t kKinds = 3;
  static constexpr size_t kOutcomes = v1::Outcome_ARRAYSIZE;
  std::array<std::array<std::atomic<uint64_t>, kKinds>, kOutcomes> counts_{};
};

// What is worth knowing of beacons besides their outcome.
enum class Mark : uint8_t {
  // Had to be looked at carefully: see plain_scan.h.
  kNotPlain = 0,
  // Something personal was taken out, or a name replaced.
  kScrubbed = 1,
  // The sender's clock was wrong, and its times were corrected.
  kClockCorrected = 2,
  // Of a bot, by its user agent. Stored, as any other.
  kBot = 3,
  // Outside the sample, kept to look at: weight 0.
  kUnsampled = 4,
  // Of a document with more page views or entry batches than are counted of one
  // (kMaxPageViewsPerDocument, kMaxRawBatchesPerDocument): stored, and in no figure.
  kBeyondDocument = 5,
};
inline constexpr size_t kMarks = 6;

// "not_plain", "scrubbed", …: the label of the metric.
std::string_view MarkName(Mark mark);

// Thread-safe and wait-free.
class MarkCounter {
 public:
  void Add(Mark mark) {
    counts_[static_cast<size_t>(mark)].fetch_add(1, std::memory_order_relaxed);
  }
  uint64_t Total(Mark mark) const {
    return counts_[static_cast<size_t>(mark)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<uint64_t>, kMarks> counts_{};
};

}  // namespace paceline::ingest
