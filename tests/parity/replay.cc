// Runs a recording through the native core and prints what it gave, for comparison with the same
// core as WebAssembly.
//
//   parity_replay RECORDING [COVERS_ENTRIES_BEFORE]
//
// A recording is a sequence of records, each a varint length and that many bytes of one serialized
// EntryBatch, all of one document and in the order of their sequence numbers. After each batch the
// monitor is flushed at the batch's own sent_unix_ms, with its sequence number; after the last one,
// once more, ten seconds later.
//
// Output, one line a step: "consume STATUS EVENTS POOR KEEP", then for each Beacon "beacon
// HEX".
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "core/page_monitor.h"
#include "core/wire/message_reader.h"

namespace {

using paceline::core::Bytes;
using paceline::core::ConsumeStatus;
using paceline::core::EntryBatchField;
using paceline::core::FlushOptions;
using paceline::core::MessageReader;
using paceline::core::PageMonitor;
using paceline::core::PendingWork;

// Takes the next record off `rest`. False at the end, or when it is cut.
bool TakeRecord(std::string_view* rest, std::string_view* record) {
  uint64_t length = 0;
  for (int shift = 0; !rest->empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<uint8_t>(rest->front());
    rest->remove_prefix(1);
    length |= uint64_t{byte & 0x7fu} << shift;
    if (byte >= 0x80) continue;
    if (length > rest->size()) return false;
    *record = rest->substr(0, length);
    rest->remove_prefix(length);
    return true;
  }
  return false;
}

FlushOptions OptionsOf(std::string_view entry_batch) {
  FlushOptions options;
  MessageReader reader(entry_batch);
  while (reader.Next()) {
    const auto field = reader.FieldAs<EntryBatchField>();
    if (field == EntryBatchField::kSequence) {
      options.sequence = static_cast<uint32_t>(reader.number());
    }
    if (field == EntryBatchField::kSentUnixMs) options.sent_unix_ms = reader.number();
  }
  return options;
}

void FlushAndPrint(PageMonitor* monitor, const FlushOptions& options) {
  Bytes beacon;
  while (monitor->Flush(options, &beacon)) {
    std::printf("beacon ");
    for (const char byte : beacon) std::printf("%02x", static_cast<uint8_t>(byte));
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: parity_replay RECORDING [COVERS_ENTRIES_BEFORE]\n";
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string recording((std::istreambuf_iterator<char>(file)), {});
  const uint32_t covers = argc > 2 ? static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 0;

  PageMonitor monitor;
  FlushOptions options;
  std::string_view rest = recording;
  std::string_view batch;
  while (TakeRecord(&rest, &batch)) {
    const ConsumeStatus status = monitor.Consume(batch);
    const PendingWork work = monitor.Pending();
    std::printf("consume %d %u %d %d\n", static_cast<int>(status), work.events, work.poor_vital,
                work.keep_unsampled);
    options = OptionsOf(batch);
    options.covers_entries_before = covers;
    FlushAndPrint(&monitor, options);
  }
  if (recording.empty() || !rest.empty()) {
    std::cerr << argv[1] << ": missing, empty, or cut inside a record\n";
    return 1;
  }
  ++options.sequence;
  options.sent_unix_ms += 10'000;
  FlushAndPrint(&monitor, options);
  return 0;
}
