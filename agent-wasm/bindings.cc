// The agent's WebAssembly module: core/ behind seven free functions and one buffer each way. No
// logic. All they take and give are ints and doubles (embind_library.js).
//
// One PageMonitor per instance of the module. JavaScript writes an EntryBatch to the address that
// reserve() gives, calls consume(), and reads Beacons at the address that output() gives. Either
// address may change, and the heap may grow, with every call: read HEAPU8 and the addresses anew
// each time. paceline-core.d.ts has the types.
#include <emscripten/bind.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/page_monitor.h"
#include "core/wire/pack.h"

namespace {

using paceline::core::Bytes;
using paceline::core::FlushOptions;
using paceline::core::PageMonitor;
using paceline::core::PendingWork;

struct Module {
  PageMonitor monitor;
  Bytes input;
  Bytes beacon;
  // The beacon, packed.
  Bytes output;
};

// Lives as long as the page does.
Module& TheModule() {
  static Module* const module = new Module();
  return *module;
}

uintptr_t AddressOf(Bytes& buffer) { return reinterpret_cast<uintptr_t>(buffer.data()); }

// A buffer of at least `size` bytes for the next EntryBatch.
uintptr_t Reserve(uint32_t size) {
  Bytes& input = TheModule().input;
  if (input.size() < size) input.Extend(size);
  return AddressOf(input);
}

// Consumes the first `length` bytes of the buffer; returns a ConsumeStatus.
int Consume(uint32_t length) {
  Module& module = TheModule();
  return static_cast<int>(module.monitor.Consume(module.input.view().substr(0, length)));
}

// Bits 0 to 15: events (saturating); 16: poor_vital; 17: sampled; 18: keep_unsampled.
uint32_t Pending() {
  const PendingWork work = TheModule().monitor.Pending();
  return std::min(work.events, 0xffffu) | uint32_t{work.poor_vital} << 16 |
         uint32_t{work.sampled} << 17 | uint32_t{work.keep_unsampled} << 18;
}

// Length of the packed Beacon in the output buffer; 0: nothing to say. `sent_unix_ms` is a double
// because it has 41 bits.
uint32_t Flush(uint32_t sequence, double sent_unix_ms, uint32_t covers_entries_before) {
  Module& module = TheModule();
  FlushOptions options;
  options.sequence = sequence;
  options.sent_unix_ms = sent_unix_ms > 0 ? static_cast<uint64_t>(sent_unix_ms) : 0;
  options.covers_entries_before = covers_entries_before;
  if (!module.monitor.Flush(options, &module.beacon)) return 0;
  paceline::core::Pack(module.beacon, &module.output);
  return static_cast<uint32_t>(module.output.size());
}

int Rollback() { return TheModule().monitor.Rollback(); }

// Present value of the Metric of that number, in milliseconds (CLS as it is); -1: it has none.
double Reading(uint32_t metric) {
  const std::optional<uint64_t> value =
      TheModule().monitor.ValueOf(static_cast<paceline::core::Metric>(metric));
  if (!value) return -1;
  const bool is_cls = metric == static_cast<uint32_t>(paceline::core::Metric::kCls);
  return static_cast<double>(*value) / (is_cls ? 1e9 : 10);
}

uintptr_t Output() { return AddressOf(TheModule().output); }

}  // namespace

EMSCRIPTEN_BINDINGS(paceline_core) {
  emscripten::function("reserve", &Reserve);
  emscripten::function("consume", &Consume);
  emscripten::function("pending", &Pending);
  emscripten::function("flush", &Flush);
  emscripten::function("rollback", &Rollback);
  emscripten::function("reading", &Reading);
  emscripten::function("output", &Output);
}
