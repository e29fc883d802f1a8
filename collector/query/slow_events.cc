#include "collector/query/slow_events.h"

namespace paceline::query {
namespace {

constexpr double kVeryLongTaskMs = 500;
constexpr double kSlowTransitionMs = 1000;
constexpr double kSlowRenderMs = 16;

}  // namespace

void MarkSlow(v1::JourneyEvent* event) {
  if (event->has_long_task()) {
    event->mutable_long_task()->set_very_long(event->long_task().duration_ms() > kVeryLongTaskMs);
  } else if (event->has_transition()) {
    event->mutable_transition()->set_slow(event->transition().duration_ms() > kSlowTransitionMs);
  } else if (event->has_render()) {
    event->mutable_render()->set_slow(event->render().actual_ms() > kSlowRenderMs);
  }
}

}  // namespace paceline::query
