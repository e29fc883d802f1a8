#include "collector/ingest/outcome_counter.h"

#include <cctype>
#include <string>

namespace paceline::ingest {
namespace {

constexpr std::string_view kPrefix = "OUTCOME_";

std::array<std::string, v1::Outcome_ARRAYSIZE> MakeNames() {
  std::array<std::string, v1::Outcome_ARRAYSIZE> names;
  for (int i = 0; i < v1::Outcome_ARRAYSIZE; ++i) {
    if (!v1::Outcome_IsValid(i)) continue;
    std::string name = v1::Outcome_Name(static_cast<v1::Outcome>(i)).substr(kPrefix.size());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    names[static_cast<size_t>(i)] = std::move(name);
  }
  return names;
}

}  // namespace

std::string_view ItemKindName(ItemKind kind) {
  switch (kind) {
    case ItemKind::kBeacon:
      return "beacon";
    case ItemKind::kEntryBatch:
      return "entry_batch";
    case ItemKind::kUnread:
      return "unread";
  }
  return "unread";
}

std::string_view OutcomeName(v1::Outcome outcome) {
  static const auto& names = *new std::array<std::string, v1::Outcome_ARRAYSIZE>(MakeNames());
  const auto index = static_cast<size_t>(outcome);
  return index < names.size() ? std::string_view(names[index]) : std::string_view("unspecified");
}

std::string_view MarkName(Mark mark) {
  switch (mark) {
    case Mark::kNotPlain:
      return "not_plain";
    case Mark::kScrubbed:
      return "scrubbed";
    case Mark::kClockCorrected:
      return "clock_corrected";
    case Mark::kBot:
      return "bot";
    case Mark::kUnsampled:
      return "unsampled";
    case Mark::kBeyondDocument:
      return "beyond_document";
  }
  return "unknown";
}

void OutcomeCounter::Add(v1::Outcome outcome, ItemKind kind) {
  const auto index = static_cast<size_t>(outcome);
  if (index >= kOutcomes) return;
  counts_[index][static_cast<size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
}

std::vector<OutcomeCounter::Count> OutcomeCounter::Snapshot() const {
  std::vector<Count> counts;
  for (size_t outcome = 1; outcome < kOutcomes; ++outcome) {
    if (!v1::Outcome_IsValid(static_cast<int>(outcome))) continue;
    for (size_t kind = 0; kind < kKinds; ++kind) {
      counts.push_back({static_cast<v1::Outcome>(outcome), static_cast<ItemKind>(kind),
                        counts_[outcome][kind].load(std::memory_order_relaxed)});
    }
  }
  return counts;
}

uint64_t OutcomeCounter::Total(v1::Outcome outcome) const {
  const auto index = static_cast<size_t>(outcome);
  if (index >= kOutcomes) return 0;
  uint64_t total = 0;
  for (const auto& count : counts_[index]) total += count.load(std::memory_order_relaxed);
  return total;
}

}  // namespace paceline::ingest
