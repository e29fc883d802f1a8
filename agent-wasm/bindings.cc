// The agent's WebAssembly module: core/ behind seven free functions and one buffer each way. No
// logic. All they take and give are unsigned ints and doubles (embind_library.js).
//
// One document per instance of the module. JavaScript writes an EntryBatch to the address that
// reserve() gives, calls consume(), and reads Beacons at the address that output() gives. Either
// address may change, and the heap may grow, with every call: read HEAPU8 and the addresses anew
// each time. paceline-core.d.ts has the types.
#include <emscripten/bind.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/base/units.h"
#include "core/document_state.h"
#include "core/wire/pack.h"

namespace {

using paceline::core::Bytes;
using paceline::core::DocumentState;
using paceline::core::FlushOptions;
using paceline::core::PendingWork;

// All that the module knows. Lives as long as the page does.
struct Module {
  // A PageMonitor is this behind a pointer.
  DocumentState monitor;
  Bytes input;
  Bytes beacon;
  // The beacon, packed.
  Bytes output;
};
[[clang::no_destroy]] Module g_module;

uint32_t AddressOf(Bytes& buffer) {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(buffer.data()));
}

// A buffer of at least `size` bytes for the next EntryBatch.
uint32_t Reserve(uint32_t size) {
  Bytes& input = g_module.input;
  if (input.size() < size) input.Extend(size);
  return AddressOf(input);
}

// Consumes the first `length` bytes of the buffer; returns a ConsumeStatus.
uint32_t Consume(uint32_t length) {
  const std::string_view batch = g_module.input.view().substr(0, length);
  return static_cast<uint32_t>(g_module.monitor.Consume(batch));
}

// Bits 0 to 15: events (saturating); 16: poor_vital; 17: keep_unsampled.
uint32_t Pending() {
  const PendingWork work = g_module.monitor.Pending();
  return std::min(work.events, 0xffffu) | uint32_t{work.poor_vital} << 16 |
         uint32_t{work.keep_unsampled} << 17;
}

// Length of the packed Beacon in the output buffer; 0: nothing to say. `sent_unix_ms` is a double
// because it has 41 bits.
uint32_t Flush(uint32_t sequence, double sent_unix_ms, uint32_t covers_entries_before) {
  FlushOptions options;
  options.sequence = sequence;
  options.sent_unix_ms = sent_unix_ms > 0 ? static_cast<uint64_t>(sent_unix_ms) : 0;
  options.covers_entries_before = covers_entries_before;
  if (!g_module.monitor.Flush(options, &g_module.beacon)) return 0;
  paceline::core::Pack(g_module.beacon, &g_module.output);
  return static_cast<uint32_t>(g_module.output.size());
}

uint32_t Rollback() { return g_module.monitor.Rollback(); }

// Present value of the Metric of that number, in milliseconds (CLS as it is); -1: it has none.
double Reading(uint32_t metric) {
  const uint64_t value = g_module.monitor.ValueOf(static_cast<paceline::core::Metric>(metric));
  if (value == paceline::core::kNotMeasured) return -1;
  const bool is_cls = metric == static_cast<uint32_t>(paceline::core::Metric::kCls);
  return static_cast<double>(value) / (is_cls ? 1e9 : 10);
}

uint32_t Output() { return AddressOf(g_module.output); }

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
