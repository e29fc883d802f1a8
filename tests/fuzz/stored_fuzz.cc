// Fuzzes the readers of stored views (sessions, facts, changes to rollups, cells): bytes that a
// disk has spoilt are refused or read as something, and what was read is written and read as
// itself. The first byte of the input chooses.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collector/store/page_fact.h"
#include "collector/store/pending_rollups.h"
#include "collector/store/rollup_cell.h"
#include "collector/store/session_state.h"

namespace {

using namespace paceline;
using namespace paceline::store;

constexpr std::string_view kSite = "academy";
constexpr std::string_view kSession = "0123456789abcdef";
constexpr uint64_t kBegan = 1'767'225'600'000;

void Require(bool condition) {
  if (!condition) std::abort();
}

void ReadSession(std::string_view bytes) {
  Facets facets;
  const auto session = ParseSession(bytes, kSite, kSession, kBegan, &facets);
  if (!session) return;
  ToSessionRecord(*session);
  const std::string written = SerializeSession(*session);
  const auto again = ParseSession(written, kSite, kSession, kBegan, &facets);
  Require(again && SerializeSession(*again) == written);
}

void ReadFact(std::string_view bytes) {
  Facets facets;
  HeldFact held;
  if (!ParseFact(bytes, kSite, kBegan, &facets, &held.fact)) return;
  const std::string written = SerializeFact(held.fact);
  PageFact again;
  Require(ParseFact(written, kSite, kBegan, &facets, &again) && SerializeFact(again) == written);
  PendingRollups rollups;
  rollups.Settle(&held);
  PendingRollups::Cells cells;
  rollups.SpreadOver(&cells);
  rollups.TakeBack(&held);
  Require(rollups.ToMessage().changes().empty());
}

void ReadChanges(std::string_view bytes) {
  v1::RollupChanges message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  Facets facets;
  PendingRollups rollups;
  rollups.Add(message, &facets);
  PendingRollups::Cells cells;
  rollups.SpreadOver(&cells);
  PendingRollups again;
  again.Add(rollups.ToMessage(), &facets);
  Require(again.ToMessage().changes_size() == rollups.ToMessage().changes_size());
}

void ReadCell(std::string_view bytes) {
  v1::RollupCell cell;
  if (!cell.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  for (const v1::MetricCell& metric : cell.metrics()) {
    const core::DdSketch sketch = ToSketch(metric.sketch());
    sketch.Quantile(0.75);
    WeightedSum(metric);
  }
  CellDelta delta;
  delta.Add(cell);
  CellDelta again;
  again.Add(delta.ToMessage());
  Require(again.ToMessage().SerializeAsString() == delta.ToMessage().SerializeAsString());
  v1::RollupCell sum;
  if (!delta.ApplyTo(&sum).ok()) return;
  delta.Negate();
  Require(delta.ApplyTo(&sum).ok() && IsEmpty(sum));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // It complains of each text that is not UTF-8.
  [[maybe_unused]] static auto* const complain = google::protobuf::SetLogHandler(nullptr);
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      ReadSession(bytes);
      break;
    case 1:
      ReadFact(bytes);
      break;
    case 2:
      ReadChanges(bytes);
      break;
    default:
      ReadCell(bytes);
  }
  return 0;
}
