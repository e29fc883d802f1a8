#include "core/wire/message_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace paceline::core {
namespace {

using std::string_view_literals::operator""sv;

// Reads the whole message.
bool IsWellFormed(std::string_view message) {
  MessageReader reader(message);
  while (reader.Next()) {
  }
  return reader.ok();
}

TEST(MessageReaderTest, ReadsEveryWireTypeThatIsUsed) {
  MessageReader reader(
      "\x08\x96\x01\x11\x00\x00\x00\x00\x00\x00\xf8\x3f\x1a\x02hi\x25\x01\x00\x00\x00"sv);
  uint32_t number = 0;
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 1u);
  reader.Read(&number);
  EXPECT_EQ(number, 150u);
  double real = 0;
  ASSERT_TRUE(reader.Next());
  reader.Read(&real);
  EXPECT_EQ(real, 1.5);
  std::string_view text;
  ASSERT_TRUE(reader.Next());
  reader.Read(&text);
  EXPECT_EQ(text, "hi");
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 4u);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(MessageReaderTest, DecodesZigzag) {
  MessageReader reader("\x08\x01\x08\x02\x08\xff\xff\xff\xff\x0f"sv);
  for (const int32_t expected : {-1, 1, INT32_MIN}) {
    int32_t value = 0;
    ASSERT_TRUE(reader.Next());
    reader.Read(&value);
    EXPECT_EQ(value, expected);
  }
}

TEST(MessageReaderTest, CutsWideNumbersAsProtobufDoes) {
  MessageReader reader("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv);
  uint32_t narrow = 0;
  uint64_t wide = 0;
  ASSERT_TRUE(reader.Next());
  reader.Read(&narrow);
  reader.Read(&wide);
  EXPECT_EQ(narrow, UINT32_MAX);
  EXPECT_EQ(wide, UINT64_MAX);
}

TEST(MessageReaderTest, LeavesTargetsOfAnotherTypeAlone) {
  MessageReader reader("\x0a\x01x\x08\x05"sv);
  uint32_t number = 7;
  bool flag = true;
  double real = 0.5;
  std::string_view text = "same";
  ASSERT_TRUE(reader.Next());
  reader.Read(&number);
  reader.Read(&flag);
  reader.Read(&real);
  EXPECT_EQ(number, 7u);
  EXPECT_TRUE(flag);
  EXPECT_EQ(real, 0.5);
  ASSERT_TRUE(reader.Next());
  reader.Read(&text);
  EXPECT_EQ(text, "same");
}

TEST(MessageReaderTest, AcceptsTheEmptyMessage) { EXPECT_TRUE(IsWellFormed("")); }

TEST(MessageReaderTest, RefusesMalformedInput) {
  EXPECT_FALSE(IsWellFormed("\x08"sv));                                              // no value
  EXPECT_FALSE(IsWellFormed("\x08\x80"sv));                                          // a cut varint
  EXPECT_FALSE(IsWellFormed("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv));  // 11 bytes
  EXPECT_FALSE(IsWellFormed("\x0a\x05hi"sv));  // length beyond the end
  EXPECT_FALSE(
      IsWellFormed("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv));  // length of 2^64 - 1
  EXPECT_FALSE(IsWellFormed("\x11\x00\x00"sv));                         // a cut fixed64
  EXPECT_FALSE(IsWellFormed("\x25\x00\x00"sv));                         // a cut fixed32
  EXPECT_FALSE(IsWellFormed("\x00\x01"sv));                             // field 0
  EXPECT_FALSE(IsWellFormed("\x0b\x0c"sv));                             // a group
  EXPECT_FALSE(IsWellFormed("\x0e\x00"sv));                             // wire type 6
  EXPECT_FALSE(IsWellFormed("\xff\xff\xff\xff\xff\x01\x00"sv));         // a key beyond 32 bits
}

TEST(MessageReaderTest, StaysFailed) {
  MessageReader reader("\x08\x01\x08\x02"sv);
  ASSERT_TRUE(reader.Next());
  reader.Fail();
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace paceline::core
