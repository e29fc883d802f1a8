#include "core/vitals/exact/longest_interactions.h"

#include <algorithm>
#include <cmath>

#include "core/base/limits.h"

namespace paceline::core {
namespace {

constexpr double kInteractionsPerIgnoredOne = 50;

}  // namespace

LongestInteractions::Verdict LongestInteractions::Observe(double id, double start_ms,
                                                          double duration_ms, uint32_t frame) {
  dropped_id_ = 0;
  auto at = std::find_if(longest_.begin(), longest_.end(),
                         [&](const Interaction& known) { return known.id == id; });
  Verdict verdict = Verdict::kReplaces;
  if (at == longest_.end()) {
    if (longest_.size() == kMaxInteractionCandidates) {
      if (!(duration_ms > longest_.back().latency_ms)) return Verdict::kPassedOver;
      dropped_id_ = longest_.back().id;
      longest_.pop_back();
    }
    longest_.push_back({id, duration_ms, start_ms, frame});
    at = longest_.end() - 1;
    verdict = Verdict::kBegins;
  } else if (duration_ms > at->latency_ms) {
    *at = {id, duration_ms, start_ms, frame};
  } else {
    const bool joins = duration_ms == at->latency_ms && start_ms == at->start_ms;
    return joins ? Verdict::kJoins : Verdict::kPassedOver;
  }
  // It moves forward past those that are shorter, and stays behind its equals.
  for (; at != longest_.begin() && (at - 1)->latency_ms < at->latency_ms; --at) {
    std::swap(*(at - 1), *at);
  }
  return verdict;
}

const LongestInteractions::Interaction* LongestInteractions::Estimate(
    double interaction_count) const {
  if (longest_.empty()) return nullptr;
  const double ignored = std::floor(interaction_count / kInteractionsPerIgnoredOne);
  const double last = static_cast<double>(longest_.size() - 1);
  return &longest_[static_cast<size_t>(std::max(std::min(last, ignored), 0.0))];
}

}  // namespace paceline::core
