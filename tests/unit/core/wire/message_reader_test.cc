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
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 1u);
  EXPECT_EQ(reader.wire_type(), protozero::pbf_wire_type::varint);
  EXPECT_EQ(reader.number(), 150u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.wire_type(), protozero::pbf_wire_type::fixed64);
  EXPECT_EQ(reader.number(), 0x3ff8000000000000u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.wire_type(), protozero::pbf_wire_type::length_delimited);
  EXPECT_EQ(reader.bytes(), "hi");
  EXPECT_EQ(reader.number(), 0u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 4u);
  EXPECT_EQ(reader.number(), 1u);
  EXPECT_TRUE(reader.bytes().empty());
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
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
  MessageReader reader("\x08\x01\x0b\x08\x02"sv);
  ASSERT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace paceline::core
