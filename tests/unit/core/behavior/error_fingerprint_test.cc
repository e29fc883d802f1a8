#include "core/behavior/error_fingerprint.h"

#include <gtest/gtest.h>

#include <string>

namespace paceline::core {
namespace {

constexpr const char* kStack =
    "TypeError: x is undefined\n    at pay (https://academy.example/app.js:10:5)\n    at go "
    "(https://academy.example/app.js:99:1)";

uint32_t Of(const std::string& message, const std::string& stack = kStack,
            const std::string& name = "TypeError") {
  return FingerprintOf(name, message, stack, "");
}

TEST(ErrorFingerprintTest, IsTheSameForTheSame) { EXPECT_EQ(Of("x"), Of("x")); }

TEST(ErrorFingerprintTest, DependsOnNameMessageAndPlace) {
  EXPECT_NE(Of("x is undefined"), Of("y is undefined"));
  EXPECT_NE(Of("x"), Of("x", kStack, "RangeError"));
  EXPECT_NE(Of("x"), Of("x", "    at book (https://academy.example/app.js:10:5)"));
  EXPECT_NE(Of("x"), Of("x", "    at pay (https://academy.example/other.js:10:5)"));
  EXPECT_NE(FingerprintOf("", "x", "", "/a.js"), FingerprintOf("", "x", "", "/b.js"));
}

TEST(ErrorFingerprintTest, ForgetsNumbersQuotesAndAddressesInTheMessage) {
  EXPECT_EQ(Of("Timeout after 5000 ms"), Of("Timeout after 31 ms"));
  EXPECT_EQ(Of("No user 0x1f3a"), Of("No user 77b"));
  EXPECT_EQ(Of("No course 'Faster 5k'"), Of("No course 'Marathon'"));
  EXPECT_EQ(Of("No course \"a\""), Of("No course \"b\""));
  EXPECT_EQ(Of("Failed to load https://a.example/x?y=1 (net)"),
            Of("Failed to load https://b.example/z (net)"));
}

TEST(ErrorFingerprintTest, TakesApostrophesForNoQuotes) {
  EXPECT_NE(Of("can't read it's name"), Of("can't write it's name"));
  EXPECT_NE(Of("an 'open quote x"), Of("an 'open quote y"));
}

TEST(ErrorFingerprintTest, ForgetsLinesQueriesAndHashesOfThePlace) {
  const uint32_t first = Of("x", "at pay (https://academy.example/app.3f9a8b.js?v=1:10:5)");
  EXPECT_EQ(first, Of("x", "    at pay (https://academy.example/app.77cc01.js:211:17)"));
  EXPECT_EQ(first, Of("x",
                      "TypeError: see https://other.example/docs\n"
                      "    at pay (https://academy.example/app.9a.js:1:1)\n"
                      "    at deep (https://academy.example/lib.js:1:1)"));
}

TEST(ErrorFingerprintTest, ReadsPlacesAsFirefoxAndSafariWriteThem) {
  EXPECT_EQ(Of("x", "pay@https://academy.example/app.js:10:5\ngo@https://academy.example/a.js:1:1"),
            Of("x", "pay@https://academy.example/app.js:99:7"));
  EXPECT_NE(Of("x", "pay@https://academy.example/app.js:10:5"),
            Of("x", "book@https://academy.example/app.js:10:5"));
}

TEST(ErrorFingerprintTest, DoesWithoutAStack) {
  EXPECT_EQ(FingerprintOf("E", "x", "no place in here", "https://a.example/a.js:3"),
            FingerprintOf("E", "x", "", "https://a.example/a.js"));
  EXPECT_EQ(FingerprintOf("", "", "", ""), FingerprintOf("", "", "", ""));
}

}  // namespace
}  // namespace paceline::core
