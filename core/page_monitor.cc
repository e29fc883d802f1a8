#include "core/page_monitor.h"

#include <utility>

#include "core/document_state.h"

namespace paceline::core {

PageMonitor::PageMonitor() : state_(std::make_unique<DocumentState>()) {}
PageMonitor::~PageMonitor() = default;
PageMonitor::PageMonitor(PageMonitor&&) noexcept = default;
PageMonitor& PageMonitor::operator=(PageMonitor&&) noexcept = default;

ConsumeStatus PageMonitor::Consume(std::string_view entry_batch) {
  const ConsumeStatus status = state_->Consume(entry_batch);
  if (status == ConsumeStatus::kOk) before_.reset();
  return status;
}

PendingWork PageMonitor::Pending() const { return state_->Pending(); }

std::optional<uint64_t> PageMonitor::ValueOf(Metric metric) const {
  return state_->ValueOf(metric);
}

uint32_t PageMonitor::page_views() const { return state_->page_views(); }

bool PageMonitor::Flush(const FlushOptions& options, std::string* beacon) {
  std::unique_ptr<DocumentState> before;
  if (options.keep_undo) before = std::make_unique<DocumentState>(*state_);
  if (!state_->Flush(options, beacon)) return false;
  before_ = std::move(before);
  return true;
}

bool PageMonitor::Rollback() {
  if (before_ == nullptr) return false;
  state_ = std::move(before_);
  return true;
}

}  // namespace paceline::core
