#include "collector/query/slow_events.h"

#include <gtest/gtest.h>

namespace paceline::query {
namespace {

TEST(SlowEventsTest, ALongTaskOver500MsIsVeryLong) {
  v1::JourneyEvent event;
  event.mutable_long_task()->set_duration_ms(500);
  MarkSlow(&event);
  EXPECT_FALSE(event.long_task().very_long());
  event.mutable_long_task()->set_duration_ms(500.1);
  MarkSlow(&event);
  EXPECT_TRUE(event.long_task().very_long());
}

TEST(SlowEventsTest, ATransitionOverASecondIsSlow) {
  v1::JourneyEvent event;
  event.mutable_transition()->set_duration_ms(1000);
  MarkSlow(&event);
  EXPECT_FALSE(event.transition().slow());
  event.mutable_transition()->set_duration_ms(1000.1);
  MarkSlow(&event);
  EXPECT_TRUE(event.transition().slow());
}

TEST(SlowEventsTest, ARenderOver16MsIsSlowWhateverItsBaseDuration) {
  v1::JourneyEvent event;
  event.mutable_render()->set_actual_ms(16);
  event.mutable_render()->set_base_ms(40);
  MarkSlow(&event);
  EXPECT_FALSE(event.render().slow());
  event.mutable_render()->set_actual_ms(16.1);
  MarkSlow(&event);
  EXPECT_TRUE(event.render().slow());
}

TEST(SlowEventsTest, OtherEventsStayAsTheyAre) {
  v1::JourneyEvent event;
  event.mutable_user_timing()->set_duration_ms(9000);
  const std::string before = event.SerializeAsString();
  MarkSlow(&event);
  EXPECT_EQ(event.SerializeAsString(), before);
}

}  // namespace
}  // namespace paceline::query
