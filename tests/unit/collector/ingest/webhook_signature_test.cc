#include "collector/ingest/webhook_signature.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace paceline::ingest {
namespace {

constexpr char kSecret[] = "whsec_test_secret";
constexpr char kBody[] = "{\"id\":\"evt_1\"}";
constexpr uint64_t kSeconds = 1'700'000'000;
// printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret
constexpr char kMac[] = "248a374f50f943a28b0f6ab50faf9a7e7e29b710fa26df9fb1618b9bf8ea9c9a";
// printf '{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret -binary | base64
constexpr char kBase64[] = "OAd3s1qwoH9sXsZdJA3xoOBNYTQFaL3fo6gDcuniS68=";

std::string Header(std::string_view mac) {
  return absl::StrCat("t=", kSeconds, ",v1=", absl::string_view(mac.data(), mac.size()));
}

std::string Check(const std::string& header, uint64_t now_seconds = kSeconds) {
  return CheckTimedSignature(header, kBody, kSecret, now_seconds * 1000);
}

TEST(TimedSignature, IsWhatOthersCompute) {
  EXPECT_EQ(Check(Header(kMac)), "");
  EXPECT_EQ(MakeTimedSignature(kBody, kSecret, kSeconds), Header(kMac));
}

TEST(TimedSignature, HasOneOfSeveralFit) {
  const std::string other(64, 'a');
  EXPECT_EQ(Check(absl::StrCat(Header(other), ",v1=", kMac, ",v0=abc")), "");
  EXPECT_EQ(Check(absl::StrCat("v1=", kMac, ", t=", kSeconds)), "");
}

TEST(TimedSignature, HoldsForFiveMinutesEitherWay) {
  EXPECT_EQ(Check(Header(kMac), kSeconds + 300), "");
  EXPECT_EQ(Check(Header(kMac), kSeconds - 300), "");
  EXPECT_NE(Check(Header(kMac), kSeconds + 301), "");
  EXPECT_NE(Check(Header(kMac), kSeconds - 301), "");
}

TEST(TimedSignature, RefusesEverythingElse) {
  const std::string other(64, 'a');
  for (const std::string& header :
       {std::string(), std::string("t=,v1="), absl::StrCat("v1=", kMac), Header(""), Header(other),
        Header(std::string(kMac).substr(2)), Header("zz" + std::string(kMac).substr(2)),
        absl::StrCat("t=", kSeconds, ",v0=", kMac), absl::StrCat("t=17e8,v1=", kMac),
        absl::StrCat("t=", kSeconds + 1, ",v1=", kMac),
        absl::StrCat("t=99999999999999999999999,v1=", kMac)}) {
    EXPECT_NE(Check(header), "") << header;
  }
  EXPECT_NE(CheckTimedSignature(Header(kMac), "{}", kSecret, kSeconds * 1000), "");
  EXPECT_NE(CheckTimedSignature(Header(kMac), kBody, "another secret", kSeconds * 1000), "");
}

TEST(BodySignature, IsTheBase64OfTheBodysMac) {
  EXPECT_EQ(CheckBodySignature(kBase64, kBody, kSecret), "");
  EXPECT_NE(CheckBodySignature("", kBody, kSecret), "");
  EXPECT_NE(CheckBodySignature("not base64!", kBody, kSecret), "");
  EXPECT_NE(CheckBodySignature(kBase64, "{}", kSecret), "");
  EXPECT_NE(CheckBodySignature(kBase64, kBody, "another secret"), "");
}

}  // namespace
}  // namespace paceline::ingest
