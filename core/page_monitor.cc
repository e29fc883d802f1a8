#include "core/page_monitor.h"

#include "core/base/units.h"
#include "core/document_state.h"
#include "core/wire/entry_batch_check.h"

namespace paceline::core {

PageMonitor::PageMonitor() : state_(std::make_unique<DocumentState>()) {}
PageMonitor::~PageMonitor() = default;
PageMonitor::PageMonitor(PageMonitor&&) noexcept = default;
PageMonitor& PageMonitor::operator=(PageMonitor&&) noexcept = default;

ConsumeStatus PageMonitor::Consume(std::string_view entry_batch) {
  return IsEntryBatch(entry_batch) ? state_->Consume(entry_batch) : ConsumeStatus::kMalformed;
}

PendingWork PageMonitor::Pending() const { return state_->Pending(); }

std::optional<uint64_t> PageMonitor::ValueOf(Metric metric) const {
  const uint64_t value = state_->ValueOf(metric);
  return value == kNotMeasured ? std::nullopt : std::optional(value);
}

uint32_t PageMonitor::page_views() const { return state_->page_views(); }

bool PageMonitor::Flush(const FlushOptions& options, Bytes* beacon) {
  return state_->Flush(options, beacon);
}

bool PageMonitor::Rollback() { return state_->Rollback(); }

}  // namespace paceline::core
