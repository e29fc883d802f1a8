#include "core/vitals/interactivity_tracker.h"

#include <algorithm>
#include <utility>

#include "core/base/units.h"

namespace paceline::core {
namespace {

constexpr int64_t kQuiet = 5 * k100usPerSecond;
constexpr int64_t kBlockingFrom = 50 * k100usPerMillisecond;
constexpr int kQuietRequests = 2;
constexpr int64_t kForever = INT64_MAX;

// A page that is that busy before its first 5 quiet seconds gets no value.
constexpr size_t kMaxSpans = 500;

}  // namespace

void InteractivityTracker::Observe(const LongTask& task) {
  if (interactive_ || tasks_.size() == kMaxSpans) return;
  AddInOrder(task.at_100us, task.duration_100us, &tasks_);
}

void InteractivityTracker::Observe(const Resource& resource) {
  if (interactive_ || requests_.size() == kMaxSpans) return;
  AddInOrder(resource.at_100us, resource.duration_100us, &requests_);
}

void InteractivityTracker::AddInOrder(uint32_t at_100us, uint32_t duration_100us,
                                      PodVector<Span>* spans) {
  // Most come in order.
  const Span* before = spans->end();
  while (before != spans->begin() && (before - 1)->begin > at_100us) --before;
  spans->insert(before, {at_100us, int64_t{at_100us} + duration_100us});
  first_quiet_.reset();
}

void InteractivityTracker::Advance(uint32_t now_100us, uint32_t painted_100us,
                                   const PageViewState& page_view) {
  if (interactive_ || tasks_.size() == kMaxSpans || requests_.size() == kMaxSpans) return;
  if (now_100us < painted_100us + kQuiet || !page_view.VisibleUntil(now_100us)) return;
  if (!first_quiet_ || first_quiet_->painted != painted_100us) {
    first_quiet_ = FirstQuiet(painted_100us);
  }
  if (now_100us < first_quiet_->known_at) return;
  Finish(std::max<int64_t>(first_quiet_->begin, dom_content_loaded_100us_), painted_100us,
         page_view);
}

// Neither the quiet spans of the tasks nor those of the network overlap among themselves, so what
// ends first has met all that it can meet.
InteractivityTracker::Quiet InteractivityTracker::FirstQuiet(int64_t painted) const {
  const PodVector<Span> quiet_network = QuietNetwork();
  const Span* network = quiet_network.begin();
  const Span* task = tasks_.begin();
  int64_t quiet_since = 0;
  while (true) {
    const int64_t quiet_until = task != tasks_.end() ? task->begin : kForever;
    const int64_t begin = std::max(quiet_since, painted);
    const int64_t both_begin = std::max(begin, network->begin);
    if (std::min(quiet_until, network->end) - both_begin >= kQuiet) {
      // One that nothing has ended yet goes on until now.
      const bool ended = quiet_until != kForever && network->end != kForever;
      return {painted, begin, ended ? 0 : both_begin + kQuiet};
    }
    if (network->end <= quiet_until) {
      ++network;
    } else {
      quiet_since = std::max(quiet_since, task->end);
      ++task;
    }
  }
}

// When no more than two requests were under way; the last of these has no end.
PodVector<InteractivityTracker::Span> InteractivityTracker::QuietNetwork() const {
  PodVector<Span> quiet;
  int64_t since = 0;
  // Of those that have begun, the ends that are farthest off, the farthest first: until the last of
  // these, all three are under way.
  int64_t ends[kQuietRequests + 1] = {};
  for (const Span& request : requests_) {
    int64_t end = request.end;
    for (int64_t& other : ends) {
      if (end > other) std::swap(end, other);
    }
    // One that ends makes room for one that begins.
    if (ends[kQuietRequests] <= request.begin) continue;
    if (since < request.begin) quiet.push_back({since, request.begin});
    since = std::max(since, ends[kQuietRequests]);
  }
  quiet.push_back({since, kForever});
  return quiet;
}

void InteractivityTracker::Finish(int64_t interactive, int64_t painted,
                                  const PageViewState& page_view) {
  int64_t blocking = 0;
  uint32_t tasks = 0;
  for (const Span& task : tasks_) {
    const int64_t within = std::min(task.end, interactive) - std::max(task.begin, painted);
    if (within < kBlockingFrom) continue;
    blocking += within - kBlockingFrom;
    ++tasks;
  }
  const auto at_100us = static_cast<uint32_t>(interactive);
  interactive_ = VitalReading(page_view.SinceActivation(at_100us), at_100us, tasks);
  blocking_ = VitalReading(static_cast<uint64_t>(blocking), at_100us, tasks);
  tasks_.clear();
  requests_.clear();
}

}  // namespace paceline::core
