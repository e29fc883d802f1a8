// What is refused of what other systems tell; what becomes of the rest is tested over the store.
#include "collector/ingest/external_conversion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "collector/ingest/conversion_json.h"
#include "collector/ingest/limits.h"
#include "core/base/utf8.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::HasSubstr;

class ExternalConversionTest : public testing::Test {
 protected:
  ExternalConversionTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ingest_test.XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    auto opened = store::Store::Open({.data_dir = directory_});
    if (!opened.ok()) std::abort();
    store_ = *std::move(opened);
    conversions_ =
        std::make_unique<ExternalConversions>(std::vector<std::string>{"academy"}, store_.get());
  }
  ~ExternalConversionTest() override {
    conversions_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  static ConversionReport Purchase() {
    ConversionReport report;
    report.source = "api";
    report.id = "order-1";
    report.type = "purchase_completed";
    return report;
  }

  // Why the report is refused, which is said before anything is stored.
  std::string Refusal(ConversionReport report) {
    SubmitResult result;
    conversions_->Submit("academy", std::move(report), kSampleSent,
                         [&](SubmitResult given) { result = std::move(given); });
    EXPECT_EQ(result.outcome, v1::OUTCOME_REFUSED_INVALID);
    EXPECT_TRUE(core::IsValidUtf8(result.message));
    return result.message;
  }

  std::string directory_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ExternalConversions> conversions_;
};

TEST_F(ExternalConversionTest, RefusesWhatIsNoText) {
  const std::string no_text = "order-\xff";
  const auto parsed = ParseConversion(R"({"site":"academy","type":"sold"})", no_text);
  ASSERT_TRUE(parsed.ok());
  EXPECT_THAT(Refusal(parsed->report), HasSubstr("id is no text"));
  ConversionReport report = Purchase();
  report.refunds = no_text;
  EXPECT_THAT(Refusal(report), HasSubstr("refunds is no text"));
  report = Purchase();
  report.type = no_text;
  EXPECT_THAT(Refusal(report), HasSubstr("type is no text"));
  report = Purchase();
  report.reference = no_text;
  EXPECT_THAT(Refusal(report), HasSubstr("reference is no text"));
  report = Purchase();
  report.attributes = {{"course", "hills"}, {"seat", no_text}};
  EXPECT_THAT(Refusal(report), HasSubstr("attributes is no text"));
  report.attributes = {{no_text, "hills"}};
  EXPECT_THAT(Refusal(report), HasSubstr("attributes is no text"));
}

TEST_F(ExternalConversionTest, RefusalsQuoteWholeCharacters) {
  ConversionReport report = Purchase();
  report.type = absl::StrCat("x", std::string("ü"), std::string(61, 'x'), "ü");
  EXPECT_THAT(Refusal(report), HasSubstr("type is \"xü"));
  report = Purchase();
  report.value_minor = 1;
  report.currency = "€€€";
  EXPECT_THAT(Refusal(report), HasSubstr("currency is \"€€\""));
}

TEST_F(ExternalConversionTest, RefusesValuesThatAnswersCannotHold) {
  ConversionReport report = Purchase();
  report.currency = "EUR";
  for (const int64_t value :
       {kMaxValueMinor + 1, -kMaxValueMinor - 1, std::numeric_limits<int64_t>::min()}) {
    report.value_minor = value;
    EXPECT_THAT(Refusal(report), HasSubstr("value is "));
  }
}

}  // namespace
}  // namespace paceline::ingest
