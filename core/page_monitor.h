// PageMonitor turns what the browser saw (EntryBatch bytes) into what it meant (Beacon bytes).
//
// The same code runs in the page, as WebAssembly, and in the collector, natively, and gives the
// same bytes for the same input. One object follows one document. It does no I/O, reads no clock
// and no randomness, throws nothing, and its memory is bounded by kMaxEntriesPerDocument and
// kMaxEventsPerBeacon.
//
// Not thread-safe; objects are independent of each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/types.h"

namespace paceline::core {

class DocumentState;

enum class ConsumeStatus : uint8_t {
  kOk = 0,
  // Not an EntryBatch, or a string reference outside its table. Nothing of the batch was consumed.
  kMalformed = 1,
  // The batch is of another site, session or document than the first. Nothing of it was consumed.
  kOtherDocument = 2,
  // The document has reached kMaxEntriesPerDocument. Nothing of the batch was consumed.
  kTooManyEntries = 3,
};

// What waits to be flushed.
struct PendingWork {
  uint32_t events = 0;
  // A vital has become poor since the last flush.
  bool poor_vital = false;
  // Worth keeping for drill-down with weight 0, should the session not be in its base sample.
  bool keep_unsampled = false;
};

struct FlushOptions {
  // Sequence number of the Beacon; given by whoever sends it.
  uint32_t sequence = 0;
  // Wall clock at sealing.
  uint64_t sent_unix_ms = 0;
  // Beacon.covers_entries_before.
  uint32_t covers_entries_before = 0;
};

class PageMonitor {
 public:
  PageMonitor();
  ~PageMonitor();
  PageMonitor(PageMonitor&&) noexcept;
  PageMonitor& operator=(PageMonitor&&) noexcept;

  // Takes one serialized EntryBatch. Batches of a document are consumed in the order of their
  // sequence numbers.
  ConsumeStatus Consume(std::string_view entry_batch);

  PendingWork Pending() const;

  // The present value of a vital of the page view that goes on, in Vital.value's unit; none when it
  // has none yet.
  std::optional<uint64_t> ValueOf(Metric metric) const;

  // Page views begun so far. Entries before the first PageViewStart (its batch was lost) make one
  // of their own.
  uint32_t page_views() const;

  // Replaces `*beacon` with one serialized Beacon of everything since the last flush: vitals that
  // changed, new events, and the page-view headers and strings they need. False, and nothing
  // happens, when there is nothing to say. A Beacon has kMaxEventsPerBeacon events at most:
  // what is beyond waits, so call it until it returns false where nothing may be left behind.
  bool Flush(const FlushOptions& options, Bytes* beacon);

  // Takes the last Beacon back: what it said is to be said again. For one that never left the page,
  // such as a deferred fetch that was aborted. False, and nothing happens, when there is none, or
  // anything was consumed since.
  bool Rollback();

 private:
  std::unique_ptr<DocumentState> state_;
};

}  // namespace paceline::core
