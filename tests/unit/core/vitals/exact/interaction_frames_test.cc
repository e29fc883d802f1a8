#include "core/vitals/exact/interaction_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paceline::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Subpart = InteractionFrames::Subpart;

TEST(InteractionFramesTest, PutsEventsThatWerePresentedTogetherIntoOneFrame) {
  InteractionFrames frames;
  const uint32_t frame = frames.AddEvent(100, 96, 110, 130);
  EXPECT_EQ(frames.AddEvent(104, 96, 130, 150), frame);
  EXPECT_NE(frames.AddEvent(104, 104.5, 130, 150), frame);
}

TEST(InteractionFramesTest, DividesByTheWholeFrame) {
  InteractionFrames frames;
  const uint32_t frame = frames.AddEvent(100, 96, 112, 130);
  frames.AddEvent(101, 96, 130, 160);
  const auto parts = frames.Divide(100, 96, frame);
  EXPECT_EQ(parts.input_delay_ms, 12);
  EXPECT_EQ(parts.processing_ms, 48);
  EXPECT_EQ(parts.presentation_ms, 36);
  EXPECT_EQ(parts.next_paint_ms, 196);
}

TEST(InteractionFramesTest, HasNoNegativePart) {
  InteractionFrames frames;
  // A handler that was still running when the interaction began, and a modal dialog that ends later
  // than the paint.
  const uint32_t frame = frames.AddEvent(60, 140, 62, 90);
  frames.AddEvent(100, 104, 120, 900);
  const auto parts = frames.Divide(100, 104, frame);
  EXPECT_EQ(parts.input_delay_ms, 0);
  EXPECT_EQ(parts.processing_ms, 104);
  EXPECT_EQ(parts.presentation_ms, 0);
}

TEST(InteractionFramesTest, FindsTheLongFramesThatAnInteractionMet) {
  InteractionFrames frames;
  const uint32_t frame = frames.AddEvent(1000, 200, 1020, 1100);
  frames.AddLongFrame(500, 400, 890);
  const uint32_t before = frames.AddLongFrame(940, 70, 1005);
  const uint32_t during = frames.AddLongFrame(1015, 180, 1190);
  frames.AddLongFrame(1200, 80, 1270);
  const auto parts = frames.Divide(1000, 200, frame);
  EXPECT_THAT(frames.LongFramesOf(1000, parts), ElementsAre(before, during));
}

TEST(InteractionFramesTest, TotalsScriptsAndNamesTheLongest) {
  InteractionFrames frames;
  const uint32_t frame = frames.AddEvent(1000, 200, 1020, 1100);
  frames.AddLongFrame(990, 180, 1150);
  frames.AddScript({980, 30, 0});
  frames.AddScript({1020, 80, 40});
  frames.AddScript({1110, 20, 0});
  const auto parts = frames.Divide(1000, 200, frame);
  const auto totals = frames.Total(1000, parts, frames.LongFramesOf(1000, parts));
  EXPECT_EQ(totals.longest_subpart, Subpart::kProcessing);
  EXPECT_EQ(totals.longest_script, 1u);
  EXPECT_EQ(totals.longest_ms, 80);
  // 10 of the first, 80 less the forced 40, 20.
  EXPECT_EQ(totals.script_ms, 70);
  EXPECT_EQ(totals.style_and_layout_ms, 20 + 40);
  EXPECT_EQ(totals.paint_ms, 30);
  EXPECT_EQ(totals.unattributed_ms, 200 - 70 - 60 - 30);
}

TEST(InteractionFramesTest, SaysWhereTheLongestScriptBegan) {
  const auto subpart_of = [](double start_ms) {
    InteractionFrames frames;
    const uint32_t frame = frames.AddEvent(1000, 200, 1050, 1100);
    frames.AddLongFrame(990, 190, 1170);
    frames.AddScript({start_ms, 40, 0});
    const auto parts = frames.Divide(1000, 200, frame);
    return frames.Total(1000, parts, frames.LongFramesOf(1000, parts)).longest_subpart;
  };
  EXPECT_EQ(subpart_of(1005), Subpart::kInputDelay);
  EXPECT_EQ(subpart_of(1050), Subpart::kProcessing);
  EXPECT_EQ(subpart_of(1100), Subpart::kPresentation);
}

TEST(InteractionFramesTest, KeepsWhatIsNeededAndTheLatest) {
  InteractionFrames frames;
  uint32_t first = 0;
  uint32_t second = 0;
  uint32_t first_long = 0;
  for (int i = 0; i < 30; ++i) {
    const double at = i * 1000;
    const uint32_t frame = frames.AddEvent(at, 100, at + 10, at + 60);
    const uint32_t long_frame = frames.AddLongFrame(at + 5, 90, at + 80);
    if (i == 0) first = frame;
    if (i == 0) first_long = long_frame;
    if (i == 1) second = frame;
  }
  frames.Prune({first});
  EXPECT_TRUE(frames.HasFrame(first));
  EXPECT_TRUE(frames.HasLongFrame(first_long));
  EXPECT_FALSE(frames.HasFrame(second));
  EXPECT_FALSE(frames.HasLongFrame(first_long + 1));
  EXPECT_TRUE(frames.HasFrame(30));
  EXPECT_TRUE(frames.HasLongFrame(30));
}

TEST(InteractionFramesTest, KeepsLongFramesWhoseEventsAreOnTheirWay) {
  InteractionFrames frames;
  frames.AddEvent(100, 100, 110, 150);
  const uint32_t early = frames.AddLongFrame(5000, 100, 5090);
  frames.Prune({});
  EXPECT_TRUE(frames.HasLongFrame(early));
  const uint32_t frame = frames.AddEvent(5010, 120, 5020, 5080);
  EXPECT_THAT(frames.LongFramesOf(5010, frames.Divide(5010, 120, frame)), ElementsAre(early));
  EXPECT_THAT(frames.LongFramesOf(100, frames.Divide(100, 100, 1)), IsEmpty());
}

}  // namespace
}  // namespace paceline::core
