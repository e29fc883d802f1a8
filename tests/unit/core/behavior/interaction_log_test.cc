#include "core/behavior/interaction_log.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "core/wire/message_codec.h"

namespace paceline::core {
namespace {

constexpr PoolRef kName = 1;
constexpr PoolRef kTarget = 2;

EventTiming Timing(uint32_t at_ms, uint32_t duration_ms, uint32_t id) {
  EventTiming timing;
  timing.start_100us = at_ms * 10;
  timing.duration_100us = duration_ms * 10;
  timing.processing_start_100us = 50;
  timing.processing_duration_100us = 100;
  timing.interaction_id = id;
  return timing;
}

class InteractionLogTest : public ::testing::Test {
 protected:
  void Observe(const EventTiming& timing, PoolRef target = kTarget) {
    log_.Observe(timing, kName, target, 0, &events_);
  }
  InteractionEvent At(size_t index) {
    const Event& event = events_.events()[index];
    InteractionEvent fields;
    Bytes copy;
    EXPECT_TRUE(DecodeMessage(events_.bytes().substr(event.begin, event.size),
                              TableOf(EventField::kInteraction), {}, &fields, &copy));
    return fields;
  }
  InteractionEvent Only() {
    EXPECT_EQ(events_.events().size(), 1u);
    return At(0);
  }

  InteractionLog log_;
  EventLog events_;
};

TEST_F(InteractionLogTest, MakesOneEventOfAllEntriesOfAnInteractionWithTheLongestOne) {
  Observe(Timing(1000, 48, 7));
  Observe(Timing(1080, 120, 7));
  Observe(Timing(1080, 56, 7));
  log_.End(&events_);
  EXPECT_EQ(Only().duration_100us, 1'200u);
  EXPECT_EQ(events_.events()[0].at_100us, 10'800u);
  EXPECT_EQ(Only().input_delay_100us, 50u);
  EXPECT_EQ(Only().processing_100us, 100u);
}

TEST_F(InteractionLogTest, SettlesMoreThanASecondAfterTheLastEntryEnded) {
  Observe(Timing(1000, 48, 7));
  Observe(Timing(1500, 100, 7));
  log_.Advance(26'000, &events_);
  EXPECT_TRUE(events_.events().empty());
  log_.Advance(26'001, &events_);
  EXPECT_EQ(events_.events().size(), 1u);
}

TEST_F(InteractionLogTest, MakesNoSecondEventOfAnInteractionThatWasSettled) {
  Observe(Timing(1000, 48, 7));
  log_.Advance(50'000, &events_);
  Observe(Timing(5000, 400, 7));
  log_.End(&events_);
  EXPECT_EQ(Only().duration_100us, 480u);
}

TEST_F(InteractionLogTest, KeepsInteractionsThatOverlapApart) {
  Observe(Timing(1000, 48, 7));
  Observe(Timing(1010, 64, 14));
  Observe(Timing(1200, 80, 7));
  Observe(Timing(1210, 40, 14));
  log_.End(&events_);
  ASSERT_EQ(events_.events().size(), 2u);
  EXPECT_EQ(At(0).duration_100us, 800u);
  EXPECT_EQ(At(1).duration_100us, 640u);
}

TEST_F(InteractionLogTest, PassesOverShortEntriesAndThoseOfNoInteraction) {
  Observe(Timing(1000, 39, 7));
  Observe(Timing(1000, 400, 0));
  log_.End(&events_);
  EXPECT_TRUE(events_.events().empty());
}

TEST_F(InteractionLogTest, TakesTheTargetOfAnotherEntryWhenTheLongestHasNone) {
  Observe(Timing(1000, 100, 7), 0);
  Observe(Timing(1000, 48, 7), kTarget);
  log_.End(&events_);
  EXPECT_EQ(Only().target, kTarget);
}

TEST_F(InteractionLogTest, SettlesTheOldestWhenTooManyAreOpen) {
  for (uint32_t id = 1; id <= kMaxOpenInteractions + 1; ++id) Observe(Timing(1000, 40 + id, id));
  EXPECT_EQ(Only().duration_100us, 410u);
  log_.End(&events_);
  EXPECT_EQ(events_.events().size(), kMaxOpenInteractions + 1);
}

TEST_F(InteractionLogTest, TakesAnEndBeyondTheRangeOfTimesAsNever) {
  EventTiming timing = Timing(0, 0, 7);
  timing.start_100us = UINT32_MAX;
  timing.duration_100us = UINT32_MAX;
  Observe(timing);
  log_.Advance(UINT32_MAX, &events_);
  EXPECT_TRUE(events_.events().empty());
}

}  // namespace
}  // namespace paceline::core
