#include "core/vitals/interactivity_tracker.h"

#include <algorithm>

#include "core/base/units.h"

namespace paceline::core {
namespace {

constexpr int64_t kQuiet = 5 * k100usPerSecond;
constexpr int64_t kBlockingFrom = 50 * k100usPerMillisecond;
constexpr int kQuietRequests = 2;

// A page that is that busy before its first 5 quiet seconds gets no value.
constexpr size_t kMaxSpans = 500;

}  // namespace

void InteractivityTracker::Observe(const LongTask& task) {
  if (interactive_ || tasks_.size() == kMaxSpans) return;
  const Span span = {task.at_100us, int64_t{task.at_100us} + task.duration_100us};
  const auto after =
      std::upper_bound(tasks_.begin(), tasks_.end(), span,
                       [](const Span& a, const Span& b) { return a.begin < b.begin; });
  tasks_.insert(after, span);
}

void InteractivityTracker::Observe(const Resource& resource) {
  if (interactive_ || requests_.size() == kMaxSpans) return;
  requests_.push_back({resource.at_100us, int64_t{resource.at_100us} + resource.duration_100us});
}

void InteractivityTracker::Advance(uint32_t now_100us, uint32_t painted_100us,
                                   const PageViewState& page_view) {
  if (interactive_ || tasks_.size() == kMaxSpans || requests_.size() == kMaxSpans) return;
  if (now_100us < painted_100us + kQuiet || !page_view.VisibleUntil(now_100us)) return;
  const std::vector<Span> quiet_network = QuietNetwork(now_100us);
  int64_t quiet_since = 0;
  for (size_t i = 0; i <= tasks_.size(); ++i) {
    const int64_t quiet_until = i < tasks_.size() ? tasks_[i].begin : now_100us;
    const int64_t begin = std::max<int64_t>(quiet_since, painted_100us);
    for (const Span& network : quiet_network) {
      if (std::min(quiet_until, network.end) - std::max(begin, network.begin) < kQuiet) continue;
      return Finish(std::max<int64_t>(begin, dom_content_loaded_100us_), painted_100us, page_view);
    }
    if (i < tasks_.size()) quiet_since = std::max(quiet_since, tasks_[i].end);
  }
}

// When no more than two requests were under way.
std::vector<InteractivityTracker::Span> InteractivityTracker::QuietNetwork(int64_t now) const {
  struct Edge {
    int64_t at;
    int step;
  };
  std::vector<Edge> edges;
  for (const Span& request : requests_) {
    edges.push_back({request.begin, 1});
    edges.push_back({request.end, -1});
  }
  // One that ends makes room for one that begins.
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return a.at != b.at ? a.at < b.at : a.step < b.step;
  });
  std::vector<Span> quiet;
  int under_way = 0;
  int64_t since = 0;
  for (const Edge& edge : edges) {
    under_way += edge.step;
    if (edge.step > 0 && under_way == kQuietRequests + 1) quiet.push_back({since, edge.at});
    if (edge.step < 0 && under_way == kQuietRequests) since = edge.at;
  }
  if (under_way <= kQuietRequests) quiet.push_back({since, now});
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
  interactive_ =
      VitalReading{page_view.SinceActivation(at_100us), at_100us, tasks, std::monostate()};
  blocking_ = VitalReading{static_cast<uint64_t>(blocking), at_100us, tasks, std::monostate()};
  tasks_.clear();
  requests_.clear();
}

}  // namespace paceline::core
