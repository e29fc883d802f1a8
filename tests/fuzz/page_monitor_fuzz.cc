// Fuzzes the core: recordings (tests/parity/replay.cc states their format) with anything in them,
// through PageMonitor. The recordings of real pages are its first corpus.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/limits.h"
#include "core/page_monitor.h"
#include "core/wire/message_reader.h"
#include "core/wire/url_scrub.h"

namespace {

using paceline::core::BeaconField;
using paceline::core::EntryBatchField;
using paceline::core::FlushOptions;
using paceline::core::MessageReader;
using paceline::core::PageMonitor;

void Require(bool condition) {
  if (!condition) std::abort();
}

// Every Beacon has to be well-formed and within its bounds, and after the last nothing may wait.
void FlushAll(PageMonitor* monitor, const FlushOptions& options) {
  paceline::core::Bytes bytes;
  while (monitor->Flush(options, &bytes)) {
    uint32_t events = 0;
    MessageReader reader(bytes);
    while (reader.Next()) events += reader.FieldAs<BeaconField>() == BeaconField::kEvents ? 1 : 0;
    Require(reader.ok() && events > 0 && events <= paceline::core::kMaxEventsPerBeacon);
  }
  Require(monitor->Pending().events == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const paceline::core::Bytes once = paceline::core::ScrubUrl(rest);
  Require(paceline::core::ScrubUrl(once) == once.view());

  PageMonitor monitor;
  FlushOptions options;
  while (!rest.empty()) {
    // A varint of one or two bytes is all that a fuzzer needs.
    size_t length = static_cast<uint8_t>(rest.front());
    rest.remove_prefix(1);
    if (length >= 0x80 && !rest.empty()) {
      length = (length & 0x7f) | static_cast<size_t>(static_cast<uint8_t>(rest.front())) << 7;
      rest.remove_prefix(1);
    }
    const std::string_view batch = rest.substr(0, length);
    rest.remove_prefix(batch.size());
    monitor.Consume(batch);
    MessageReader reader(batch);
    while (reader.Next()) {
      if (reader.FieldAs<EntryBatchField>() == EntryBatchField::kSentUnixMs) {
        options.sent_unix_ms = reader.number();
      }
    }
    // Now and then, two batches are flushed together.
    if (length % 3 != 0) FlushAll(&monitor, options);
  }
  options.sent_unix_ms += 10'000;
  FlushAll(&monitor, options);
  return 0;
}
