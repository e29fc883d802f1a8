#include "collector/ingest/room.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "collector/ingest/pipeline.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

// A pipeline whose store is slow: everything waits.
TEST(PipelineRoomTest, ASiteThatFloodsLeavesRoomForAnother) {
  std::vector<store::AppendCallback> waiting;
  PipelineOptions options;
  options.sites = {{"academy", {}}, {"studio", {}}};
  options.max_waiting_records = 16;
  Pipeline pipeline(options, [&](const store::NewRecord&, store::AppendCallback done) {
    waiting.push_back(std::move(done));
  });
  const auto submit = [&](const std::string& site) {
    v1::Beacon beacon = SampleBeacon();
    beacon.set_site(site);
    pipeline.Submit(SubmissionOf(beacon), [](const SubmitResult&) {});
  };
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(pipeline.HasRoom("academy")) << i;
    submit("academy");
  }
  EXPECT_FALSE(pipeline.HasRoom("academy")) << "a quarter is enough for who can wait";
  for (int i = 0; i < 100; ++i) submit("academy");
  EXPECT_EQ(waiting.size(), 8u) << "half of the room";
  EXPECT_EQ(pipeline.outcomes().Total(v1::OUTCOME_OVERLOADED), 96u);
  EXPECT_FALSE(pipeline.HasRoom("academy"));
  EXPECT_TRUE(pipeline.HasRoom("studio"));
  EXPECT_TRUE(pipeline.HasRoom("unknown")) << "it is refused anyway";
  submit("studio");
  EXPECT_EQ(waiting.size(), 9u);
  for (store::AppendCallback& done : waiting) done({store::AppendOutcome::kStored, {}});
  EXPECT_TRUE(pipeline.HasRoom("academy"));
}

}  // namespace
}  // namespace paceline::ingest
