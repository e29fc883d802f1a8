#include "core/wire/entry_batch_check.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

#include "core/base/limits.h"
#include "tests/unit/core/testing/entry_batch_builder.h"

namespace paceline::core {
namespace {

using testing::EntryBatchBuilder;

bool Is(EntryBatchBuilder& builder) { return IsEntryBatch(builder.Serialize()); }

TEST(EntryBatchCheckTest, RefusesEveryPrefixThatCutsAField) {
  EntryBatchBuilder builder;
  builder.PageViewStart().LayoutShift(1, 0.5, {"div"});
  const std::string bytes = builder.Serialize();
  int refused = 0;
  for (size_t length = 0; length < bytes.size(); ++length) {
    refused += IsEntryBatch(std::string_view(bytes).substr(0, length)) ? 0 : 1;
  }
  // A prefix that ends between two top-level fields is a message of its own; it has all ids only
  // behind the third.
  EXPECT_GT(refused, static_cast<int>(bytes.size()) - 12);
}

TEST(EntryBatchCheckTest, RefusesIdsOfTheWrongLength) {
  EntryBatchBuilder short_session;
  short_session.message().set_session_id("0123456789abcde");
  EXPECT_FALSE(Is(short_session));
  EntryBatchBuilder long_document;
  long_document.message().set_document_id("012345678");
  EXPECT_FALSE(Is(long_document));
  EntryBatchBuilder no_site;
  no_site.message().clear_site();
  EXPECT_FALSE(Is(no_site));
  EntryBatchBuilder long_site;
  long_site.message().set_site(std::string(kMaxSiteBytes + 1, 's'));
  EXPECT_FALSE(Is(long_site));
}

TEST(EntryBatchCheckTest, RefusesReferencesOutsideTheTable) {
  EntryBatchBuilder builder;
  builder.Click(1, 0, 0, "a");
  EXPECT_TRUE(Is(builder));
  builder.message().mutable_entries(0)->mutable_click()->set_target_ref(2);
  EXPECT_FALSE(Is(builder));
  EntryBatchBuilder context;
  context.message().mutable_context()->set_language_ref(1);
  EXPECT_FALSE(Is(context));
}

TEST(EntryBatchCheckTest, RefusesStringsThatProtobufWouldRefuse) {
  EntryBatchBuilder builder;
  // As bytes: the protobuf library complains when it writes such a string.
  const std::string bytes = builder.Serialize() + std::string("\x4a\x02\xc3\x28", 4);
  EXPECT_FALSE(IsEntryBatch(bytes));
}

TEST(EntryBatchCheckTest, RefusesScoresThatNoLayoutShiftHas) {
  for (const double value : {-0.1, 1001.0, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    EntryBatchBuilder builder;
    builder.LayoutShift(1, value);
    EXPECT_FALSE(Is(builder)) << value;
  }
}

TEST(EntryBatchCheckTest, RefusesMalformedMessagesInAnEntry) {
  EntryBatchBuilder builder;
  builder.Click(1);
  const std::string bytes = builder.Serialize();
  // entries { error { attributes: <a cut message> } }
  const std::string entry("\x5a\x07\xa2\x01\x04\x52\x02\x08\x80", 9);
  EXPECT_FALSE(IsEntryBatch(bytes + entry));
}

TEST(EntryBatchCheckTest, RefusesReferencesOutsideTheTableInMessagesOfAnEntry) {
  EntryBatchBuilder error;
  error.message().add_entries()->mutable_error()->add_attributes()->set_value_ref(1);
  EXPECT_FALSE(Is(error));
  EntryBatchBuilder call;
  call.message().add_entries()->mutable_call()->add_argument_refs(1);
  EXPECT_FALSE(Is(call));
  EntryBatchBuilder tags;
  tags.message().mutable_context()->add_tag_refs(1);
  EXPECT_FALSE(Is(tags));
  tags.Ref("audience");
  EXPECT_TRUE(Is(tags));
}

}  // namespace
}  // namespace paceline::core
